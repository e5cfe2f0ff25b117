/* page-tables: what page tables of sparse mappings cost, and that all of it comes back. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096UL
#define HUGE (2UL << 20)
#define GIB (1UL << 30)
#define RANGE (64 * GIB)

static long kilobytes(void)
{
    char line[128];
    long result = -1;
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "VmPTE: %ld", &result) == 1)
            break;
    fclose(file);
    return result;
}

static long base;

static void show(const char *title)
{
    printf("%-44s %+5ld kB\n", title, kilobytes() - base);
}

static void touch(char *address)
{
    *(volatile char *)address = 1;
}

static char *reserve(void)
{
    char *range = mmap(NULL, RANGE + GIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (range == MAP_FAILED)
        exit(1);
    return range;
}

int main(void)
{
    kilobytes();
    base = kilobytes();
    show("start");
    char *range = reserve(), *start = (char *)(((uintptr_t)range + GIB - 1) & ~(GIB - 1));
    show("reserved");
    for (int i = 0; i < 64; i++)
        touch(start + i * GIB);
    show("a page in each of 64 GiB");
    for (int i = 0; i < 64; i++)
        munmap(start + i * GIB + 4 * HUGE, HUGE);
    show("holes beside them");
    for (int i = 0; i < 64; i++)
        munmap(start + i * GIB, PAGE);
    show("those pages unmapped");
    munmap(range, RANGE + GIB);
    show("all unmapped");

    range = reserve();
    start = (char *)(((uintptr_t)range + GIB - 1) & ~(GIB - 1));
    for (int i = 0; i < 300; i++)
        touch(start + i * HUGE);
    show("a page in each of 300 huge pages");
    munmap(start + HUGE + PAGE, 298 * HUGE);
    show("most unmapped");
    munmap(range, RANGE + GIB);
    show("all unmapped");

    range = reserve();
    start = (char *)(((uintptr_t)range + GIB - 1) & ~(GIB - 1));
    madvise(start, RANGE, MADV_HUGEPAGE);
    for (int i = 0; i < 4; i++)
        touch(start + i * 3 * GIB);
    show("a huge page in each of four GiB");
    munmap(start + 3 * GIB + PAGE, PAGE);
    show("one cut");
    madvise(start, HUGE, MADV_DONTNEED);
    show("one dropped");
    munmap(start + 6 * GIB, GIB);
    show("one unmapped with its GiB");
    munmap(range, RANGE + GIB);
    show("all unmapped");
    return 0;
}
