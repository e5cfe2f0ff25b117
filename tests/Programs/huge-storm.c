/* huge-storm: random calls on memory in huge pages, checked against a model of what each page holds: huge-storm SEED STEPS [hugetlb] */
#include "storm.h"
#include <sys/mman.h>

#define PAGE 4096UL
#define HUGE (2UL << 20)
#define HUGE_PAGES 8
#define PAGES (HUGE_PAGES * 512L)
#define SETTINGS "/sys/kernel/mm/transparent_hugepage/khugepaged/"
#define ADVICE_PAGE_OUT 21
#define ADVICE_COLLAPSE 25

enum { UNMAPPED, READ_ONLY, WRITABLE };

static char *area;
static int flags, unit;
static unsigned values[PAGES];
static unsigned char rights[PAGES];
/* MADV_FREE: the page is as it was or full of zeros, until it is written. */
static unsigned char given_up[PAGES];

static char *address(long page)
{
    return area + page * (long)PAGE;
}

/* A range of whole units, often one that begins or ends where a huge page does. */
static long pick(long *first)
{
    long length = below(3) == 0 ? 512 * (1 + (long)below(3)) : 1 + (long)below(700);
    *first = below(3) == 0 ? 512 * (long)below(HUGE_PAGES) : (long)below(PAGES);
    *first -= *first % unit;
    length = (length + unit - 1) / unit * unit;
    return length > PAGES - *first ? PAGES - *first : length;
}

static void set(long first, long length, int right, int clears)
{
    for (long page = first; page < first + length; page++) {
        rights[page] = (unsigned char)right;
        if (clears)
            values[page] = given_up[page] = 0;
    }
}

static int all(long first, long length, int right)
{
    for (long page = first; page < first + length; page++)
        if (rights[page] != right)
            return 0;
    return 1;
}

static void check(void)
{
    for (long page = 0; page < PAGES; page++) {
        if (rights[page] == UNMAPPED)
            continue;
        unsigned found = *(volatile unsigned *)(address(page) + page % 1000 * 4);
        if (found == 0 && given_up[page])
            values[page] = 0;
        if (found != values[page])
            stop("wrong content", page);
    }
}

static void write_some(long first, long length)
{
    for (long page = first; page < first + length; page += 1 + (long)below(3))
        if (rights[page] == WRITABLE) {
            *(volatile unsigned *)(address(page) + page % 1000 * 4) = values[page] = (unsigned)below(1 << 30);
            given_up[page] = 0;
        }
}

static void give_up(long first, long length)
{
    if (!all(first, length, UNMAPPED) && !(flags & MAP_HUGETLB))
        for (long page = first; page < first + length; page++)
            given_up[page] = rights[page] != UNMAPPED;
    for (long page = first, end; page < first + length; page = end) {
        for (end = page + 1; end < first + length && rights[end] == rights[page]; end++)
            ;
        madvise(address(page), (end - page) * PAGE, MADV_FREE);
    }
}

static void map(long first, long length)
{
    if (mmap(address(first), length * PAGE, PROT_READ | PROT_WRITE, flags | MAP_FIXED, -1, 0) != address(first))
        stop("mmap", first);
    if (!(flags & MAP_HUGETLB))
        madvise(address(first), length * PAGE, MADV_HUGEPAGE);
    set(first, length, WRITABLE, 1);
}

static void move(long first, long length)
{
    long target;
    long room = pick(&target);
    if (length > room)
        length = room;
    if (!all(first, length, WRITABLE) || (first < target + length && target < first + length))
        return;
    if (mremap(address(first), length * PAGE, length * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, address(target)) == MAP_FAILED)
        return;
    memcpy(values + target, values + first, length * sizeof *values);
    memset(given_up + target, 0, length);
    set(target, length, WRITABLE, 0);
    set(first, length, UNMAPPED, 1);
    /* A page's place in it depends on the page's number. */
    for (long page = target; page < target + length; page++)
        *(volatile unsigned *)(address(page) + page % 1000 * 4) = values[page];
}

static void run_child(void)
{
    pid_t child = fork();
    if (child == 0) {
        check();
        for (int i = 0; i < 4; i++) {
            long first, length = pick(&first);
            write_some(first, length);
        }
        check();
        _exit(0);
    }
    if (below(2)) {
        long first, length = pick(&first);
        write_some(first, length);
    }
    wait_for_check(child);
}

static void step(void)
{
    long first, length = pick(&first);
    switch (below(14)) {
    case 0: map(first, length); break;
    case 1: munmap(address(first), length * PAGE); set(first, length, UNMAPPED, 1); break;
    case 2: if (!all(first, length, UNMAPPED)) { mprotect(address(first), length * PAGE, PROT_READ); for (long p = first; p < first + length && rights[p] != UNMAPPED; p++) rights[p] = READ_ONLY; } break;
    case 3: for (long p = first; p < first + length; p++) if (rights[p] == UNMAPPED) return;
        mprotect(address(first), length * PAGE, PROT_NONE); mprotect(address(first), length * PAGE, PROT_READ | PROT_WRITE); set(first, length, WRITABLE, 0); break;
    case 4: if (!all(first, length, UNMAPPED)) { madvise(address(first), length * PAGE, MADV_DONTNEED); for (long p = first; p < first + length; p++) values[p] = 0; } break;
    case 5: madvise(address(first), length * PAGE, ADVICE_COLLAPSE); break;
    case 6: madvise(address(first), length * PAGE, ADVICE_PAGE_OUT); break;
    case 7: move(first, length); break;
    case 8: run_child(); break;
    case 9: mlock(address(first), length * PAGE); munlock(address(first), length * PAGE); break;
    case 13: give_up(first, length); break;
    case 10: set_value("/proc/sys/vm/compact_memory", "1"); break;
    default: write_some(first, length); break;
    }
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    seed(argv[1]);
    long steps = strtol(argv[2], NULL, 10);
    flags = MAP_PRIVATE | MAP_ANONYMOUS | (argc > 3 ? MAP_HUGETLB : 0);
    unit = argc > 3 ? 512 : 1;
    char *range = mmap(NULL, (HUGE_PAGES + 2) * HUGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    area = (char *)(((uintptr_t)range + HUGE) & ~(HUGE - 1));
    munmap(range, (HUGE_PAGES + 2) * HUGE);
    map(0, PAGES);
    /* The guest's khugepaged joins in. */
    if (access("/proc/framecheck", R_OK) == 0) {
        set_value(SETTINGS "pages_to_scan", "100000");
        set_value(SETTINGS "scan_sleep_millisecs", "5");
    }
    for (long i = 0; i < steps; i++) {
        step();
        check();
        if (i % 20 == 0)
            count_frames(i);
    }
    count_frames(steps);
    printf("%ld steps\n", steps);
    return 0;
}
