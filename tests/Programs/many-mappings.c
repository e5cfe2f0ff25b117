/* many-mappings COUNT: makes COUNT areas of one page each, looks into all of them in random order, and takes every second one away again. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define PAGE 4096UL

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    long count = atol(argv[1]);
    char *region = mmap(NULL, 2 * count * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (region == MAP_FAILED)
        return 1;
    for (long i = 0; i < count; i++)
        if (mmap(region + 2 * i * PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED) {
            printf("%ld areas fit\n", i);
            count = i;
        }
    unsigned long state = 1, sum = 0;
    for (long i = 0; i < count; i++) {
        state = state * 6364136223846793005UL + 1442695040888963407UL;
        char *page = region + 2 * ((state >> 33) % count) * PAGE;
        *page += 1;
        sum += (unsigned char)*page;
    }
    for (long i = 0; i < count; i += 2)
        if (munmap(region + 2 * i * PAGE, PAGE) != 0)
            return 1;
    printf("%ld areas, sum %lu\n", count, sum);
    return 0;
}
