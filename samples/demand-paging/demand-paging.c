/* mmap only promises memory. Each page arrives with the fault of its first touch, and never faults again. */
#include "../common/sample.h"

enum { STEPS = 8 };

static long touch(unsigned char *memory, long first_page, long last_page)
{
    long before = minor_faults();
    for (long page = first_page; page < last_page; page++)
        memory[page * PAGE_BYTES] = (unsigned char)(page + 1);
    return minor_faults() - before;
}

int main(int argc, char **argv)
{
    struct options options = read_options(argc, argv, "MIB", 16, 65536);
    long pages = options.count * MIB / PAGE_BYTES;
    unsigned char *memory = map_pages(pages);
    long total = 0;

    printf("mapped %ld MiB: %ld pages, none of them present yet\n", options.count, pages);
    for (int step = 0; step < STEPS; step++) {
        long first = pages * step / STEPS, last = pages * (step + 1) / STEPS;
        long faults = touch(memory, first, last);
        total += faults;
        printf("touched %3d %%, faults per page: %ld\n", 100 * (step + 1) / STEPS, faults_per_page(faults, last - first));
        if (options.verbose)
            printf("  %ld faults for %ld pages\n", faults, last - first);
    }

    long again = touch(memory, 0, pages);
    printf("touched all again, faults per page: %ld\n", faults_per_page(again, pages));
    if (options.verbose)
        printf("  %ld faults the first time, %ld the second\n", total, again);

    unsigned long sum = 0;
    for (long page = 0; page < pages; page++)
        sum += memory[page * PAGE_BYTES];
    printf("sum of the first bytes: %lu\n", sum);
    return 0;
}
