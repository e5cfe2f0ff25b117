/*
 * When what a program writes reaches the host: the first directory is mounted for writing, the second shows the same host directory through a mount of
 * its own, so that it sees what the host sees. For the emulated machine: natively both are one.
 */
#include "show.h"
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

enum { PAGE = 4096, PAGES = 4 };

static const char *writable, *viewed;

static void path_in(char *result, const char *directory, const char *name) { snprintf(result, 256, "%s/%s", directory, name); }

/* The first byte of each page as the host has it. */
static void show_host(const char *when, const char *name)
{
    char path[256], byte;
    path_in(path, viewed, name);
    int file = open(path, O_RDONLY);
    struct stat status;
    fstat(file, &status);
    printf("%-34s size %5ld:", when, (long)status.st_size);
    for (int page = 0; page < PAGES; page++)
        if (pread(file, &byte, 1, page * PAGE) == 1) printf(" %c", byte);
    printf("\n");
    close(file);
}

static int create(const char *name, char byte)
{
    char path[256], page[PAGE];
    path_in(path, writable, name);
    int file = open(path, O_CREAT | O_TRUNC | O_RDWR, 0644);
    memset(page, byte, PAGE);
    for (int i = 0; i < PAGES; i++)
        if (write(file, page, PAGE) != PAGE) perror("write");
    fsync(file);
    return file;
}

static void rest(double seconds)
{
    struct timespec time = { (time_t)seconds, (long)((seconds - (time_t)seconds) * 1e9) };
    nanosleep(&time, NULL);
}

int main(int count, char **arguments)
{
    if (count < 3) return 2;
    writable = arguments[1];
    viewed = arguments[2];
    int file = create("mapped", 'a');
    show_host("fsync", "mapped");
    char *shared = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    char *private = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    shared[0] = 'b';
    shared[PAGE] = 'b';
    show_host("store", "mapped");
    SHOW(msync(shared, PAGES * PAGE, MS_ASYNC));
    show_host("msync(MS_ASYNC)", "mapped");
    SHOW(msync(shared, PAGE, MS_SYNC));
    show_host("msync(MS_SYNC) of page 0", "mapped");
    SHOW(msync(shared, PAGES * PAGE, MS_SYNC));
    show_host("msync(MS_SYNC) of all", "mapped");
    /* The pages were made clean: the next store must be noticed again. */
    shared[0] = 'c';
    SHOW(fsync(file));
    show_host("store, fsync", "mapped");
    shared[0] = 'd';
    SHOW(fdatasync(file));
    show_host("store, fdatasync", "mapped");
    shared[0] = shared[PAGE] = 'e';
    SHOW(sync_file_range(file, PAGE, PAGE, SYNC_FILE_RANGE_WRITE));
    show_host("sync_file_range of page 1", "mapped");
    sync();
    show_host("sync", "mapped");
    private[0] = private[PAGE] = 'p';
    private[2 * PAGE] = 'p';
    SHOW(msync(private, PAGES * PAGE, MS_SYNC));
    SHOW(fsync(file));
    show_host("private stores, msync, fsync", "mapped");
    printf("private: %c %c %c\n", private[0], private[PAGE], private[2 * PAGE]);

    shared[0] = 'f';
    rest(29);
    show_host("29 s after a store", "mapped");
    rest(7);
    show_host("36 s after a store", "mapped");
    shared[0] = 'g';
    rest(36);
    show_host("36 s after the next store", "mapped");
    SHOW(pwrite(file, "h", 1, PAGE));
    show_host("write", "mapped");
    rest(36);
    show_host("36 s after the write", "mapped");
    shared[0] = 'i';
    shared[3 * PAGE] = 'i';
    SHOW(munmap(shared, PAGES * PAGE));
    show_host("munmap, still open", "mapped");

    /* A child's stores reach the host when it ends, and its parent at once. */
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        char *own = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        own[0] = 'j';
        close(file);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    show_host("end of a child", "mapped");
    printf("private: %c %c\n", private[0], private[3 * PAGE]);
    SHOW(pwrite(file, "k", 1, 0));
    SHOW(close(file));
    show_host("close", "mapped");

    char path[256];
    path_in(path, writable, "mapped");
    file = open(path, O_RDWR | O_SYNC);
    SHOW(pwrite(file, "l", 1, 0));
    show_host("write with O_SYNC", "mapped");
    SHOW(ftruncate(file, PAGE + 1));
    show_host("ftruncate", "mapped");
    SHOW(pwrite(file, "m", 1, 3 * PAGE));
    show_host("write beyond the end", "mapped");
    shared = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    shared[0] = 'n';
    shared[3 * PAGE + 100] = 'n';
    return 0;
}
