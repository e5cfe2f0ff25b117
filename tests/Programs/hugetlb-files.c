/* hugetlb-files: files of huge pages (memfd_create, shmget, a mounted hugetlbfs), what they reserve, share and copy. Linux's output is in hugetlb-files.txt. */
#include "hugetlb.h"
#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/statfs.h>

#define ALL (PROT_READ | PROT_WRITE)
#define FAILED(mapping) ((mapping) == MAP_FAILED ? -1 : 0)

static void show_file(const char *title, int file)
{
    struct stat status;
    fstat(file, &status);
    printf("%s: size %ld blocks %ld block size %ld mode %o links %ld\n", title, (long)status.st_size, (long)status.st_blocks, (long)status.st_blksize,
        status.st_mode, (long)status.st_nlink);
}

static void memory_file(void)
{
    char buffer[16] = "data";
    unsigned char resident[1024];
    puts("-- memfd_create");
    TRY(memfd_create("bad", MFD_HUGETLB | (24U << MAP_HUGE_SHIFT)));
    TRY(memfd_create("bad", 21U << MAP_HUGE_SHIFT));
    int file = memfd_create("two", MFD_HUGETLB | 21U << MAP_HUGE_SHIFT | MFD_ALLOW_SEALING);
    printf("descriptor: %d\n", file >= 0);
    show_file("new", file);
    TRY(ftruncate(file, HUGE + PAGE));
    TRY(ftruncate(file, 3 * HUGE));
    show_file("three pages", file);
    pool("only a length");
    TRY(write(file, buffer, 4));
    TRY(pwrite(file, buffer, 4, 0));
    TRY(read(file, buffer, 4));
    printf("read %d\n", buffer[0]);
    TRY(FAILED(mmap(NULL, HUGE, ALL, MAP_SHARED, file, PAGE)));
    TRY(FAILED(mmap(NULL, 20 * HUGE, ALL, MAP_SHARED, file, 0)));
    char *area = mmap(NULL, 2 * HUGE + PAGE, ALL, MAP_SHARED, file, 0);
    printf("aligned %d\n", ((uintptr_t)area & (HUGE - 1)) == 0);
    pool("three pages mapped");
    show("memfd", area);
    write_pages("two of them", area, 2);
    pool("two written");
    show_file("written", file);
    memset(buffer, 1, sizeof buffer);
    lseek(file, HUGE + 64 * PAGE, SEEK_SET);
    TRY(read(file, buffer, 8));
    printf("read %ld\n", *(long *)buffer);
    mincore(area, 2 * HUGE, resident);
    printf("resident %d %d\n", resident[0] & 1, resident[513] & 1);
    fflush(stdout);
    if (fork() == 0) {
        *(volatile long *)(area + 2 * HUGE) = 55;
        pool("child wrote the third");
        show("memfd in the child", area);
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    printf("child's value %ld\n", *(volatile long *)(area + 2 * HUGE));
    TRY(madvise(area, HUGE, MADV_DONTNEED));
    printf("first page is kept: %ld\n", *(volatile long *)(area + 64 * PAGE));
    TRY(msync(area, HUGE, MS_SYNC));
    TRY(madvise(area + HUGE, HUGE, MADV_REMOVE));
    pool("second page removed");
    printf("second page: %ld\n", *(volatile long *)(area + HUGE + 64 * PAGE));
    pool("and read");
    TRY(fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, HUGE + PAGE));
    pool("hole of a page and a piece");
    printf("first page: %ld\n", *(volatile long *)(area + 64 * PAGE));
    TRY(ftruncate(file, HUGE));
    pool("cut to one page");
    write_pages("beyond the end", area + HUGE, 1);
    TRY(fallocate(file, 0, 0, 2 * HUGE + 1));
    show_file("allocated", file);
    pool("allocated");
    munmap(area, 3 * HUGE);
    pool("unmapped");
    TRY(fcntl(file, F_ADD_SEALS, F_SEAL_GROW));
    TRY(ftruncate(file, 4 * HUGE));
    close(file);
    pool("closed");
}

static void private_mappings(void)
{
    puts("-- private mappings of a file");
    int file = memfd_create("below", MFD_HUGETLB);
    ftruncate(file, 3 * HUGE);
    char *shared = mmap(NULL, 3 * HUGE, ALL, MAP_SHARED, file, 0);
    write_pages("shared", shared, 1);
    pool("shared");
    char *own = mmap(NULL, 3 * HUGE, ALL, MAP_PRIVATE, file, 0);
    pool("private");
    printf("values %ld %ld\n", *(volatile long *)(own + 64 * PAGE), *(volatile long *)(own + HUGE + 64 * PAGE));
    pool("both read");
    show("private", own);
    write_pages("private", own, 2);
    pool("both written");
    *(volatile long *)(own + 64 * PAGE) = 99;
    printf("values %ld %ld\n", *(volatile long *)(shared + 64 * PAGE), *(volatile long *)(shared + HUGE + 64 * PAGE));
    pool("shared read");
    fflush(stdout);
    if (fork() == 0) {
        printf("child reads %ld\n", *(volatile long *)(own + 64 * PAGE));
        write_pages("child's private", own, 1);
        pool("child");
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    pool("child has ended");
    TRY(ftruncate(file, 0));
    pool("truncated");
    write_pages("private after that", own, 1);
    munmap(own, 3 * HUGE);
    munmap(shared, 3 * HUGE);
    close(file);
    pool("closed");
    file = memfd_create("grows", MFD_HUGETLB);
    own = mmap(NULL, 2 * HUGE, ALL, MAP_PRIVATE, file, HUGE);
    show_file("grown by mmap", file);
    munmap(own, 2 * HUGE);
    TRY(FAILED(own = mmap(NULL, 6 * HUGE, PROT_READ, MAP_SHARED, file, 0)));
    show_file("mapped for reading", file);
    pool("mapped for reading");
    munmap(own, 6 * HUGE);
    pool("unmapped");
    close(file);
    pool("closed");
}

static void segments(void)
{
    struct shmid_ds status;
    puts("-- shmget");
    TRY(shmget(IPC_PRIVATE, HUGE, IPC_CREAT | SHM_HUGETLB | (24 << MAP_HUGE_SHIFT) | 0600));
    TRY(shmget(IPC_PRIVATE, 20 * HUGE, IPC_CREAT | SHM_HUGETLB | 0600));
    int segment = shmget(IPC_PRIVATE, HUGE + 5, IPC_CREAT | SHM_HUGETLB | 0600);
    printf("segment: %d\n", segment >= 0);
    pool("segment of two pages");
    shmctl(segment, IPC_STAT, &status);
    printf("size %ld\n", (long)status.shm_segsz);
    TRY(FAILED(shmat(segment, (void *)0x10000201000, 0)));
    char *area = shmat(segment, NULL, 0);
    printf("attached %d aligned %d\n", area != (char *)-1, ((uintptr_t)area & (HUGE - 1)) == 0);
    show("segment", area);
    write_pages("segment", area, 2);
    pool("written");
    fflush(stdout);
    if (fork() == 0) {
        printf("child reads %ld\n", *(volatile long *)(area + HUGE + 64 * PAGE));
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    TRY(shmdt(area));
    pool("detached");
    TRY(shmctl(segment, IPC_RMID, NULL));
    pool("removed");
}

static void mounted(const char *folder)
{
    char path[128];
    struct statfs space;
    puts("-- hugetlbfs");
    statfs(folder, &space);
    printf("type %lx block size %ld blocks %ld free %ld\n", (long)space.f_type, (long)space.f_bsize, (long)space.f_blocks, (long)space.f_bfree);
    snprintf(path, sizeof path, "%s/file", folder);
    int file = open(path, O_CREAT | O_RDWR, 0644);
    printf("open %d\n", file >= 0);
    TRY(munmap(mmap(NULL, HUGE, ALL, MAP_SHARED | MAP_HUGETLB, file, 0), HUGE));
    char *area = mmap(NULL, 2 * HUGE, ALL, MAP_SHARED, file, 0);
    write_pages("file", area, 2);
    show_file("file", file);
    munmap(area, 2 * HUGE);
    close(file);
    pool("closed");
    file = open(path, O_RDWR);
    area = mmap(NULL, 2 * HUGE, PROT_READ, MAP_SHARED, file, 0);
    printf("still there: %ld\n", *(volatile long *)(area + HUGE + 64 * PAGE));
    TRY(mprotect(area, HUGE, ALL));
    TRY(unlink(path));
    pool("unlinked");
    munmap(area, 2 * HUGE);
    close(file);
    pool("unmapped");
    statfs(folder, &space);
    printf("blocks %ld free %ld\n", (long)space.f_blocks, (long)space.f_bfree);
}

static void no_pool(void)
{
    puts("-- without a pool");
    set_pool("nr_hugepages", "2");
    int file = memfd_create("five", MFD_HUGETLB);
    ftruncate(file, 5 * HUGE);
    TRY(FAILED(mmap(NULL, 5 * HUGE, ALL, MAP_SHARED, file, 0)));
    char *area = mmap(NULL, 5 * HUGE, ALL, MAP_SHARED | MAP_NORESERVE, file, 0);
    pool("mapped without reservation");
    write_pages("five pages", area, 5);
    pool("two written");
    set_pool("nr_overcommit_hugepages", "1");
    write_pages("five pages", area, 5);
    pool("three written");
    TRY(fallocate(file, 0, 0, 5 * HUGE));
    TRY(madvise(area, 5 * HUGE, MADV_POPULATE_WRITE));
    munmap(area, 5 * HUGE);
    pool("unmapped");
    close(file);
    pool("closed");
    TRY(shmget(IPC_PRIVATE, 4 * HUGE, IPC_CREAT | SHM_HUGETLB | 0600));
    set_pool("nr_overcommit_hugepages", "0");
    set_pool("nr_hugepages", "0");
    TRY(shmget(IPC_PRIVATE, HUGE, IPC_CREAT | SHM_HUGETLB | 0600));
    pool("no pool");
}

/* With the pool empty, who was promised a page gets it even if a child has it too. */
static void stolen(void)
{
    puts("-- copies without a pool");
    char *own = mmap(NULL, 4 * HUGE, ALL, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1, 0);
    write_pages("own", own, 3);
    char *rest = mmap(NULL, 4 * HUGE, ALL, MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB | MAP_POPULATE, -1, 0);
    pool("all but one taken");
    int begin[2], end[2];
    char byte = 0;
    if (pipe(begin) != 0 || pipe(end) != 0)
        exit(1);
    fflush(stdout);
    if (fork() == 0) {
        if (write(begin[1], &byte, 1) != 1 || read(end[0], &byte, 1) != 1)
            _exit(1);
        printf("child still has %ld\n", *(volatile long *)(own + 2 * HUGE + 64 * PAGE));
        show("child", own);
        write_pages("child's third", own + 2 * HUGE, 1);
        write_pages("child's first", own, 1);
        write_pages("child's fourth", own + 3 * HUGE, 1);
        pool("child");
        fflush(stdout);
        _exit(0);
    }
    if (read(begin[0], &byte, 1) != 1)
        exit(1);
    write_pages("parent's first two", own, 2);
    pool("parent wrote");
    fflush(stdout);
    if (write(end[1], &byte, 1) != 1)
        exit(1);
    wait(NULL);
    write_pages("parent's four", own, 4);
    pool("child has ended");
    munmap(own, 4 * HUGE);
    munmap(rest, 4 * HUGE);
    pool("unmapped");
}

int main(int count, char **arguments)
{
    catch_signals();
    set_pool("nr_hugepages", "8");
    pool("pool of eight");
    memory_file();
    private_mappings();
    stolen();
    segments();
    mounted(count > 1 ? arguments[1] : "/dev/hugepages");
    no_pool();
    return 0;
}
