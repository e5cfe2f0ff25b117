/* huge-mappings: transparent huge pages and what splits them: after each step, the faults it took and what smaps says of the areas. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL
#define HUGE (2UL << 20)
#define PAGES (HUGE / PAGE)
#define AREA (8 * HUGE)

#ifndef MADV_COLLAPSE
#define MADV_COLLAPSE 25
#endif

static long faults(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

/* What smaps says of all areas that overlap [start, start + AREA). */
static void show(const char *title, char *start)
{
    static const char *fields[] = {"Rss:", "Anonymous:", "AnonHugePages:", "Locked:", "THPeligible:"};
    char line[512];
    int inside = 0;
    FILE *smaps = fopen("/proc/self/smaps", "r");
    printf("%s\n", title);
    while (smaps && fgets(line, sizeof line, smaps)) {
        unsigned long from, to;
        char rights[8];
        if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) == 3) {
            inside = from < (unsigned long)start + AREA && to > (unsigned long)start;
            if (inside)
                printf("\n  page %5ld, %5lu pages %s", (long)(from - (unsigned long)start) / (long)PAGE, (to - from) / PAGE, rights);
        }
        for (unsigned i = 0; inside && i < sizeof fields / sizeof *fields; i++)
            if (strncmp(line, fields[i], strlen(fields[i])) == 0)
                printf(" %s %ld", fields[i], atol(line + strlen(fields[i])));
    }
    fclose(smaps);
    putchar('\n');
}

/* An area of whole huge pages with unmapped memory on both sides. */
static char *new_area(int advice)
{
    char *free_space = mmap(NULL, AREA + 2 * HUGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    munmap(free_space, AREA + 2 * HUGE);
    char *start = (char *)(((uintptr_t)free_space + HUGE) & ~(HUGE - 1));
    char *area = mmap(start, AREA, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (area != start || madvise(area, AREA, advice) != 0)
        puts("no area");
    return area;
}

/* Writes each page of so many huge pages and returns the faults that took. */
static long write_pages(char *area, unsigned long huge_pages)
{
    long before = faults();
    for (unsigned long page = 0; page < huge_pages * PAGES; page++)
        *(volatile int *)(area + page * PAGE) = (int)page;
    return faults() - before;
}

static long read_pages(char *area, unsigned long huge_pages)
{
    long before = faults();
    for (unsigned long page = 0; page < huge_pages * PAGES; page++)
        (void)*(volatile int *)(area + page * PAGE);
    return faults() - before;
}

static long write_at(char *address, int value)
{
    long before = faults();
    *(volatile int *)address = value;
    return faults() - before;
}

static int wrong_pages(char *area, unsigned long huge_pages)
{
    int wrong = 0;
    for (unsigned long page = 0; page < huge_pages * PAGES; page++)
        wrong += *(volatile int *)(area + page * PAGE) != (int)page;
    return wrong;
}

static void split_by_calls(void)
{
    char *area = new_area(MADV_HUGEPAGE);
    printf("written in %ld faults\n", write_pages(area, 6));
    show("six huge pages", area);
    munmap(area + PAGE, PAGE);
    show("munmap of page 1", area);
    mprotect(area + HUGE + PAGE, PAGE, PROT_READ);
    show("mprotect of page 1 of the second", area);
    mprotect(area + 2 * HUGE, HUGE, PROT_READ);
    show("mprotect of the third", area);
    mprotect(area + 2 * HUGE, HUGE, PROT_NONE);
    mprotect(area + 2 * HUGE, HUGE, PROT_READ | PROT_WRITE);
    show("and back", area);
    madvise(area + 3 * HUGE + 2 * PAGE, PAGE, MADV_DONTNEED);
    show("MADV_DONTNEED of a page of the fourth", area);
    printf("written again in %ld faults\n", write_at(area + 3 * HUGE + 2 * PAGE, 3 * PAGES + 2));
    mlock(area + 4 * HUGE + 8 * PAGE, 4 * PAGE);
    show("mlock of pages of the fifth", area);
    madvise(area + 5 * HUGE + 8 * PAGE, 4 * PAGE, MADV_DONTFORK);
    show("MADV_DONTFORK of pages of the sixth", area);
    printf("%d wrong pages\n", wrong_pages(area + 2 * PAGE, 0) + (*(int *)(area + 2 * HUGE) != 2 * PAGES));
    munmap(area, AREA);
}

static void read_first(void)
{
    char *area = new_area(MADV_HUGEPAGE);
    printf("read in %ld faults\n", read_pages(area, 3));
    show("zeros", area);
    printf("written in %ld faults\n", write_at(area + HUGE + 5 * PAGE, 7));
    show("one written", area);
    madvise(area + 2 * HUGE + PAGE, PAGE, MADV_DONTNEED);
    show("hole in the zeros", area);
    printf("read in %ld faults, written in %ld\n", read_pages(area + 2 * HUGE, 1), write_pages(area + 2 * HUGE, 1));
    munmap(area, AREA);
}

static void copy_on_write(void)
{
    char *area = new_area(MADV_HUGEPAGE);
    int ready[2], finish[2];
    char byte = 0;
    if (pipe(ready) != 0 || pipe(finish) != 0)
        return;
    write_pages(area, 3);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        show("child", area);
        printf("child wrote one page in %ld faults\n", write_at(area + 5 * PAGE, 1000));
        printf("child wrote another in %ld faults\n", write_at(area + 6 * PAGE, 1001));
        printf("%d wrong pages\n", wrong_pages(area, 3));
        show("child's", area);
        fflush(stdout);
        if (write(ready[1], &byte, 1) == 1 && read(finish[0], &byte, 1) == 1)
            _exit(0);
    }
    if (read(ready[0], &byte, 1) != 1)
        return;
    show("parent", area);
    printf("parent wrote in %ld faults, %d wrong pages\n", write_at(area + HUGE, PAGES), wrong_pages(area, 3));
    show("parent's", area);
    if (write(finish[1], &byte, 1) != 1)
        return;
    waitpid(child, NULL, 0);
    printf("parent wrote after the child's end in %ld faults, %d wrong pages\n", write_at(area + 2 * HUGE, 2 * PAGES), wrong_pages(area, 3));
    show("parent's", area);
    munmap(area, AREA);
}

static void move(void)
{
    char *area = new_area(MADV_HUGEPAGE);
    write_pages(area, 2);
    munmap(area + 4 * HUGE, 4 * HUGE);
    mremap(area, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, area + 4 * HUGE);
    show("moved to a huge page's place", area);
    printf("%d wrong pages\n", wrong_pages(area + 4 * HUGE, 1));
    mremap(area + 4 * HUGE, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, area + 5 * HUGE + PAGE);
    show("moved elsewhere", area);
    printf("%d wrong pages\n", wrong_pages(area + 5 * HUGE + PAGE, 1));
    mremap(area + HUGE, HUGE, HUGE / 2, 0);
    show("shrunk", area);
    munmap(area, AREA);
}

static void refuse(void)
{
    char *area = new_area(MADV_NOHUGEPAGE);
    printf("MADV_NOHUGEPAGE: written in %ld faults\n", write_pages(area, 1));
    show("small pages", area);
    munmap(area, AREA);
    area = new_area(MADV_HUGEPAGE);
    munmap(area + HUGE - PAGE, 2 * PAGE);
    printf("no room: written in %ld faults\n", write_at(area, 1) + write_at(area + 5 * PAGE, 1) + write_at(area + HUGE + PAGE, 1));
    show("small pages", area);
    munmap(area, AREA);
}

static void collapse(void)
{
    char *area = new_area(MADV_NOHUGEPAGE);
    write_pages(area, 3);
    printf("collapse with MADV_NOHUGEPAGE: %d\n", madvise(area, HUGE, MADV_COLLAPSE));
    madvise(area, AREA, MADV_HUGEPAGE);
    munmap(area + PAGE, PAGE);
    madvise(area + HUGE + 7 * PAGE, 9 * PAGE, MADV_DONTNEED);
    printf("collapse with a hole in the first: %d\n", madvise(area + 2 * PAGE, 3 * HUGE, MADV_COLLAPSE));
    show("collapsed", area);
    *(volatile int *)(area + HUGE + 3 * PAGE) += 0;
    printf("%d wrong pages, then %d\n", wrong_pages(area + 2 * PAGE, 0), *(int *)(area + HUGE + 8 * PAGE) + *(int *)(area + HUGE + 6 * PAGE) - (int)PAGES - 6);
    printf("collapse of nothing: %d\n", madvise(area + 5 * HUGE, HUGE, MADV_COLLAPSE));
    munmap(area, AREA);
}

static void disable(void)
{
    char *area = new_area(MADV_HUGEPAGE);
    printf("disabled: %d %d %d\n", prctl(PR_SET_THP_DISABLE, 1, 0, 0, 0), prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0), prctl(PR_SET_THP_DISABLE, 1, 0, 0, 5));
    printf("written in %ld faults\n", write_pages(area, 1));
    prctl(PR_SET_THP_DISABLE, 0, 0, 0, 0);
    printf("written in %ld faults\n", write_pages(area + HUGE, 1));
    munmap(area, AREA);
}

int main(void)
{
    split_by_calls();
    read_first();
    copy_on_write();
    move();
    refuse();
    collapse();
    disable();
    return 0;
}
