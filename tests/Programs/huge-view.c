/* huge-view: memory in huge pages of each kind, then sleep, so that a debugger can look at it. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define HUGE (2UL << 20)

static char *map(const char *name, unsigned long pages, int flags, int file)
{
    char *start = mmap(NULL, pages * HUGE, PROT_READ | PROT_WRITE, flags, file, 0);
    printf("%s 0x%lx\n", name, (unsigned long)start);
    return start;
}

int main(void)
{
    int size = open("/proc/sys/vm/nr_hugepages", O_WRONLY), file = memfd_create("huge", MFD_HUGETLB);
    if (write(size, "4", 1) != 1 || ftruncate(file, 2 * HUGE) != 0)
        return 1;
    char *transparent = map("transparent", 3, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    madvise(transparent, 3 * HUGE, MADV_HUGEPAGE);
    transparent[0] = 1;
    (void)*(volatile char *)(transparent + HUGE);
    transparent[2 * HUGE] = 1;
    char *pool = map("pool", 1, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1);
    char *shared = map("shared", 2, MAP_SHARED, file);
    pool[0] = 1;
    shared[HUGE] = 1;
    printf("self %d\n", getpid());
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        shared[HUGE] = 2;
        madvise(transparent, 3 * HUGE, MADV_NOHUGEPAGE);
        pause();
    }
    printf("child %d\nready\n", child);
    fflush(stdout);
    pause();
    return 0;
}
