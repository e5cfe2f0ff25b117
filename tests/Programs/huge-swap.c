/* huge-swap: sends huge pages to swap space, which has room for three as a whole (8 MiB), and has others freed lazily; tells what /proc/vmstat counted and
   whether every page has its content. For a machine with 32 MiB. */
#define _GNU_SOURCE
#include "kernel-values.h"
#include <sys/mman.h>

#define PAGE 4096UL
#define HUGE (2UL << 20)
#define ADVICE_PAGE_OUT 21

static const char *const names[] = {"thp_swpout", "thp_swpout_fallback", "thp_split_pmd", "thp_split_page", "pswpout", "pglazyfree", "pglazyfreed"};
enum { COUNTERS = sizeof names / sizeof *names };

static void report(const char *title)
{
    static long before[COUNTERS];
    printf("%s:", title);
    for (int i = 0; i < COUNTERS; i++) {
        long now = value_of("/proc/vmstat", names[i]);
        if (now != before[i])
            printf(" %s %ld", names[i], now - before[i]);
        before[i] = now;
    }
    puts(are_frames_wrong() ? ", wrong frames" : "");
}

static char *map(unsigned long pages)
{
    char *start = mmap(NULL, pages * HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    madvise(start, pages * HUGE, MADV_HUGEPAGE);
    for (unsigned long page = 0; page < pages * 512; page++)
        *(unsigned long *)(start + page * PAGE) = page + 1;
    return start;
}

static void check(const char *start, unsigned long pages, const char *title)
{
    unsigned long wrong = 0;
    for (unsigned long page = 0; page < pages * 512; page++)
        wrong += *(const volatile unsigned long *)(start + page * PAGE) != page + 1;
    printf("%s: %lu pages wrong\n", title, wrong);
}

int main(void)
{
    report("before");
    char *area = map(5);
    madvise(area, 3 * HUGE, ADVICE_PAGE_OUT);
    report("three sent away");
    madvise(area + 3 * HUGE, HUGE, ADVICE_PAGE_OUT);
    report("no room for a fourth");
    check(area, 5, "read again");
    munmap(area, 5 * HUGE);
    area = map(4);
    report("others written");
    madvise(area, 3 * HUGE, MADV_FREE);
    area[2 * HUGE] = area[2 * HUGE];
    report("three given up, one written");
    munmap(map(11), 11 * HUGE);
    printf("freed lazily: %ld, apart: %ld\n", value_of("/proc/vmstat", "pglazyfreed"), value_of("/proc/vmstat", "thp_split_page"));
    printf("first words: %ld %ld %ld %ld\n", *(long *)area, *(long *)(area + HUGE), *(long *)(area + 2 * HUGE), *(long *)(area + 3 * HUGE));
    return 0;
}
