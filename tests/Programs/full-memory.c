/* A file system in memory with no room left: the directory given is the root of one that holds nothing else. Prints what each access gives. */
#include "show.h"
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/statvfs.h>

enum { PAGE = 4096, PAGES = 8 };

static sigjmp_buf before_access;
static volatile int bus_code;

static void on_bus(int signal, siginfo_t *info, void *context)
{
    bus_code = info->si_code;
    siglongjmp(before_access, 1);
}

/* The code of the SIGBUS that a store or load causes, 0 when there is none. */
static int store(char *byte)
{
    bus_code = 0;
    if (sigsetjmp(before_access, 1) == 0) *(volatile char *)byte = 's';
    return bus_code;
}

static int load(char *byte)
{
    bus_code = 0;
    if (sigsetjmp(before_access, 1) == 0) (void)*(volatile char *)byte;
    return bus_code;
}

static long free_blocks(const char *path)
{
    struct statvfs status;
    return statvfs(path, &status) == 0 ? (long)status.f_bfree : -1;
}

static long stored_blocks(int file)
{
    struct stat status;
    return fstat(file, &status) == 0 ? (long)status.st_blocks : -1;
}

int main(int count, char **arguments)
{
    static char bytes[16 * PAGE];
    if (count < 2 || chdir(arguments[1]) != 0) return 1;
    sigaction(SIGBUS, &(struct sigaction) { .sa_sigaction = on_bus, .sa_flags = SA_SIGINFO }, NULL);

    long at_start = free_blocks(".");
    int holes = open("holes", O_CREAT | O_RDWR, 0600), big = open("big", O_CREAT | O_RDWR, 0600);
    SHOW(ftruncate(holes, PAGES * PAGE));
    char *shared = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, holes, 0);
    char *private = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, holes, 0);
    SHOW(store(shared));

    memset(bytes, 'b', sizeof bytes);
    long written = 0, done;
    while ((done = write(big, bytes, sizeof bytes)) > 0) written += done;
    SHOW(done);
    printf("one page less than was free: %d\n", written == (at_start - 1) * PAGE);
    SHOW(free_blocks("."));
    SHOW(write(big, "x", 1));
    SHOW(pwrite(big, "x", 1, 0));
    SHOW(pwrite(holes, "x", 1, PAGE));

    SHOW(store(shared));
    SHOW(store(shared + PAGE));
    SHOW(load(shared + PAGE));
    SHOW(store(private));
    SHOW(load(private + 2 * PAGE));
    SHOW(store(private + 2 * PAGE));
    SHOW(pread(holes, bytes, PAGE, PAGE));
    printf("zeros: %d\n", bytes[0] == 0 && bytes[PAGE - 1] == 0);
    SHOW(pread(big, shared + 3 * PAGE, 1, 0));
    SHOW(mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, holes, 0) == MAP_FAILED ? -1 : 0);
    SHOW(stored_blocks(holes));
    SHOW(fallocate(holes, 0, 0, PAGES * PAGE));
    SHOW(fallocate(holes, 0, 0, PAGE));
    SHOW(stored_blocks(holes));
    SHOW(ftruncate(holes, 2 * PAGES * PAGE));
    SHOW(mkdir("folder", 0700));
    SHOW(symlink("big", "link"));
    SHOW(rename("folder", "renamed"));

    SHOW(ftruncate(big, written - 3 * PAGE));
    SHOW(free_blocks("."));
    SHOW(fallocate(holes, 0, 4 * PAGE, 4 * PAGE));
    SHOW(stored_blocks(holes));
    SHOW(store(shared + PAGE));
    SHOW(pwrite(holes, "x", 1, 2 * PAGE));
    SHOW(fallocate(holes, FALLOC_FL_KEEP_SIZE, 3 * PAGE, PAGE));
    SHOW(store(shared + 4 * PAGE));
    SHOW(fallocate(holes, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, PAGE, PAGE));
    SHOW(store(shared + 4 * PAGE));
    SHOW(store(shared + PAGE));

    SHOW(unlink("big"));
    SHOW(close(big));
    SHOW(store(shared + PAGE));
    SHOW(munmap(shared, PAGES * PAGE));
    SHOW(ftruncate(holes, 0));
    printf("all is free: %d\n", free_blocks(".") == at_start);
    return 0;
}
