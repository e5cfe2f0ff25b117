/* soft-dirty: which pages /proc/self/pagemap says were written since clear_refs forgot it: 'd' those, 'r' others that are there, '.' those that are not. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL
#define MADVISE_PAGEOUT 21

static int pagemap, clear_refs;

static void show(const char *title, char *start, int pages)
{
    uint64_t words[16] = { 0 };
    pread(pagemap, words, pages * 8, (uintptr_t)start / PAGE * 8);
    printf("%-28s", title);
    for (int i = 0; i < pages; i++)
        putchar(words[i] >> 55 & 1 ? 'd' : words[i] >> 63 ? 'r' : '.');
    putchar('\n');
}

static void forget(void)
{
    if (write(clear_refs, "4", 1) != 1)
        perror("clear_refs");
}

static char *map(int pages, int flags, int file)
{
    /* Pages without any right keep areas apart. */
    char *region = mmap(NULL, (pages + 2) * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return mmap(region + PAGE, pages * PAGE, PROT_READ | PROT_WRITE, flags | MAP_FIXED, file, 0);
}

static char read_at(volatile char *address) { return *address; }

int main(void)
{
    pagemap = open("/proc/self/pagemap", O_RDONLY);
    clear_refs = open("/proc/self/clear_refs", O_WRONLY);
    char *memory = map(8, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    memory[0] = memory[PAGE] = 1;
    read_at(memory + 2 * PAGE);
    show("new area", memory, 8);
    forget();
    show("forgotten", memory, 8);
    memory[PAGE] = 2;
    memory[2 * PAGE] = 2;
    memory[3 * PAGE] = 2;
    read_at(memory + 4 * PAGE);
    show("1, 2, 3 written, 4 read", memory, 8);
    mprotect(memory, 8 * PAGE, PROT_READ);
    show("read-only", memory, 8);
    mprotect(memory, 8 * PAGE, PROT_READ | PROT_WRITE);
    memory[0] = 3;
    show("0 written after mprotect", memory, 8);
    forget();
    fflush(stdout);
    if (fork() == 0) {
        memory[5 * PAGE] = 1;
        show("child wrote 5", memory, 8);
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    show("parent", memory, 8);
    memory[PAGE] = 1;
    madvise(memory, 8 * PAGE, MADVISE_PAGEOUT);
    show("1 written, sent to swap", memory, 2);
    read_at(memory), read_at(memory + PAGE);
    show("read again", memory, 2);
    memory[0] = 1;
    show("0 written", memory, 2);
    forget();
    char *moved = mremap(memory, 8 * PAGE, 8 * PAGE, MREMAP_MAYMOVE | MREMAP_FIXED, map(8, MAP_PRIVATE | MAP_ANONYMOUS, -1));
    show("moved", moved, 8);
    char *shared = map(4, MAP_SHARED | MAP_ANONYMOUS, -1);
    shared[0] = shared[PAGE] = 1;
    forget();
    shared[PAGE] = 2;
    read_at(shared + 2 * PAGE);
    show("shared: 1 written", shared, 4);
    shared[2 * PAGE] = 1;
    show("shared: 2 written", shared, 4);
    int file = memfd_create("file", 0);
    ftruncate(file, 4 * PAGE);
    char *copy = map(4, MAP_PRIVATE, file);
    forget();
    read_at(copy), copy[PAGE] = 1;
    show("file: 0 read, 1 written", copy, 4);
    char *grown = map(4, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    grown[0] = 1;
    forget();
    munmap(grown + 2 * PAGE, PAGE);
    show("part unmapped", grown, 4);
    mmap(grown + 2 * PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    show("mapped again", grown, 4);
    return 0;
}
