/* The same number of loads each time, over more and more pages. While the pages fit the TLB every pass after the first hits;
 * one page too many and a FIFO or LRU TLB misses on every load. A dense walk of the same memory misses once in 64 lines. */
#include "../common/sample.h"

#define LINE_BYTES 64L

/* Loads one word per stride, round and round, `loads` times. */
static unsigned long walk(const unsigned char *memory, long bytes, long stride, long loads)
{
    unsigned long sum = 0;
    long offset = 0;
    for (long i = 0; i < loads; i++) {
        sum += *(const volatile unsigned int *)(memory + offset);
        offset += stride;
        if (offset >= bytes)
            offset -= bytes;
    }
    return sum;
}

int main(int argc, char **argv)
{
    static const long page_counts[] = {4, 16, 64, 256, 1024, 4096};
    struct options options = read_options(argc, argv, "LOADS", 65536, 1L << 40);
    long most_pages = page_counts[5];
    unsigned char *memory = map_pages(most_pages);

    for (long offset = 0; offset < most_pages * PAGE_BYTES; offset += LINE_BYTES)
        *(unsigned int *)(memory + offset) = (unsigned int)(offset / LINE_BYTES * 2654435761u >> 8);

    printf("%ld loads each\n", options.count);
    for (int i = 0; i < 6; i++) {
        long pages = page_counts[i];
        printf("one load per page, %4ld pages: sum %lu\n", pages, walk(memory, pages * PAGE_BYTES, PAGE_BYTES, options.count));
    }
    printf("one load per line, %4ld pages: sum %lu\n", most_pages, walk(memory, most_pages * PAGE_BYTES, LINE_BYTES, options.count));
    return 0;
}
