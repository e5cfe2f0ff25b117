/* hugetlb-storm: random calls on a file of huge pages, mapped shared and privately, against a model of its content: hugetlb-storm SEED STEPS. Then the pool
   must be whole again. */
#include "storm.h"
#include "hugetlb.h"

#define PAGES 8L
#define ALL (PROT_READ | PROT_WRITE)

static int file;
static long size = PAGES;
static char *shared, *own;
/* What the file's pages hold, and the private mapping's; it has pages of its own where it was written. */
static unsigned file_values[PAGES], own_values[PAGES];
static char is_own[PAGES];

static volatile unsigned *word(char *mapping, long page)
{
    return (volatile unsigned *)(mapping + page * (long)HUGE + (page * 37 + 5) * (long)PAGE % (long)HUGE);
}

static void check(void)
{
    unsigned value;
    for (long page = 0; page < size; page++) {
        if (pread(file, &value, sizeof value, (char *)word(shared, page) - shared) != sizeof value || value != file_values[page])
            stop("wrong data in the file", page);
        if (*word(shared, page) != file_values[page])
            stop("wrong shared page", page);
        if (is_own[page] && *word(own, page) != own_values[page])
            stop("wrong private page", page);
    }
}

/* Pages [first, end) of the file are gone, and with them the private copies. */
static void forget(long first, long end)
{
    for (long page = first; page < end; page++)
        file_values[page] = is_own[page] = 0;
}

static void map_own(int flags)
{
    if (mmap(own, PAGES * HUGE, ALL, MAP_PRIVATE | MAP_FIXED | flags, file, 0) != own)
        stop("mmap", 0);
    memset(is_own, 0, sizeof is_own);
    size = PAGES;
}

static void write_own(long page)
{
    *word(own, page) = own_values[page] = (unsigned)below(1 << 30);
    is_own[page] = 1;
}

static void run_child(void)
{
    pid_t child = fork();
    long page = size ? (long)below(size) : -1;
    unsigned value = (unsigned)below(1 << 30);
    if (child == 0) {
        check();
        if (page >= 0) {
            *word(shared, page) = file_values[page] = value;
            write_own(page);
        }
        check();
        _exit(0);
    }
    if (below(2) && size)
        write_own((long)below(size));
    wait_for_check(child);
    if (page >= 0)
        file_values[page] = value;
}

static void step(void)
{
    long first = (long)below(PAGES), end = first + 1 + (long)below(PAGES - first), page = size ? (long)below(size) : -1;
    switch (below(10)) {
    case 0: size = first; ftruncate(file, first * HUGE); forget(first, PAGES); break;
    case 1: fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, first * HUGE, (end - first) * HUGE); forget(first, end); break;
    case 2: if (fallocate(file, 0, first * HUGE, (end - first) * HUGE) == 0 && end > size) size = end; break;
    case 3: madvise(own + first * HUGE, (end - first) * HUGE, MADV_DONTNEED); memset(is_own + first, 0, end - first); break;
    case 4: madvise(shared + first * HUGE, (end - first) * HUGE, MADV_DONTNEED); break;
    case 5: map_own(below(2) ? MAP_NORESERVE : 0); break;
    case 6: run_child(); break;
    case 7: mprotect(own + first * HUGE, (end - first) * HUGE, PROT_READ); mprotect(own, PAGES * HUGE, ALL); break;
    case 8: if (page >= 0) *word(shared, page) = file_values[page] = (unsigned)below(1 << 30); break;
    default: if (page >= 0) write_own(page); break;
    }
}

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    seed(argv[1]);
    long steps = strtol(argv[2], NULL, 10);
    set_pool("nr_hugepages", "32");
    file = memfd_create("storm", MFD_HUGETLB);
    shared = mmap(NULL, PAGES * HUGE, ALL, MAP_SHARED, file, 0);
    own = mmap(NULL, PAGES * HUGE, ALL, MAP_PRIVATE, file, 0);
    for (long i = 0; i < steps; i++) {
        step();
        check();
        if (i % 20 == 0)
            count_frames(i);
    }
    munmap(shared, PAGES * HUGE);
    munmap(own, PAGES * HUGE);
    close(file);
    count_frames(steps);
    printf("%ld steps\n", steps);
    pool("in the end");
    set_pool("nr_hugepages", "0");
    return 0;
}
