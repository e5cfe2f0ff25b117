/* huge-frames: uses huge pages in every way, and after each step has the kernel count all frames again (/proc/framecheck, the guest's own file). */
#define _GNU_SOURCE
#include "kernel-values.h"
#include <sys/mman.h>
#include <sys/wait.h>

#define PAGE 4096UL
#define HUGE (2UL << 20)
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS)
#define ADVICE_PAGE_OUT 21
#define ADVICE_COLLAPSE 25
#define FRAMES "/proc/framecheck"

static void check(const char *title)
{
    printf("%s: %ld %ld\n", title, value_of(FRAMES, "wrong_frames"), value_of(FRAMES, "wrong_sums"));
    fflush(stdout);
}

static void children(char *pool, char *shared, char *transparent)
{
    if (fork() == 0) {
        pool[0] = 2;
        shared[5] = 1;
        transparent[5] = 7;
        check("child");
        munmap(transparent + HUGE, PAGE);
        transparent[2 * HUGE] = 1;
        check("child's pages split");
        if (fork() == 0) {
            transparent[3 * HUGE] = 1;
            check("grandchild");
            _exit(0);
        }
        wait(NULL);
        _exit(0);
    }
    wait(NULL);
}

int main(void)
{
    int size = open("/proc/sys/vm/nr_hugepages", O_WRONLY);
    if (write(size, "8", 1) != 1)
        return 1;
    close(size);
    char *pool = mmap(NULL, 6 * HUGE, PROT_READ | PROT_WRITE, PRIVATE | MAP_HUGETLB, -1, 0);
    char *shared = mmap(NULL, 4 * HUGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB | MAP_NORESERVE, -1, 0);
    char *transparent = mmap(NULL, 10 * HUGE, PROT_READ | PROT_WRITE, PRIVATE, -1, 0);
    madvise(transparent, 10 * HUGE, MADV_HUGEPAGE);
    memset(pool, 1, 3 * HUGE);
    shared[0] = 1;
    memset(transparent, 1, 4 * HUGE);
    (void)*(volatile char *)(transparent + 5 * HUGE);
    check("mapped");
    children(pool, shared, transparent);
    check("children have ended");
    munmap(transparent + 5 * PAGE, HUGE);
    madvise(transparent + 3 * HUGE, HUGE, ADVICE_COLLAPSE);
    check("cut and collapsed");
    munmap(pool, 2 * HUGE);
    mremap(transparent + 2 * HUGE, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, transparent + 8 * HUGE);
    check("unmapped and moved");
    madvise(transparent, 10 * HUGE, ADVICE_PAGE_OUT);
    check("paged out");
    for (int page = 0; page < 10; page++)
        transparent[8 * HUGE + page * PAGE]++;
    check("and back");
    return transparent[8 * HUGE + 9 * PAGE] == 2 ? 0 : 2;
}
