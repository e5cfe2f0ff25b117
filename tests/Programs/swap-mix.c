/* swap-mix MEBIBYTES: memory of all kinds, three times so much together, used at random by several processes; every value is checked. Prints what must be
   the same on every machine, with swap or without. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL
#define CHILDREN 4

static unsigned long pages;
static unsigned *own, *expected;
static unsigned seed = 12345;

static unsigned next(void)
{
    seed = seed * 1103515245 + 12345;
    return seed >> 8;
}

static unsigned *word_of(unsigned *memory, unsigned long page)
{
    return memory + page * (PAGE / 4) + page % (PAGE / 4);
}

static void *map(int flags)
{
    void *memory = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (memory == MAP_FAILED) {
        perror("mmap");
        exit(1);
    }
    return memory;
}

/* Reads and changes pages at random; with permission taken away and given back now and then. */
static int churn(unsigned long steps)
{
    int wrong = 0;
    for (unsigned long i = 0; i < steps; i++) {
        unsigned long page = next() % pages;
        wrong += *word_of(own, page) != expected[page];
        if (i % 3 == 0)
            *word_of(own, page) = expected[page] = next();
        if (i % 256 == 0) {
            char *start = (char *)own + page * PAGE;
            mprotect(start, PAGE, PROT_NONE);
            mprotect(start, PAGE, PROT_READ | PROT_WRITE);
            wrong += *word_of(own, page) != expected[page];
        }
    }
    return wrong;
}

static int check_all(void)
{
    int wrong = 0;
    for (unsigned long page = 0; page < pages; page++)
        wrong += *word_of(own, page) != expected[page];
    return wrong;
}

static void fork_and_churn(void)
{
    unsigned *shared = map(MAP_SHARED), wrong = 0, sum = 0;
    int status;
    for (unsigned long page = 0; page < pages; page++)
        *word_of(own, page) = expected[page] = page;
    for (int child = 0; child < CHILDREN; child++) {
        if (fork() != 0) {
            wrong += churn(pages);
            continue;
        }
        seed = child + 1;
        wrong = churn(pages * 2);
        for (unsigned long page = child; page < pages; page += 2)
            __sync_fetch_and_add(word_of(shared, page), child + 1);
        wrong += check_all();
        _exit(wrong != 0);
    }
    while (wait(&status) > 0)
        wrong += status != 0;
    for (unsigned long page = 0; page < pages; page++)
        sum += *word_of(shared, page);
    wrong += check_all();
    printf("forks: %u wrong, sum %u\n", wrong, sum);
    munmap(shared, pages * PAGE);
}

static void move(void)
{
    unsigned *target = map(MAP_PRIVATE);
    unsigned *moved = mremap(own, pages * PAGE, pages * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, target);
    own = moved;
    printf("moved: %d wrong\n", moved == target ? check_all() : -1);
}

static void write_and_read_a_memory_file(void)
{
    unsigned char buffer[PAGE];
    int file = memfd_create("swap-mix", 0), wrong = 0;
    for (unsigned long page = 0; page < pages; page++) {
        memset(buffer, (int)page, PAGE);
        wrong += write(file, buffer, PAGE) != (long)PAGE;
    }
    for (unsigned long page = 0; page < pages; page++) {
        wrong += pread(file, buffer, PAGE, page * PAGE) != (long)PAGE;
        for (unsigned at = 0; at < PAGE; at += 97)
            wrong += buffer[at] != (unsigned char)page;
    }
    unsigned char *mapped = mmap(NULL, pages * PAGE, PROT_READ, MAP_SHARED, file, 0);
    for (unsigned long page = 0; page < pages; page++)
        wrong += mapped[page * PAGE + page % PAGE] != (unsigned char)page;
    printf("memory file: %d wrong\n", wrong);
    munmap(mapped, pages * PAGE);
    close(file);
}

/* What MADV_FREE gave up reads as before or as zero; what was written after it stays. */
static void advise(void)
{
    unsigned char *memory = map(MAP_PRIVATE);
    int wrong = 0;
    memset(memory, 3, pages * PAGE);
    madvise(memory, pages * PAGE, MADV_COLD);
    madvise(memory, pages * PAGE / 2, MADV_PAGEOUT);
    madvise(memory, pages * PAGE / 4, MADV_WILLNEED);
    for (unsigned long page = 0; page < pages; page++)
        wrong += memory[page * PAGE + 5] != 3;
    madvise(memory, pages * PAGE, MADV_FREE);
    for (unsigned long page = 0; page < pages; page += 2)
        memory[page * PAGE] = 4;
    wrong += check_all();
    for (unsigned long page = 0; page < pages; page++) {
        unsigned char value = memory[page * PAGE];
        wrong += page % 2 == 0 ? value != 4 : value != 3 && value != 0;
    }
    printf("advice: %d wrong\n", wrong);
}

static void lock(void)
{
    unsigned long locked = pages / 16 * PAGE;
    unsigned char *memory = map(MAP_PRIVATE), resident[pages];
    int missing = 0;
    memset(memory, 5, locked);
    if (mlock(memory, locked) != 0)
        puts("mlock is refused");
    check_all();
    mincore(memory, locked, resident);
    for (unsigned long page = 0; page < locked / PAGE; page++)
        missing += (resident[page] & 1) == 0;
    printf("locked: %d pages gone\n", missing);
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    pages = strtoul(argv[1], NULL, 10) << 8;
    expected = calloc(pages, sizeof *expected);
    own = map(MAP_PRIVATE);
    setvbuf(stdout, NULL, _IONBF, 0);
    fork_and_churn();
    move();
    write_and_read_a_memory_file();
    advise();
    lock();
    printf("at last: %d wrong\n", check_all());
    return 0;
}
