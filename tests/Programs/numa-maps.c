/* numa-maps: what /proc/self/numa_maps and syscall say of mappings and calls that are known. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PAGE = 4096 };

/* The line of the area that begins at start, without its address and without what says how pages have been used. */
static void show(const char *title, char *start)
{
    char line[512];
    FILE *file = fopen("/proc/self/numa_maps", "r");
    while (file && fgets(line, sizeof line, file)) {
        if (strtoul(line, NULL, 16) != (unsigned long)start)
            continue;
        printf("%s:", title);
        for (char *word = strtok(line, " \n"); (word = strtok(NULL, " \n"));)
            if (strncmp(word, "active=", 7) != 0)
                printf(" %s", word);
        putchar('\n');
    }
    fclose(file);
}

static char *map(int pages, int flags, int file)
{
    /* Pages without any right keep areas apart. */
    char *region = mmap(NULL, (pages + 2) * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return mmap(region + PAGE, pages * PAGE, PROT_READ | PROT_WRITE, flags | MAP_FIXED, file, 0);
}

int main(void)
{
    char *memory = map(8, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    show("untouched", memory);
    (void)*(volatile char *)memory;
    show("read", memory);
    memory[PAGE] = memory[2 * PAGE] = 1;
    show("two written", memory);
    int file = memfd_create("file", 0);
    if (ftruncate(file, 6 * PAGE) != 0)
        return 1;
    char *shared = map(6, MAP_SHARED, file), *copy = map(6, MAP_PRIVATE, file);
    shared[0] = shared[PAGE] = shared[2 * PAGE] = 1;
    show("shared", shared);
    (void)*(volatile char *)copy;
    copy[PAGE] = 2;
    show("private", copy);
    show("shared by two", shared);
    fflush(stdout);
    if (fork() == 0) {
        show("child", memory);
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    char path[64];
    int ends[2];
    if (pipe(ends) != 0)
        return 1;
    pid_t child = fork();
    if (child == 0) {
        read(ends[0], path, 7);
        _exit(0);
    }
    unsigned long words[8] = { 0 };
    snprintf(path, sizeof path, "/proc/%d/syscall", child);
    for (int i = 0; i < 100; i++) {
        usleep(10000);
        FILE *call = fopen(path, "r");
        if (call && fscanf(call, "%lu %lx %lx %lx", words, words + 1, words + 2, words + 3) == 4)
            i = 100;
        fclose(call);
    }
    printf("child waits in %lu(%d, ..., %lu)\n", words[0], words[1] == (unsigned long)ends[0], words[3]);
    write(ends[1], "", 1);
    wait(NULL);
    return 0;
}
