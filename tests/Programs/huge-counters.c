/* huge-counters: what /proc/vmstat counts while huge pages come, are cut, shared, copied, moved and dropped. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL
#define HUGE (2UL << 20)
#define COUNTERS 6

static const char *const names[COUNTERS] = {"thp_fault_alloc ", "thp_fault_fallback ", "thp_collapse_alloc ", "thp_split_page ", "thp_deferred_split_page ", "thp_split_pmd "};

static long before[COUNTERS];

static void count(long *values)
{
    char text[16384], line[64];
    int file = open("/proc/vmstat", O_RDONLY);
    long length = read(file, text, sizeof text - 1);
    close(file);
    text[length > 0 ? length : 0] = 0;
    for (int i = 0; i < COUNTERS; i++) {
        snprintf(line, sizeof line, "\n%s", names[i]);
        char *found = strstr(text, line);
        values[i] = found ? atol(found + strlen(line)) : -1;
    }
}

static void report(const char *title)
{
    long now[COUNTERS];
    count(now);
    printf("%-36s", title);
    for (int i = 0; i < COUNTERS; i++)
        if (now[i] != before[i])
            printf(" %s%ld", names[i] + 4, now[i] - before[i]);
    putchar('\n');
    fflush(stdout);
    count(before);
}

static char *map(unsigned long pages)
{
    char *start = mmap(NULL, pages * HUGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    madvise(start, pages * HUGE, MADV_HUGEPAGE);
    return start;
}

int main(void)
{
    char *area = map(8);
    count(before);
    for (int i = 0; i < 4; i++)
        area[i * HUGE] = 1;
    report("four written");
    (void)*(volatile char *)(area + 4 * HUGE);
    report("one read");
    area[4 * HUGE] = 1;
    report("and written");
    mprotect(area + PAGE, PAGE, PROT_READ);
    report("a part made read-only");
    mprotect(area + PAGE, PAGE, PROT_READ | PROT_WRITE);
    report("and writable");
    munmap(area + HUGE + PAGE, PAGE);
    report("a part unmapped");
    madvise(area + 2 * HUGE + PAGE, 3 * PAGE, MADV_DONTNEED);
    report("a part dropped");
    madvise(area + 2 * HUGE + 9 * PAGE, 3 * PAGE, MADV_DONTNEED);
    report("another part of it");
    madvise(area + 3 * HUGE, HUGE, MADV_DONTNEED);
    report("a whole one dropped");
    area[3 * HUGE] = 1;
    report("and written");
    if (fork() == 0) {
        report("forked");
        area[3 * HUGE + PAGE] = 2;
        report("child's copy");
        munmap(area + 4 * HUGE, PAGE);
        report("a shared part unmapped by the child");
        _exit(0);
    }
    wait(NULL);
    count(before);
    area[3 * HUGE + PAGE] = 3;
    report("parent writes");
    madvise(area + 2 * HUGE, HUGE, 25);
    report("collapsed");
    mremap(area + 4 * HUGE + PAGE, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, area + 6 * HUGE);
    report("cut and moved");
    mlock(area + 3 * HUGE, PAGE);
    report("a part locked");
    munmap(area, 8 * HUGE);
    report("unmapped");
    area = map(2);
    area[0] = area[HUGE] = 1;
    madvise(area, PAGE, MADV_FREE);
    report("a part free");
    madvise(area, 2 * HUGE, MADV_COLD);
    report("cold");
    area = map(3);
    area[0] = area[HUGE] = area[2 * HUGE] = 1;
    madvise(area, 2 * HUGE, MADV_FREE);
    report("two free");
    madvise(area, 3 * HUGE, MADV_WILLNEED);
    report("wanted");
    area = map(1);
    area[0] = 1;
    mprotect(area, HUGE, PROT_NONE);
    mprotect(area, HUGE, PROT_READ);
    report("protected as a whole");
    return 0;
}
