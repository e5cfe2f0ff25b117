/* Counts the page faults of the classic cases: anonymous memory read and written, fork with copy on write, a sole owner. */
#define _GNU_SOURCE
#include <sched.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGES = 256, PAGE = 4096 };

static long faults(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt + usage.ru_majflt;
}

static long write_pages(volatile char *memory, int first, int last)
{
    long before = faults();
    for (int page = first; page < last; page++)
        memory[page * PAGE] = 1;
    return faults() - before;
}

static long read_pages(volatile char *memory, int first, int last)
{
    long before = faults();
    for (int page = first; page < last; page++)
        (void)memory[page * PAGE];
    return faults() - before;
}

static char *map(int flags)
{
    return mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    char *memory = map(MAP_PRIVATE);
    printf("first read: %ld\n", read_pages(memory, 0, PAGES));
    printf("write after read: %ld\n", write_pages(memory, 0, PAGES));
    char *fresh = map(MAP_PRIVATE);
    printf("first write: %ld\n", write_pages(fresh, 0, PAGES));
    char *shared = map(MAP_SHARED);
    printf("shared write: %ld\n", write_pages(shared, 0, PAGES));

    volatile int *stage = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    *stage = 0;
    pid_t pid = fork();
    if (pid == 0) {
        printf("child reads: %ld\n", read_pages(memory, 0, PAGES));
        printf("child copies: %ld\n", write_pages(memory, 0, PAGES / 2));
        *stage = 1;
        while (*stage == 1)
            sched_yield();
        printf("child is sole owner: %ld\n", write_pages(memory, PAGES / 2, PAGES));
        _exit(0);
    }
    while (*stage == 0)
        sched_yield();
    printf("parent copies: %ld\n", write_pages(memory, PAGES / 2, PAGES));
    *stage = 2;
    waitpid(pid, NULL, 0);
    printf("parent is sole owner: %ld\n", write_pages(memory, 0, PAGES));

    madvise(memory, PAGES * PAGE, MADV_DONTNEED);
    printf("after MADV_DONTNEED: %ld\n", write_pages(memory, 0, PAGES));
    mprotect(memory, PAGES * PAGE, PROT_NONE);
    mprotect(memory, PAGES * PAGE, PROT_READ | PROT_WRITE);
    printf("after mprotect there and back: %ld\n", write_pages(memory, 0, PAGES));
    char *moved = mremap(memory, PAGES * PAGE, 2 * PAGES * PAGE, MREMAP_MAYMOVE);
    printf("after mremap: %ld\n", write_pages(moved, 0, PAGES));
    return 0;
}
