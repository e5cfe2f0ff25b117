/* What several samples share: arguments, minor fault counts, and the rule that keeps their text equal on every machine:
 * raw counts are printed with -v only, otherwise counts are rounded to whole faults per page. */
#ifndef SAMPLE_H
#define SAMPLE_H

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

#define PAGE_BYTES 4096L
#define MIB (1024L * 1024L)

struct options {
    int verbose; /* -v */
    long count;  /* the one number a sample takes */
};

static inline void fail(const char *what)
{
    fprintf(stderr, "%s: %s\n", what, strerror(errno));
    exit(1);
}

/* Accepts [-v] [COUNT]; ends the program with status 2 and a usage line for anything else. */
static inline struct options read_options(int argc, char **argv, const char *count_name, long default_count, long maximum)
{
    struct options options = {0, default_count};
    for (int i = 1; i < argc; i++) {
        char *end;
        if (strcmp(argv[i], "-v") == 0) {
            options.verbose = 1;
            continue;
        }
        options.count = strtol(argv[i], &end, 10);
        if (*argv[i] == '\0' || *end != '\0' || options.count < 1 || options.count > maximum) {
            fprintf(stderr, "usage: [-v] [%s]   (%s from 1 to %ld, %ld if not given)\n", count_name, count_name, maximum, default_count);
            exit(2);
        }
    }
    return options;
}

/* Page faults of this process that needed no read from a disk. */
static inline long minor_faults(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        fail("getrusage");
    return usage.ru_minflt;
}

/* Whole faults per page, rounded: a fault or two of the C library's own do not show. */
static inline long faults_per_page(long faults, long pages)
{
    return (faults + pages / 2) / pages;
}

/* Fresh private memory in pages of 4 KiB, even where the system prefers huge ones. */
static inline unsigned char *map_pages(long pages)
{
    void *memory = mmap(NULL, pages * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        fail("mmap");
    madvise(memory, pages * PAGE_BYTES, MADV_NOHUGEPAGE); /* a wish: systems without huge pages refuse it */
    return memory;
}

#endif
