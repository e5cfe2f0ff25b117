/* reverse-maps SEED STEPS: files mapped in many pieces and memory inherited through many forks, changed at random beside a plain model of what each page holds.
 * Holes, truncation and pages sent to swap need the way back from a page to all who map it: a mapping that is not found shows old content. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096, PAGES = 96, MAPPINGS = 60, GENERATIONS = 40, INHERITED = 24 };

static unsigned long state;

static unsigned below(unsigned limit)
{
    state = state * 6364136223846793005UL + 1442695040888963407UL;
    return (unsigned)(state >> 33) % limit;
}

static void fail(const char *what, unsigned page)
{
    printf("wrong: %s, page %u\n", what, page);
    exit(1);
}

/* A shared mapping of pages of the file; some of its own pages may be gone. */
static struct mapping {
    char *address;
    unsigned first, count;
    unsigned char is_there[PAGES];
} mappings[MAPPINGS];

static unsigned char model[PAGES];
static unsigned size = PAGES;
static int file;

static void check_file(void)
{
    for (int i = 0; i < MAPPINGS; i++)
        for (unsigned page = 0; mappings[i].address && page < mappings[i].count; page++)
            if (mappings[i].is_there[page] && mappings[i].first + page < size
                && (unsigned char)mappings[i].address[page * PAGE] != model[mappings[i].first + page])
                fail("file", mappings[i].first + page);
}

static void change_mappings(void)
{
    struct mapping *mapping = &mappings[below(MAPPINGS)];
    if (!mapping->address) {
        mapping->first = below(PAGES);
        mapping->count = 1 + below(PAGES - mapping->first);
        mapping->address = mmap(NULL, mapping->count * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, mapping->first * PAGE);
        if (mapping->address == MAP_FAILED)
            fail("mmap", mapping->first);
        memset(mapping->is_there, 1, mapping->count);
        return;
    }
    /* Somebody else's mapping may have come where a page went. */
    unsigned what = below(3), from = what == 0 ? 0 : below(mapping->count), end = what == 0 ? mapping->count : from + 1 + below(mapping->count - from);
    int protection = below(2) ? PROT_READ : PROT_READ | PROT_WRITE;
    for (unsigned page = from; page < end; page++) {
        if (!mapping->is_there[page])
            continue;
        if (what == 2)
            mprotect(mapping->address + page * PAGE, PAGE, protection);
        else
            munmap(mapping->address + page * PAGE, PAGE);
        mapping->is_there[page] = what == 2;
    }
    if (what == 0)
        mapping->address = NULL;
}

static void change_file(void)
{
    unsigned from = below(PAGES), count = 1 + below(PAGES - from);
    char byte = (char)(1 + below(255));
    switch (below(6)) {
    case 0:
        if (fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, from * PAGE, count * PAGE) != 0)
            fail("fallocate", from);
        memset(model + from, 0, count);
        return;
    case 1:
        ftruncate(file, from * PAGE);
        memset(model + from, 0, PAGES - from);
        size = from;
        return;
    case 2:
        ftruncate(file, PAGES * PAGE);
        size = PAGES;
        return;
    default:
        if (from >= size)
            return;
        pwrite(file, &byte, 1, from * PAGE);
        model[from] = (unsigned char)byte;
    }
}

static void storm_of_mappings(int steps)
{
    file = memfd_create("pages", 0);
    ftruncate(file, PAGES * PAGE);
    for (int step = 0; step < steps; step++) {
        if (below(2)) change_mappings();
        else change_file();
        if (step % 16 == 0)
            check_file();
        if (step % 64 != 0)
            continue;
        /* A child's copies of the mappings come and go too, and its holes are everybody's. */
        unsigned hole = below(PAGES);
        int status;
        pid_t child = fork();
        if (child == 0) {
            check_file();
            fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, hole * PAGE, PAGE);
            _exit(0);
        }
        waitpid(child, &status, 0);
        if (status != 0)
            fail("child", 0);
        model[hole] = 0;
    }
    check_file();
}

static void check_inherited(const char *memory, const unsigned char *expected)
{
    for (unsigned page = 0; page < INHERITED; page++)
        if ((unsigned char)memory[page * PAGE] != expected[page])
            fail("inherited", page);
}

/* Each generation changes some pages of what it inherited, sends some away, and has the next one do the same before it looks at its own again. */
static void descend(char *memory, unsigned char *expected, int generation)
{
    for (int change = 0; change < 12; change++) {
        unsigned page = below(INHERITED);
        switch (below(4)) {
        case 0:
            madvise(memory + page * PAGE, (1 + below(INHERITED - page)) * PAGE, MADV_PAGEOUT);
            break;
        case 1:
            mprotect(memory + page * PAGE, PAGE, PROT_READ);
            mprotect(memory + page * PAGE, PAGE, PROT_READ | PROT_WRITE);
            break;
        default:
            memory[page * PAGE] = (char)(expected[page] = (unsigned char)(1 + below(255)));
        }
    }
    check_inherited(memory, expected);
    if (generation == GENERATIONS)
        return;
    /* Every third generation has two children, and every fifth ends before its child. */
    int children = generation % 3 == 0 && generation < 12 ? 2 : 1, status;
    pid_t made[2];
    for (int i = 0; i < children; i++) {
        state += (unsigned long)i;
        if ((made[i] = fork()) == 0) {
            descend(memory, expected, generation + 1);
            _exit(0);
        }
    }
    madvise(memory, INHERITED * PAGE, MADV_PAGEOUT);
    check_inherited(memory, expected);
    if (generation % 5 == 4 && generation > 12)
        _exit(0);
    for (int i = 0; i < children; i++) {
        waitpid(made[i], &status, 0);
        if (status != 0)
            fail("descendant", (unsigned)generation);
    }
    check_inherited(memory, expected);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    state = strtoul(argv[1], NULL, 10);
    storm_of_mappings(atoi(argv[2]));
    unsigned char expected[INHERITED] = { 0 };
    char *memory = mmap(NULL, INHERITED * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    descend(memory, expected, 0);
    puts("every page found");
    /* Only our kernel has it. */
    FILE *check = fopen("/proc/framecheck", "r");
    char name[64];
    long value;
    while (check && fscanf(check, "%63s %ld", name, &value) == 2)
        if (strncmp(name, "wrong", 5) == 0 && value != 0)
            printf("%s %ld\n", name, value);
    return 0;
}
