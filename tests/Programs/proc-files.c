/* Files of /proc about a process that proc-memory.c does not look at: fdinfo, mem, task, comm, clear_refs, pagemap's counterpart kpagecount. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "show.h"

static char text[4096];
static const char constant[] = "constant";

static char *contents(const char *path)
{
    int file = open(path, O_RDONLY);
    long length = file < 0 ? -1 : read(file, text, sizeof text - 1);
    if (file >= 0)
        close(file);
    text[length < 0 ? 0 : length] = 0;
    return length < 0 ? strerror(errno) : text;
}

/* The line of a file that begins with a word. */
static char *line(const char *path, const char *word)
{
    char *found = strstr(contents(path), word);
    if (found == NULL)
        return "no such line";
    strtok(found, "\n");
    return found;
}

static void descriptors(void)
{
    int file = open("/dev/null", O_RDWR | O_APPEND | O_CLOEXEC), again = open("/proc/self/status", O_RDONLY);
    char path[64];

    printf("%d bytes\n", (int)read(again, text, 10));
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", again);
    printf("%s, ", line(path, "pos:"));
    printf("%s\n", line(path, "flags:"));
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", file);
    printf("%s\n", line(path, "flags:"));
    SHOW(open("/proc/self/fdinfo/99", O_RDONLY));
    SHOW(open("/proc/self/fdinfo/01", O_RDONLY));
    close(file);
    close(again);
}

static void memory(void)
{
    char word[16] = "";
    int mem = open("/proc/self/mem", O_RDWR);
    char *pages = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *shared = mmap(NULL, 4096, PROT_READ, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    strcpy(pages, "own");
    munmap(pages + 8192, 4096);
    SHOW(pread(mem, word, 4, (off_t)pages));
    printf("%s\n", word);
    SHOW(pwrite(mem, "new", 4, (off_t)pages));
    printf("%s\n", pages);
    SHOW(pread(mem, text, 4096, (off_t)(pages + 4096 + 2048)));
    SHOW(pread(mem, text, 4, (off_t)(pages + 8192)));
    SHOW(pread(mem, text, 4, 0));
    SHOW(pread(mem, bad_pointer, 4, (off_t)pages));
    SHOW(pwrite(mem, bad_pointer, 4, (off_t)pages));
    /* Protection does not hold for this file, where a page is private. */
    mprotect(pages, 4096, PROT_NONE);
    SHOW(pread(mem, word, 4, (off_t)pages));
    SHOW(pwrite(mem, "hid", 4, (off_t)pages));
    mprotect(pages, 4096, PROT_READ);
    printf("%s\n", pages);
    SHOW(pwrite(mem, "CONST", 5, (off_t)constant));
    printf("%s\n", *(const char *volatile *)&(const char *){ constant });
    SHOW(pwrite(mem, "x", 1, (off_t)shared));
    SHOW(lseek(mem, (off_t)pages, SEEK_SET) == (off_t)pages);
    SHOW(read(mem, word, 3));
    SHOW(lseek(mem, 0, SEEK_END));
    pid_t child = fork();
    if (child == 0) {
        /* Still not writable to the program itself. */
        pages[0] = 'x';
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    printf("a store ended with signal %d\n", WTERMSIG(status));
    close(mem);
}

static void *look(void *nothing)
{
    char path[64], own[32];
    pid_t id = syscall(SYS_gettid);

    snprintf(path, sizeof path, "/proc/self/task/%d/status", id);
    snprintf(own, sizeof own, "Pid:\t%d", id);
    printf("own number %s\n", strcmp(line(path, "\nPid:") + 1, own) == 0 || strcmp(line(path, "Pid:"), own) == 0 ? "found" : "not found");
    snprintf(own, sizeof own, "%d ", id);
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", id);
    printf("stat begins with it: %d\n", strncmp(contents(path), own, strlen(own)) == 0);
    printf("thread-self: %d\n", strncmp(contents("/proc/thread-self/stat"), own, strlen(own)) == 0);
    snprintf(path, sizeof path, "/proc/%d/task/%d/task", getpid(), id);
    printf("%s\n", contents(path));
    return nothing;
}

static void commands(void)
{
    int comm = open("/proc/self/comm", O_RDWR), refs = open("/proc/self/clear_refs", O_WRONLY);

    SHOW(write(comm, "a name that is too long", 23));
    printf("%s", contents("/proc/self/comm"));
    SHOW(write(refs, "1", 1));
    SHOW(write(refs, "9", 1));
    SHOW(write(refs, "x", 1));
    SHOW(open("/proc/self/clear_refs", O_RDONLY) < 0);
    close(comm);
    close(refs);
}

/* The frame of a page, by pagemap, and how often it is mapped, by kpagecount. */
static int mappings(void *page)
{
    uint64_t word = 0, count = 0;
    int map = open("/proc/self/pagemap", O_RDONLY), counts = open("/proc/kpagecount", O_RDONLY);
    if (pread(map, &word, 8, (uintptr_t)page / 4096 * 8) != 8 || pread(counts, &count, 8, (word & ((1UL << 55) - 1)) * 8) != 8)
        count = -1;
    close(map);
    close(counts);
    return (int)count;
}

static void frames(void)
{
    char *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    int ends[2];
    char byte;

    page[0] = 1;
    printf("mapped %d time\n", mappings(page));
    if (pipe(ends) != 0)
        return;
    pid_t child = fork();
    if (child == 0) {
        _exit((int)read(ends[0], &byte, 1) - 1);
    }
    printf("mapped %d times\n", mappings(page));
    SHOW(write(ends[1], "x", 1));
    waitpid(child, NULL, 0);
    printf("mapped %d time\n", mappings(page));
}

int main(void)
{
    pthread_t thread;

    descriptors();
    memory();
    pthread_create(&thread, NULL, look, NULL);
    pthread_join(thread, NULL);
    commands();
    frames();
    return 0;
}
