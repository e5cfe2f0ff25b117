/* mapping-storm SEED COUNT: random mmap, munmap, mprotect, mremap, madvise and touches in one region. Prints each result and, every 64 calls, the maps. */
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <unistd.h>

#define REGION_PAGES 1001
#define PAGE 4096UL

static unsigned long long state;
static char *region;
static sigjmp_buf fault;

static unsigned next(unsigned bound)
{
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return (unsigned)(state >> 33) % bound;
}

static void on_fault(int signal)
{
    siglongjmp(fault, signal);
}

static int any_protection(void)
{
    static const int protections[] = {PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE, PROT_READ | PROT_EXEC};
    return protections[next(5)];
}

static int any_advice(void)
{
    static const int advice[] = {MADV_NORMAL, MADV_RANDOM, MADV_SEQUENTIAL, MADV_WILLNEED, MADV_DONTNEED, MADV_DONTNEED, MADV_FREE, MADV_DONTFORK, MADV_DOFORK,
                                 MADV_DONTDUMP, MADV_DODUMP, MADV_WIPEONFORK, MADV_KEEPONFORK, MADV_POPULATE_READ, MADV_POPULATE_WRITE, 77};
    return advice[next(sizeof advice / sizeof *advice)];
}

static char *any_page(void)
{
    return region + next(REGION_PAGES) * PAGE;
}

static void show(const char *call, char *page, unsigned long length, void *result)
{
    printf("%s %lx %lx: ", call, (long)(page - region), length);
    if (result == MAP_FAILED)
        puts(strerror(errno));
    else
        printf("%lx\n", (long)((char *)result - region));
}

static void show_status(const char *call, char *page, unsigned long length, int result)
{
    printf("%s %lx %lx: %s\n", call, (long)(page - region), length, result == 0 ? "0" : strerror(errno));
}

static void *remap(char *page, unsigned long length, int flags)
{
    unsigned long new_length = (1 + next(24)) * PAGE;
    char *target = any_page();
    printf("to %lx %lx ", (long)(target - region), new_length);
    return mremap(page, length, new_length, flags, target);
}

static void show_maps(void)
{
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps && fgets(line, sizeof line, maps)) {
        unsigned long start, end;
        char rights[8];
        sscanf(line, "%lx-%lx %7s", &start, &end, rights);
        if (end > (unsigned long)region - 8192 * PAGE && start < (unsigned long)region + REGION_PAGES * PAGE)
            printf("%lx-%lx %s\n", start - (unsigned long)region, end - (unsigned long)region, rights);
    }
    fclose(maps);
}

static void touch(int file)
{
    volatile char *page = any_page();
    int signal = sigsetjmp(fault, 1);
    if (signal == 0) {
        if (next(3) == 0)
            printf("read %d\n", *page);
        else
            *page = (char)(*page + 1);
    } else {
        printf("touch: signal %d\n", signal);
    }
    (void)file;
}

static void step(int file)
{
    static const int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;
    unsigned long length = (1 + next(24)) * PAGE;
    char *page = any_page();
    switch (next(18)) {
    case 0: show("mmap", page, length, mmap(NULL, length, any_protection(), anonymous, -1, 0)); break;
    case 1: show("mmap hint", page, length, mmap(page, length, any_protection(), anonymous, -1, 0)); break;
    case 2: show("mmap fixed", page, length, mmap(page, length, any_protection(), anonymous | MAP_FIXED, -1, 0)); break;
    case 3: show("mmap noreplace", page, length, mmap(page, length, any_protection(), anonymous | MAP_FIXED_NOREPLACE, -1, 0)); break;
    case 4: show("mmap file", page, length, mmap(page, length, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, file, next(8) * PAGE)); break;
    case 5: show("mmap shared", page, length, mmap(page, length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, next(8) * PAGE)); break;
    case 6:
    case 7: show_status("munmap", page, length, munmap(page, length)); break;
    case 8:
    case 9: show_status("mprotect", page, length, mprotect(page, length, any_protection())); break;
    case 10: show("mremap", page, length, remap(page, length, MREMAP_MAYMOVE)); break;
    case 11: show("mremap in place", page, length, remap(page, length, 0)); break;
    case 12: show("mremap fixed", page, length, remap(page, length, MREMAP_MAYMOVE | MREMAP_FIXED)); break;
    case 13: show_status("madvise", page, length, madvise(page, length, any_advice())); break;
    case 14: show_status("mlock", page, length, mlock(page, length)); break;
    case 15:
    case 16: show_status("munlock", page, length, munlock(page, length)); break;
    case 17: show("mmap reserve none", page, length, mmap(page, length, any_protection(), anonymous | MAP_FIXED | MAP_NORESERVE, -1, 0)); break;
    }
    for (int count = next(4); count > 0; count--)
        touch(file);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    if (!(personality(0xffffffff) & ADDR_NO_RANDOMIZE)) {
        personality(ADDR_NO_RANDOMIZE);
        execv("/proc/self/exe", argv);
    }
    state = strtoull(argv[1], NULL, 10);
    char name[] = "/tmp/mapping-storm-XXXXXX";
    int file = mkstemp(name);
    unlink(name);
    for (int page = 0; page < 16; page++) {
        char bytes[PAGE];
        memset(bytes, page, sizeof bytes);
        if (write(file, bytes, sizeof bytes) != sizeof bytes)
            return 1;
    }
    struct sigaction action = {.sa_handler = on_fault};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    /* What lies above differs between kernels. */
    mmap(NULL, 64 * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    region = mmap(NULL, REGION_PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    long count = atol(argv[2]);
    for (long i = 1; i <= count; i++) {
        step(file);
        if (i % 64 == 0)
            show_maps();
    }
    show_maps();
    return 0;
}
