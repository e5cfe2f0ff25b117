/* compaction: breaks memory up into small pieces of all kinds, and has the kernel make huge pages of it again. For a machine with 64 MiB. */
#define _GNU_SOURCE
#include "kernel-values.h"
#include <stdint.h>
#include <sys/mman.h>
#include <sys/wait.h>

#define PAGE 4096UL
#define HUGE (2UL << 20)
#define PAGES 11200L
#define KEPT(page) ((page) % 4 == 0)
#define DEFRAG "/sys/kernel/mm/transparent_hugepage/defrag"
#define POOL "/proc/sys/vm/nr_hugepages"

static char *own, *shared, *file;

/* Free memory in blocks of 2 MiB and more, counted in 2 MiB. */
static long blocks(void)
{
    char line[512] = "", *last;
    FILE *text = fopen("/proc/buddyinfo", "r");
    long large = 0;
    while (text && fgets(line, sizeof line, text)) {
        last = strrchr(line, ' ');
        while (last[1] == '\n') {
            *last = 0;
            last = strrchr(line, ' ');
        }
        large += 2 * atol(last);
        while (*last == ' ')
            *last-- = 0;
        large += atol(strrchr(line, ' '));
    }
    fclose(text);
    return large;
}

static long wrong(void)
{
    long count = 0;
    for (long page = 0; page < PAGES; page++) {
        if (!KEPT(page))
            continue;
        count += *(volatile long *)(own + page * PAGE) != page + 1;
        count += page < PAGES / 8 && *(volatile long *)(shared + page * PAGE) != page + 2;
        count += page < PAGES / 8 && *(volatile long *)(file + page * PAGE) != page + 3;
    }
    return count;
}

static void check(const char *title)
{
    printf("%s: wrong pages %ld, frames %ld, sums %ld\n", title, wrong(), value_of("/proc/framecheck", "wrong_frames"), value_of("/proc/framecheck", "wrong_sums"));
    fflush(stdout);
}

/* Three quarters of the pages go, one by one. */
static void break_up(void)
{
    own = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    madvise(own, PAGES * PAGE, MADV_NOHUGEPAGE);
    int descriptor = open("/tmp/pages", O_CREAT | O_RDWR, 0600);
    if (ftruncate(descriptor, PAGES * PAGE) != 0)
        exit(1);
    shared = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    file = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    for (long page = 0; page < PAGES; page++) {
        *(volatile long *)(own + page * PAGE) = page + 1;
        if (page < PAGES / 8) {
            *(volatile long *)(shared + page * PAGE) = page + 2;
            *(volatile long *)(file + page * PAGE) = page + 3;
        }
    }
    for (long page = 0; page < PAGES; page++) {
        if (KEPT(page))
            continue;
        madvise(own + page * PAGE, PAGE, MADV_DONTNEED);
        if (page < PAGES / 8) {
            madvise(shared + page * PAGE, PAGE, MADV_REMOVE);
            madvise(file + page * PAGE, PAGE, MADV_REMOVE);
        }
    }
}

/* How many of six huge pages come. */
static long huge_pages(void)
{
    char *start = mmap(NULL, 6 * HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    madvise(start, 6 * HUGE, MADV_HUGEPAGE);
    long before = value_of("/proc/vmstat", "thp_fault_alloc");
    for (long i = 0; i < 6; i++)
        start[i * HUGE] = 1;
    long after = value_of("/proc/vmstat", "thp_fault_alloc");
    munmap(start, 6 * HUGE);
    return after - before;
}

int main(void)
{
    break_up();
    check("broken up");
    if (fork() == 0) {
        /* What two processes show moves for both. */
        for (long page = 0; page < PAGES; page += 16)
            *(volatile long *)(own + page * PAGE) = page + 1;
        set_value(DEFRAG, "never");
        printf("huge pages without compaction: %s\n", huge_pages() < 6 ? "some" : "all");
        set_value(DEFRAG, "madvise");
        printf("with compaction: %s\n", huge_pages() == 6 ? "all" : "some");
        check("child");
        _exit(0);
    }
    wait(NULL);
    check("parent");
    set_value("/proc/sys/vm/compact_memory", "1");
    long large = blocks(), whole = value_of("/proc/meminfo", "MemFree") * 1024 / (long)HUGE;
    printf("compacted: %s\n", large >= whole - 4 ? "nearly all free memory in large blocks" : "too few large blocks");
    check("compacted");
    munmap(own, PAGES * PAGE);
    munmap(shared, PAGES * PAGE);
    break_up();
    set_value(POOL, "5");
    printf("pool: %ld\n", value_of("/proc/meminfo", "HugePages_Total"));
    check("pool made");
    printf("moved: %d, stalled: %d\n", value_of("/proc/vmstat", "pgmigrate_success") > 1000, value_of("/proc/vmstat", "compact_stall") > 0);
    return 0;
}
