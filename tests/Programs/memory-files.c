/* Files in memory: memfd_create and its seals, /dev/zero, shared anonymous memory, holes, fallocate. */
#include "show.h"
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/wait.h>

enum { PAGE = 4096 };

static volatile int negative = -1;

static void show_file(int file)
{
    struct stat status;
    fstat(file, &status);
    printf("  mode %o links %ld size %ld blocks %ld\n", status.st_mode, (long)status.st_nlink, (long)status.st_size, (long)status.st_blocks);
}

static void memfd(void)
{
    char name[300];
    memset(name, 'n', sizeof name);
    name[249] = 0;
    SHOW(close(memfd_create(name, 0)));
    name[249] = 'n';
    name[250] = 0;
    SHOW(memfd_create(name, 0));
    SHOW(memfd_create(bad_pointer, 0));
    SHOW(memfd_create("x", 0x8000));
    int file = memfd_create("notes", MFD_CLOEXEC);
    SHOW(fcntl(file, F_GETFD));
    SHOW(fcntl(file, F_GETFL) & O_ACCMODE);
    show_file(file);
    SHOW(fcntl(file, F_GET_SEALS));
    SHOW(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE));
    SHOW(write(file, "hello", 5));
    SHOW(pwrite(file, "end", 3, 5 * PAGE + 10));
    show_file(file);
    char link[64], target[64] = "";
    snprintf(link, sizeof link, "/proc/self/fd/%d", file);
    SHOW(readlink(link, target, sizeof target));
    printf("  %s\n", target);
    int again = open(link, O_RDONLY);
    char buffer[16] = "";
    SHOW(read(again, buffer, 5));
    printf("  %s\n", buffer);
    SHOW(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, again, 0) == MAP_FAILED);
    char *map = mmap(NULL, 6 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    show_map(map);
    map[1] = 'E';
    SHOW(pread(again, buffer, 5, 0));
    printf("  %s\n", buffer);
    SHOW(lseek(file, 0, SEEK_DATA));
    SHOW(lseek(file, 0, SEEK_HOLE));
    SHOW(lseek(file, PAGE, SEEK_DATA));
    SHOW(lseek(file, 5 * PAGE + 5, SEEK_DATA));
    SHOW(lseek(file, 5 * PAGE + 5, SEEK_HOLE));
    SHOW(lseek(file, 2 * PAGE + 5, SEEK_HOLE));
    SHOW(lseek(file, 5 * PAGE + 13, SEEK_HOLE));
    SHOW(lseek(file, 5 * PAGE + 13, SEEK_DATA));
    /* Reading a hole leaves it one. */
    SHOW(pread(file, buffer, 16, 3 * PAGE));
    show_file(file);
    map[2 * PAGE] = 1;
    show_file(file);
    SHOW(fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, PAGE));
    show_file(file);
    printf("  %d %d\n", map[0], map[2 * PAGE]);
    map[2 * PAGE + 100] = 2;
    map[2 * PAGE + 200] = 3;
    SHOW(fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 2 * PAGE + 100, 100));
    printf("  %d %d %d\n", map[2 * PAGE], map[2 * PAGE + 100], map[2 * PAGE + 200]);
    SHOW(fallocate(file, FALLOC_FL_PUNCH_HOLE, 0, PAGE));
    SHOW(fallocate(file, 0, 0, 0));
    SHOW(fallocate(file, 0, negative, 1));
    SHOW(fallocate(file, 0, 0, negative));
    SHOW(fallocate(again, 0, 0, 10));
    SHOW(fallocate(negative, 0, 0, 10));
    SHOW(fallocate(file, FALLOC_FL_ZERO_RANGE, 0, 10));
    SHOW(fallocate(file, FALLOC_FL_COLLAPSE_RANGE, 0, PAGE));
    SHOW(fallocate(file, FALLOC_FL_KEEP_SIZE, 6 * PAGE, 2 * PAGE));
    show_file(file);
    SHOW(fallocate(file, 0, 6 * PAGE, PAGE + 5));
    show_file(file);
    SHOW(madvise(map, 6 * PAGE, MADV_REMOVE));
    show_file(file);
    printf("  %d %d\n", map[2 * PAGE], map[5 * PAGE + 10]);
    SHOW(close(file));
    SHOW(close(again));
    show_map(map);
    SHOW(munmap(map, 6 * PAGE));
}

static void seals(void)
{
    int file = memfd_create("sealed", MFD_ALLOW_SEALING);
    SHOW(ftruncate(file, 2 * PAGE));
    SHOW(fcntl(file, F_GET_SEALS));
    SHOW(fcntl(file, F_ADD_SEALS, 0x100));
    SHOW(fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK));
    SHOW(ftruncate(file, PAGE));
    SHOW(ftruncate(file, 3 * PAGE));
    SHOW(fcntl(file, F_ADD_SEALS, F_SEAL_GROW));
    SHOW(ftruncate(file, 4 * PAGE));
    SHOW(ftruncate(file, 3 * PAGE));
    char buffer[2 * PAGE];
    memset(buffer, 'b', sizeof buffer);
    SHOW(pwrite(file, buffer, sizeof buffer, 2 * PAGE));
    SHOW(pwrite(file, buffer, 10, 3 * PAGE));
    SHOW(fallocate(file, 0, 0, 4 * PAGE));
    char *map = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 0);
    SHOW(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE));
    SHOW(munmap(map, PAGE));
    map = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    SHOW(fcntl(file, F_ADD_SEALS, F_SEAL_WRITE));
    map[0] = 1;
    SHOW(write(file, "x", 1));
    SHOW(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) == MAP_FAILED);
    char *readable = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, file, 0);
    SHOW(readable == MAP_FAILED);
    if (readable != MAP_FAILED) SHOW(mprotect(readable, PAGE, PROT_READ | PROT_WRITE));
    SHOW(fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, PAGE));
    SHOW(fcntl(file, F_ADD_SEALS, F_SEAL_SEAL));
    SHOW(fcntl(file, F_ADD_SEALS, F_SEAL_SEAL));
    SHOW(fcntl(file, F_GET_SEALS));
    SHOW(fcntl(0, F_GET_SEALS));
    int future = memfd_create("future", MFD_ALLOW_SEALING);
    SHOW(ftruncate(future, PAGE));
    char *old = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, future, 0);
    SHOW(fcntl(future, F_ADD_SEALS, F_SEAL_FUTURE_WRITE));
    old[0] = 'o';
    SHOW(write(future, "x", 1));
    SHOW(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, future, 0) == MAP_FAILED);
    SHOW(pread(future, buffer, 1, 0));
    printf("  %c\n", buffer[0]);
    SHOW(close(future));
    SHOW(close(file));
}

static void mappings(void)
{
    int zero = open("/dev/zero", O_RDWR), null = open("/dev/null", O_RDWR), output = open("/dev/zero", O_WRONLY);
    SHOW(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, null, 0) == MAP_FAILED);
    SHOW(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, output, 0) == MAP_FAILED);
    SHOW(mmap(NULL, 0, PROT_READ, MAP_PRIVATE, negative, 0) == MAP_FAILED);
    SHOW(mmap(NULL, 0, PROT_READ, MAP_PRIVATE, zero, 0) == MAP_FAILED);
    SHOW(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, negative, 0) == MAP_FAILED);
    SHOW(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, negative, 1) == MAP_FAILED);
    SHOW(mmap(NULL, PAGE, PROT_READ, 0, zero, 0) == MAP_FAILED);
    char *private = mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, zero, 0);
    private[PAGE] = 1;
    char *shared[2] = {
        mmap(NULL, 3 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, zero, 0),
        mmap(NULL, 5 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0),
    };
    fflush(stdout);
    if (fork() == 0) {
        private[PAGE] = shared[0][PAGE] = shared[1][PAGE] = 7;
        _exit(0);
    }
    wait(NULL);
    printf("  %d %d %d\n", private[PAGE], shared[0][PAGE], shared[1][PAGE]);
    show_map(shared[0]);
    show_map(shared[1]);
    SHOW(madvise(shared[1] + PAGE, PAGE, MADV_REMOVE));
    SHOW(madvise(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), PAGE, MADV_REMOVE));
    printf("  %d\n", shared[1][PAGE]);
    SHOW(mprotect(shared[1] + 2 * PAGE, PAGE, PROT_READ));
    show_map(shared[1] + 2 * PAGE);
    show_map(shared[1] + 3 * PAGE);
    SHOW(mremap(shared[1], PAGE, 2 * PAGE, 0) == MAP_FAILED);
    unsigned char present[5];
    SHOW(mincore(shared[0], 3 * PAGE, present));
    printf("  %d %d %d\n", present[0], present[1], present[2]);
}

static void copies(void)
{
    int from = memfd_create("from", 0), to = memfd_create("to", 0);
    for (int i = 0; i < 3000; i++) if (write(from, "0123456789", 10) != 10) return;
    off_t in = 5, out = 100;
    SHOW(copy_file_range(from, &in, to, &out, 20000, 0));
    printf("  %ld %ld\n", (long)in, (long)out);
    SHOW(copy_file_range(from, &in, to, &out, 20000, 0));
    SHOW(copy_file_range(from, &in, to, &out, 20000, 0));
    SHOW(copy_file_range(from, NULL, to, NULL, 20000, 0));
    SHOW(lseek(from, 0, SEEK_SET));
    SHOW(copy_file_range(from, NULL, to, NULL, 7, 0));
    SHOW(lseek(from, 0, SEEK_CUR));
    SHOW(lseek(to, 0, SEEK_CUR));
    SHOW(copy_file_range(from, NULL, to, NULL, 7, 1));
    SHOW(copy_file_range(negative, NULL, to, NULL, 7, 0));
    off_t overlapping = 3;
    SHOW(copy_file_range(from, NULL, from, &overlapping, 100, 0));
    int reading = open("/dev/null", O_RDONLY);
    SHOW(copy_file_range(from, NULL, reading, NULL, 7, 0));
    SHOW(copy_file_range(reading, NULL, to, NULL, 7, 0));
    SHOW(sendfile(to, from, NULL, 100));
    char buffer[64] = "";
    SHOW(pread(to, buffer, 20, 0));
    printf("  %s\n", buffer);
    show_file(to);
}

int main(void)
{
    memfd();
    seals();
    mappings();
    copies();
    return 0;
}
