/* The same memory and the same loads, one per 4 KiB, in pages of 4 KiB and in pages of 2 MiB: one fault and one TLB entry for 512 times the memory.
 * With "small" or "huge" only one of the two runs, so that their counts can be put side by side. */
#include "../common/sample.h"

#include <stdint.h>

#define HUGE_BYTES (2 * MIB)
#define ROUNDS 16

/* Fresh memory that begins where a huge page may. */
static unsigned char *map_aligned(long bytes, int advice)
{
    unsigned char *memory = mmap(NULL, bytes + HUGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        fail("mmap");
    memory = (unsigned char *)(((uintptr_t)memory + HUGE_BYTES - 1) & ~(uintptr_t)(HUGE_BYTES - 1));
    madvise(memory, bytes, advice); /* a wish: systems without huge pages refuse it */
    return memory;
}

static void measure(const char *name, long mebibytes, int advice, int verbose)
{
    long bytes = mebibytes * MIB;
    unsigned char *memory = map_aligned(bytes, advice);
    long before = minor_faults();
    for (long offset = 0; offset < bytes; offset += PAGE_BYTES)
        *(volatile unsigned int *)(memory + offset) = (unsigned int)(offset / PAGE_BYTES);
    long faults = minor_faults() - before;

    unsigned long sum = 0;
    for (int round = 0; round < ROUNDS; round++)
        for (long offset = 0; offset < bytes; offset += PAGE_BYTES)
            sum += *(volatile unsigned int *)(memory + offset);
    printf("%s pages: faults per 2 MiB: %ld, sum of %ld loads: %lu\n", name, faults_per_page(faults, bytes / HUGE_BYTES), ROUNDS * bytes / PAGE_BYTES, sum);
    if (verbose)
        printf("  %ld faults for %ld MiB\n", faults, mebibytes);
}

int main(int argc, char **argv)
{
    int small = 1, huge = 1;
    if (argc > 1 && strcmp(argv[1], "small") == 0)
        huge = 0;
    else if (argc > 1 && strcmp(argv[1], "huge") == 0)
        small = 0;
    int words = small && huge ? 0 : 1;
    struct options options = read_options(argc - words, argv + words, "MIB", 32, 65536);
    options.count += options.count & 1; /* whole huge pages */
    if (small)
        measure("4 KiB", options.count, MADV_NOHUGEPAGE, options.verbose);
    if (huge)
        measure("2 MiB", options.count, MADV_HUGEPAGE, options.verbose);
    return 0;
}
