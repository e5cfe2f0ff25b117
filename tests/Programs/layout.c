/* Where the kernel puts the parts of a program. `layout fixed` prints exact places without randomization; `layout random [LEVEL]` says which address
 * bits vary from run to run, after setting kernel.randomize_va_space to LEVEL. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

struct places {
    unsigned long stack_end, stack_pointer, mapping_end, mapping_start, heap, program;
    unsigned int personality;
    int executable;
};

static char marker[4096];

static int is_executable(void *page)
{
    unsigned long start, end;
    char line[512], permissions[5];
    int found = -1;
    FILE *maps = fopen("/proc/self/maps", "r");
    while (fgets(line, sizeof line, maps) != NULL)
        if (sscanf(line, "%lx-%lx %4s", &start, &end, permissions) == 3 && start <= (unsigned long)page && end > (unsigned long)page)
            found = permissions[2] == 'x';
    fclose(maps);
    return found;
}

/* The mapping area's top is the end of the highest area below the stack; bottom-up, its start is the first one above 4 GiB and the heap. */
static int report(void)
{
    struct places places = { .stack_pointer = (unsigned long)&places, .heap = (unsigned long)sbrk(0), .program = (unsigned long)marker };
    unsigned long start, end;
    char line[512], permissions[5];
    void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    FILE *maps = fopen("/proc/self/maps", "r");

    while (fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%lx-%lx %4s", &start, &end, permissions) != 3)
            continue;
        if (strstr(line, "[stack]") != NULL)
            places.stack_end = end;
        else if (places.stack_end == 0 && strstr(line, "[heap]") == NULL) {
            places.mapping_end = end;
            if (places.mapping_start == 0 && start > 0x100000000)
                places.mapping_start = start;
        }
    }
    places.executable = is_executable(page);
    places.personality = personality(0xffffffff);
    return write(1, &places, sizeof places) == sizeof places ? 0 : 1;
}

static struct places run(unsigned long wanted, rlim_t stack_limit)
{
    struct places places;
    struct rlimit limit;
    int ends[2], status;

    fflush(stdout);
    if (pipe(ends) != 0)
        exit(1);
    if (fork() == 0) {
        char *arguments[] = { "layout", "report", NULL }, *environment[] = { NULL };
        personality(wanted);
        getrlimit(RLIMIT_STACK, &limit);
        limit.rlim_cur = stack_limit;
        setrlimit(RLIMIT_STACK, &limit);
        dup2(ends[1], 1);
        /* The personality is the process's: a fork in between changes nothing. */
        if (fork() == 0)
            execve("/proc/self/exe", arguments, environment);
        wait(&status);
        _exit(status != 0);
    }
    close(ends[1]);
    memset(&places, 0, sizeof places);
    if (read(ends[0], &places, sizeof places) != sizeof places)
        puts("no report");
    wait(&status);
    close(ends[0]);
    return places;
}

static void fixed(void)
{
    static const unsigned long personalities[] = { 0, ADDR_COMPAT_LAYOUT, 0x0400000 /* READ_IMPLIES_EXEC */, 0x0020000 /* UNAME26 */ };
    static const rlim_t limits[] = { 8 << 20, 1 << 20, 128 << 20, 1000000 << 10, 1L << 40, 1L << 47, RLIM_INFINITY };

    for (unsigned p = 0; p < sizeof personalities / sizeof *personalities; p++)
        for (unsigned l = 0; l < sizeof limits / sizeof *limits; l++) {
            struct places places = run(ADDR_NO_RANDOMIZE | personalities[p], limits[l]);
            printf("personality %lx limit %lx: personality %x, executable %d, stack %lx, mappings from %lx to %lx, heap %lx, program %lx\n", personalities[p],
                   (unsigned long)limits[l], places.personality, places.executable, places.stack_end,
                   (personalities[p] & ADDR_COMPAT_LAYOUT) != 0 ? places.mapping_start : 0,
                   (personalities[p] & ADDR_COMPAT_LAYOUT) != 0 ? 0 : places.mapping_end, places.heap, places.program);
        }
    personality(READ_IMPLIES_EXEC | ADDR_NO_RANDOMIZE);
    char *pages = mmap(NULL, 3 * 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mprotect(pages + 4096, 4096, PROT_WRITE);
    printf("executable: %d", is_executable(pages));
    printf(" %d", is_executable(pages + 4096));
    mprotect(pages + 4096, 4096, PROT_READ);
    printf(" %d\n", is_executable(pages + 4096));
    printf("was %x\n", personality(0xff));
    printf("was %x\n", personality(0));
}

/* Says which of the bits [first, last] never varied, and whether others did. */
static void show(const char *what, unsigned long varied, int first, int last)
{
    unsigned long expected = (2UL << last) - (1UL << first);
    printf("%s: bits %d to %d %s, below %s\n", what, first, last, (varied & expected) == expected ? "vary" : (varied & expected) == 0 ? "stay" : "vary in part",
           (varied & ((1UL << first) - 1)) == 0 ? "stay" : "vary");
}

static void randomized(int legacy)
{
    struct places first = run(legacy ? ADDR_COMPAT_LAYOUT : 0, 8 << 20), varied;
    unsigned long lowest_stack = -1UL, lowest_mapping = -1UL, highest_heap = 0;
    memset(&varied, 0, sizeof varied);
    for (int i = 0; i < 60; i++) {
        struct places places = run(legacy ? ADDR_COMPAT_LAYOUT : 0, 8 << 20);
        unsigned long mapping = legacy ? places.mapping_start : places.mapping_end;
        varied.stack_end |= places.stack_end ^ first.stack_end;
        varied.stack_pointer |= (places.stack_pointer ^ first.stack_pointer) & 0xfff;
        varied.mapping_end |= mapping ^ (legacy ? first.mapping_start : first.mapping_end);
        varied.heap |= places.heap ^ first.heap;
        varied.program |= places.program ^ first.program;
        if (places.stack_end < lowest_stack)
            lowest_stack = places.stack_end;
        if (mapping < lowest_mapping)
            lowest_mapping = mapping;
        if (places.heap > highest_heap)
            highest_heap = places.heap;
    }
    show("stack", varied.stack_end, 12, 33);
    show("stack pointer", varied.stack_pointer, 4, 11);
    show(legacy ? "mappings upward" : "mappings", varied.mapping_end, 12, 39);
    show("heap", varied.heap, 12, 29);
    show("program", varied.program, 12, 39);
    printf("stack in its range: %d, mappings in theirs: %d\n", lowest_stack >= 0x7ffffffff000 - (1UL << 34),
           legacy ? lowest_mapping >= 0x2aaaaaaab000 : lowest_mapping >= 0x7ffffffff000 - (1UL << 40) - (1UL << 34) - (9 << 20));
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "report") == 0)
        return report();
    if (argc > 1 && strcmp(argv[1], "fixed") == 0) {
        fixed();
        return 0;
    }
    if (argc > 2) {
        int setting = open("/proc/sys/kernel/randomize_va_space", O_WRONLY);
        if (write(setting, argv[2], strlen(argv[2])) != (ssize_t)strlen(argv[2]))
            perror("randomize_va_space");
        close(setting);
    }
    randomized(0);
    randomized(1);
    return 0;
}
