/* collapse: which memory in small pages khugepaged makes huge pages of, with its settings. Linux's output is in collapse.txt. */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAGE 4096UL
#define HUGE (2UL << 20)
#define SETTINGS "/sys/kernel/mm/transparent_hugepage/"

static void set(const char *name, long value)
{
    char path[128];
    snprintf(path, sizeof path, SETTINGS "khugepaged/%s", name);
    FILE *file = fopen(path, "w");
    if (!file || fprintf(file, "%ld", value) < 0 || fclose(file) != 0)
        perror(path);
}

static long get(const char *name)
{
    char path[128], line[64] = "";
    snprintf(path, sizeof path, SETTINGS "khugepaged/%s", name);
    FILE *file = fopen(path, "r");
    if (!file || !fgets(line, sizeof line, file) || fclose(file) != 0)
        perror(path);
    return atol(line);
}

/* A field of smaps of the area that begins at start, in kB. */
static long field(char *start, const char *name)
{
    char line[512];
    int inside = 0;
    long value = -1;
    FILE *smaps = fopen("/proc/self/smaps", "r");
    while (smaps && fgets(line, sizeof line, smaps)) {
        unsigned long from, to;
        if (sscanf(line, "%lx-%lx %*4s", &from, &to) == 2 && strchr(line, '-') < strchr(line, ' '))
            inside = from == (unsigned long)start;
        if (inside && strncmp(line, name, strlen(name)) == 0)
            value = atol(line + strlen(name));
    }
    fclose(smaps);
    return value;
}

static void nap(long milliseconds)
{
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    nanosleep(&time, NULL);
}

/* Four huge pages' ranges of small pages, all but the last `missing` of each; khugepaged may have them from now on. */
static char *area(long missing)
{
    char *start = mmap(NULL, 4 * HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    madvise(start, 4 * HUGE, MADV_NOHUGEPAGE);
    for (long i = 0; i < 4; i++)
        for (long page = 0; page < 512 - missing; page++)
            *(volatile long *)(start + i * HUGE + page * PAGE) = i * 1000 + page + 1;
    return start;
}

static void report(const char *title, char *start, long missing)
{
    long wrong = 0;
    for (long i = 0; i < 4; i++)
        for (long page = 0; page < 512 - missing; page++)
            if (*(volatile long *)(start + i * HUGE + page * PAGE) != i * 1000 + page + 1)
                wrong++;
    printf("%-44s huge %ld kB, resident %ld kB, %ld wrong\n", title, field(start, "AnonHugePages:"), field(start, "Rss:"), wrong);
}

static void try_missing(const char *title, long missing, long maximum)
{
    char *start = area(missing);
    set("max_ptes_none", maximum);
    madvise(start, 4 * HUGE, MADV_HUGEPAGE);
    nap(400);
    report(title, start, missing);
    munmap(start, 4 * HUGE);
    set("max_ptes_none", 511);
}

static void try_shared(const char *title, long maximum)
{
    char *start = area(0);
    int ends[2];
    char byte;
    set("max_ptes_shared", maximum);
    if (pipe(ends) != 0)
        exit(1);
    pid_t child = fork();
    if (child == 0) {
        close(ends[1]);
        if (read(ends[0], &byte, 1) < 0)
            _exit(1);
        _exit(0);
    }
    /* The first half becomes the parent's own again. */
    for (long i = 0; i < 4; i++)
        for (long page = 0; page < 256; page++)
            *(volatile long *)(start + i * HUGE + page * PAGE) = i * 1000 + page + 1;
    madvise(start, 4 * HUGE, MADV_HUGEPAGE);
    nap(400);
    report(title, start, 0);
    close(ends[0]);
    close(ends[1]);
    waitpid(child, NULL, 0);
    munmap(start, 4 * HUGE);
    set("max_ptes_shared", 256);
}

static void try_rights(const char *title, int rights)
{
    char *start = area(0);
    mprotect(start, 4 * HUGE, rights);
    madvise(start, 4 * HUGE, MADV_HUGEPAGE);
    nap(400);
    mprotect(start, 4 * HUGE, PROT_READ | PROT_WRITE);
    report(title, start, 0);
    munmap(start, 4 * HUGE);
}

int main(void)
{
    long sleep_before = get("scan_sleep_millisecs"), pages_before = get("pages_to_scan");
    set("scan_sleep_millisecs", 20);
    set("pages_to_scan", 8192);
    try_missing("all pages there", 0, 511);
    try_missing("one page each", 511, 511);
    try_missing("100 missing, 99 may", 100, 99);
    try_missing("100 missing, 100 may", 100, 100);
    try_missing("none may be missing", 0, 0);
    try_shared("256 shared, 256 may", 256);
    try_shared("256 shared, 255 may", 255);
    try_rights("read-only", PROT_READ);
    try_rights("no access", PROT_NONE);
    char *start = area(0);
    nap(200);
    report("no advice", start, 0);
    madvise(start + PAGE, 4 * HUGE - PAGE, MADV_HUGEPAGE);
    nap(400);
    madvise(start, 4 * HUGE, MADV_HUGEPAGE);
    report("advice from the second page on", start, 0);
    nap(400);
    report("advice for all", start, 0);
    madvise(start + 5 * PAGE, PAGE, MADV_DONTNEED);
    *(volatile long *)(start + 5 * PAGE) = 6;
    report("one page dropped and written", start, 0);
    nap(400);
    report("a moment later", start, 0);
    munmap(start, 4 * HUGE);
    set("scan_sleep_millisecs", sleep_before);
    set("pages_to_scan", pages_before);
    return 0;
}
