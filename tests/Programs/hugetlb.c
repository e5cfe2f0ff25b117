/* hugetlb: explicit huge pages from a pool of eight: reservations, faults, copies, cuts, and what /proc says. Linux's output is in hugetlb.txt. */
#include "hugetlb.h"

#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB)
#define SHARED (MAP_SHARED | MAP_ANONYMOUS | MAP_HUGETLB)
#define SIZE(log) ((log) << 26)

static void status(const char *field)
{
    char line[128];
    FILE *file = fopen("/proc/self/status", "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, field, strlen(field)) == 0)
            fputs(line, stdout);
    fclose(file);
}

static char *map(unsigned long pages, int flags)
{
    return mmap(NULL, pages * HUGE, PROT_READ | PROT_WRITE, flags, -1, 0);
}

static void refusals(char *area)
{
    TRY(munmap(mmap(NULL, HUGE, PROT_READ, PRIVATE | SIZE(21), -1, 0), HUGE));
    TRY(mmap(NULL, HUGE, PROT_READ, PRIVATE | SIZE(30), -1, 0) == MAP_FAILED ? -1 : 0);
    TRY(mmap(NULL, HUGE, PROT_READ, PRIVATE | SIZE(24), -1, 0) == MAP_FAILED ? -1 : 0);
    TRY(mmap(NULL, 100 * HUGE, PROT_READ, PRIVATE, -1, 0) == MAP_FAILED ? -1 : 0);
    TRY(mmap(NULL, HUGE, PROT_READ, MAP_PRIVATE | MAP_HUGETLB, 0, 0) == MAP_FAILED ? -1 : 0);
    TRY(mmap(area + PAGE, HUGE, PROT_READ, PRIVATE | MAP_FIXED, -1, 0) == MAP_FAILED ? -1 : 0);
    TRY(munmap(area, PAGE));
    TRY(munmap(area + PAGE, HUGE));
    TRY(munmap(area + HUGE, HUGE + PAGE));
    TRY(mprotect(area, PAGE, PROT_READ));
    TRY(mprotect(area + PAGE, HUGE, PROT_READ));
    TRY(mremap(area, 2 * HUGE, 3 * HUGE, MREMAP_MAYMOVE) == MAP_FAILED ? -1 : 0);
    TRY(madvise(area + PAGE, HUGE, MADV_DONTNEED));
    TRY(madvise(area, HUGE + PAGE, MADV_FREE));
    TRY(madvise(area, HUGE, MADV_HUGEPAGE));
    TRY(madvise(area, PAGE, MADV_DONTFORK));
    TRY(mlock(area, PAGE));
    TRY(munlock(area, PAGE));
}

static void calls(void)
{
    char *area = map(4, PRIVATE);
    pool("four pages mapped");
    show("untouched", area);
    printf("aligned: %d\n", ((uintptr_t)area & (HUGE - 1)) == 0);
    write_pages("two of them", area, 2);
    pool("two written");
    show("two written", area);
    status("HugetlbPages");
    refusals(area);
    pool("after refused calls");
    TRY(mprotect(area + HUGE, HUGE, PROT_READ));
    show("read-only second page", area + HUGE);
    TRY(mprotect(area + HUGE, HUGE, PROT_READ | PROT_WRITE));
    write_pages("second page again", area + HUGE, 1);
    TRY(madvise(area, HUGE + PAGE, MADV_DONTNEED));
    pool("first dropped");
    printf("first word after MADV_DONTNEED: %ld\n", *(long *)(area + 4096));
    char *target = mmap(NULL, 4 * HUGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    target = (char *)(((uintptr_t)target + HUGE - 1) & ~(HUGE - 1));
    TRY(mremap(area + HUGE, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, target + PAGE) == MAP_FAILED ? -1 : 0);
    TRY(mremap(area + HUGE, HUGE, HUGE, MREMAP_MAYMOVE | MREMAP_FIXED, target) == MAP_FAILED ? -1 : 0);
    printf("moved: %ld\n", *(long *)(target + 64 * PAGE));
    pool("second moved");
    munmap(target, HUGE);
    pool("second unmapped");
    munmap(area, 4 * HUGE);
    pool("all unmapped");
}

static void copies(void)
{
    char *area = map(3, PRIVATE);
    write_pages("before fork", area, 2);
    pool("before fork");
    fflush(stdout);
    if (fork() == 0) {
        pool("child");
        write_pages("child's copy", area, 1);
        printf("parent's value %ld\n", *(long *)(area + HUGE));
        show("child", area);
        pool("child wrote");
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    pool("child has ended");
    write_pages("parent again", area, 3);
    pool("parent wrote");
    munmap(area, 3 * HUGE);
    pool("unmapped");
}

static void shared(void)
{
    char *area = map(3, SHARED);
    pool("shared, three pages");
    fflush(stdout);
    if (fork() == 0) {
        *(volatile long *)(area + HUGE + 8) = 77;
        pool("child wrote");
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    printf("child's value %ld\n", *(volatile long *)(area + HUGE + 8));
    show("shared", area);
    munmap(area, HUGE);
    pool("first unmapped");
    munmap(area + HUGE, 2 * HUGE);
    pool("unmapped");
}

static void exhaustion(void)
{
    char *area = map(6, PRIVATE);
    TRY(map(3, PRIVATE) == MAP_FAILED ? -1 : 0);
    char *more = map(3, PRIVATE | MAP_NORESERVE);
    pool("three more without reservation");
    write_pages("without reservation", more, 3);
    pool("two of them came");
    write_pages("reserved", area, 6);
    pool("all taken");
    munmap(more, 3 * HUGE);
    munmap(area, 6 * HUGE);
    area = map(2, PRIVATE | MAP_POPULATE);
    pool("populated");
    unsigned char resident[1024];
    mincore(area, 2 * HUGE, resident);
    int count = 0;
    for (int page = 0; page < 1024; page++)
        count += resident[page] & 1;
    printf("%d pages resident\n", count);
    munmap(area, 2 * HUGE);
    pool("unmapped");
}

static void resize(void)
{
    char *area = map(4, PRIVATE);
    write_pages("four", area, 3);
    set_pool("nr_hugepages", "2");
    pool("pool of two asked for, four in use");
    munmap(area, 4 * HUGE);
    pool("unmapped");
    set_pool("nr_overcommit_hugepages", "2");
    area = map(4, PRIVATE);
    pool("two over the pool");
    write_pages("four", area, 4);
    pool("written");
    TRY(map(1, PRIVATE) == MAP_FAILED ? -1 : 0);
    munmap(area, 4 * HUGE);
    pool("unmapped");
    set_pool("nr_overcommit_hugepages", "0");
    set_pool("nr_hugepages", "0");
    pool("no pool");
    TRY(map(1, PRIVATE) == MAP_FAILED ? -1 : 0);
}

int main(void)
{
    catch_signals();
    set_pool("nr_hugepages", "8");
    pool("pool of eight");
    calls();
    copies();
    shared();
    exhaustion();
    resize();
    return 0;
}
