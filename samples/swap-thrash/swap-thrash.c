/* Three working sets, each twice as large as the one before, written once and then read round after round. While one fits into memory the rounds cost no
 * faults; once it does not, every page has to come back from swap, just after it has gone: the time of a round shows it. */
#include "../common/sample.h"
#include <time.h>

enum { SETS = 3, ROUNDS = 3 };

static long major_faults(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        fail("getrusage");
    return usage.ru_majflt;
}

static long microseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static unsigned value_of(long page, long word)
{
    return (unsigned)(page * 2654435761u + word);
}

static long count_wrong(const unsigned *page_start, long page)
{
    long wrong = 0;
    for (long word = 0; word < PAGE_BYTES / 4; word += 64)
        wrong += page_start[word] != value_of(page, word);
    return wrong;
}

static void work(long mebibytes, int verbose)
{
    long pages = mebibytes * MIB / PAGE_BYTES, wrong = 0;
    unsigned *memory = (unsigned *)map_pages(pages);
    for (long page = 0; page < pages; page++)
        for (long word = 0; word < PAGE_BYTES / 4; word += 64)
            memory[page * PAGE_BYTES / 4 + word] = value_of(page, word);
    printf("working set of %ld MiB\n", mebibytes);
    for (int round = 1; round <= ROUNDS; round++) {
        long faults = major_faults(), start = microseconds();
        for (long page = 0; page < pages; page++)
            wrong += count_wrong(memory + page * PAGE_BYTES / 4, page);
        if (verbose)
            printf("  round %d: %ld major faults for %ld pages, %ld us\n", round, major_faults() - faults, pages, microseconds() - start);
    }
    printf("  %d rounds, %ld values wrong\n", ROUNDS, wrong);
    munmap(memory, pages * PAGE_BYTES);
}

int main(int argc, char **argv)
{
    struct options options = read_options(argc, argv, "MIB", 16, 16384);
    for (int set = 0; set < SETS; set++)
        work(options.count << set, options.verbose);
    return 0;
}
