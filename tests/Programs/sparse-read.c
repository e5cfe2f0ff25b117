/* sparse-read FILE: reads a page here and there of a large file, has them dropped, and tells whether the kernel's memory for keeping them came and went. */
#define _GNU_SOURCE
#include "kernel-values.h"

int main(int argc, char **argv)
{
    char byte;
    int file = open(argc > 1 ? argv[1] : "", O_RDONLY);
    long before = value_of("/proc/meminfo", "Slab");
    posix_fadvise(file, 0, 0, POSIX_FADV_RANDOM);
    for (long at = 0; at < 1L << 30; at += 256 << 10)
        if (pread(file, &byte, 1, at) != 1)
            return 1;
    long grown = value_of("/proc/meminfo", "Slab") - before;
    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    long left = value_of("/proc/meminfo", "Slab") - before;
    printf("taken: %s, given back: %s\n", grown > 2000 ? "yes" : "no", left < 200 ? "yes" : "no");
    return 0;
}
