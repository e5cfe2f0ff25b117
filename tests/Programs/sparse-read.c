/* sparse-read FILE: reads a page here and there of a large file, has them dropped, and tells whether the kernel's memory for keeping them came and went. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static long slab(void)
{
    char line[256];
    long value = 0;
    FILE *text = fopen("/proc/meminfo", "r");
    while (fgets(line, sizeof line, text))
        if (strncmp(line, "Slab:", 5) == 0)
            value = strtol(line + 5, NULL, 10);
    fclose(text);
    return value;
}

int main(int argc, char **argv)
{
    char byte;
    int file = open(argc > 1 ? argv[1] : "", O_RDONLY);
    long before = slab();
    posix_fadvise(file, 0, 0, POSIX_FADV_RANDOM);
    for (long at = 0; at < 1L << 30; at += 256 << 10)
        if (pread(file, &byte, 1, at) != 1)
            return 1;
    long grown = slab() - before;
    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    long left = slab() - before;
    printf("taken: %s, given back: %s\n", grown > 2000 ? "yes" : "no", left < 200 ? "yes" : "no");
    return 0;
}
