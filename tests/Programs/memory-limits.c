/* memory-limits: what RLIMIT_AS, RLIMIT_DATA, RLIMIT_STACK and mlock's flags refuse. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MIB (1UL << 20)

static void limit(int resource, unsigned long soft)
{
    struct rlimit value;
    getrlimit(resource, &value);
    value.rlim_cur = soft;
    if (setrlimit(resource, &value) != 0)
        perror("setrlimit");
}

static void try_map(const char *what, unsigned long mebibytes, int protection, int flags)
{
    void *memory = mmap(NULL, mebibytes * MIB, protection, flags | MAP_ANONYMOUS, -1, 0);
    printf("%s, %lu MiB: %s\n", what, mebibytes, memory == MAP_FAILED ? strerror(errno) : "mapped");
}

static void address_space(void)
{
    limit(RLIMIT_AS, 64 * MIB);
    try_map("read-only", 40, PROT_READ, MAP_PRIVATE);
    try_map("read-only again", 40, PROT_READ, MAP_PRIVATE);
    char *old = sbrk(0);
    printf("brk: %s\n", brk(old + 60 * MIB) == 0 ? "moved" : strerror(errno));
    void *memory = malloc(30 * MIB);
    printf("malloc: %s\n", memory ? "memory" : "none");
}

static void data(void)
{
    limit(RLIMIT_DATA, 16 * MIB);
    try_map("shared", 40, PROT_READ | PROT_WRITE, MAP_SHARED);
    try_map("private", 40, PROT_READ | PROT_WRITE, MAP_PRIVATE);
    try_map("private, read-only", 40, PROT_READ, MAP_PRIVATE);
    char *memory = mmap(NULL, 40 * MIB, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    printf("mprotect: %s\n", mprotect(memory, 40 * MIB, PROT_READ | PROT_WRITE) == 0 ? "done" : strerror(errno));
    printf("mprotect of little: %s\n", mprotect(memory, MIB, PROT_READ | PROT_WRITE) == 0 ? "done" : strerror(errno));
}

static int deep(int depth)
{
    volatile char frame[4096];
    frame[0] = (char)depth;
    return depth == 0 ? frame[0] : deep(depth - 1) + frame[0];
}

static void stack(void)
{
    limit(RLIMIT_STACK, MIB);
    deep(150);
    puts("150 frames fit");
    fflush(stdout);
    deep(400);
    puts("400 frames fit");
}

static void lock(void)
{
    char *memory = mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    unsigned char resident[256];
    printf("mlock: %d\n", mlock(memory + 100, MIB / 2));
    mincore(memory, MIB, resident);
    int count = 0;
    for (int page = 0; page < 256; page++)
        count += resident[page] & 1;
    printf("resident: %d\n", count);
    printf("discard: %s\n", madvise(memory, MIB, MADV_DONTNEED) == 0 ? "done" : strerror(errno));
    printf("munlock: %d\n", munlock(memory, MIB));
    printf("discard: %s\n", madvise(memory, MIB, MADV_DONTNEED) == 0 ? "done" : strerror(errno));
    printf("mlockall: %s\n", mlockall(4) == 0 ? "done" : strerror(errno));
    printf("mlockall: %s\n", mlockall(MCL_CURRENT | MCL_FUTURE) == 0 ? "done" : strerror(errno));
    char *locked = mmap(NULL, 16 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mincore(locked, 16 * 4096, resident);
    printf("resident at once: %d\n", (resident[0] & 1) + (resident[15] & 1));
    printf("munlockall: %d\n", munlockall());
}

static void in_child(const char *name, void (*test)(void))
{
    printf("== %s\n", name);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        test();
        fflush(stdout);
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        printf("signal %d\n", WTERMSIG(status));
    else
        printf("status %d\n", WEXITSTATUS(status));
}

int main(void)
{
    in_child("address space", address_space);
    in_child("data", data);
    in_child("stack", stack);
    in_child("lock", lock);
    return 0;
}
