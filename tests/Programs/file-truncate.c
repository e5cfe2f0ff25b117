/* Truncation under mappings: which pages go, what stays, and where a touch is SIGBUS. Works in the directory given. */
#include "show.h"
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { PAGE = 4096, PAGES = 4 };

static sigjmp_buf escape;
static volatile sig_atomic_t signal_code;

static void on_bus(int signal, siginfo_t *info, void *context)
{
    (void)context;
    signal_code = info->si_code;
    siglongjmp(escape, signal);
}

/* The first byte of each page, or the signal that came instead. */
static void show_pages(const char *name, volatile char *map)
{
    printf("%-10s", name);
    for (int page = 0; page < PAGES; page++) {
        int signal = sigsetjmp(escape, 1);
        if (signal) printf(" signal %d code %d", signal, (int)signal_code);
        else { int value = map[page * PAGE]; printf(" %d", value); }
    }
    printf("\n");
}

static char *map(int file, int protection, int flags)
{
    char *result = mmap(NULL, PAGES * PAGE, protection, flags, file, 0);
    if (result == MAP_FAILED) { perror("mmap"); exit(1); }
    return result;
}

static void fill(int file)
{
    char page[PAGE];
    for (int i = 0; i < PAGES; i++) {
        memset(page, 10 + i, PAGE);
        if (pwrite(file, page, PAGE, (off_t)i * PAGE) != PAGE) perror("pwrite");
    }
}

int main(int count, char **arguments)
{
    if (count > 1 && chdir(arguments[1]) != 0) return 1;
    struct sigaction action = { .sa_sigaction = on_bus, .sa_flags = SA_SIGINFO };
    sigaction(SIGBUS, &action, NULL);
    int file = open("truncated", O_CREAT | O_TRUNC | O_RDWR, 0644);
    fill(file);
    char *shared = map(file, PROT_READ | PROT_WRITE, MAP_SHARED), *read_only = map(file, PROT_READ, MAP_PRIVATE);
    char *copied = map(file, PROT_READ | PROT_WRITE, MAP_PRIVATE);
    for (int i = 0; i < PAGES; i++) copied[i * PAGE + 1] = 99;
    shared[3 * PAGE] = 77;
    show_pages("shared", shared);
    show_pages("read-only", read_only);
    show_pages("copied", copied);

    SHOW(ftruncate(file, 2 * PAGE + 100));
    show_pages("shared", shared);
    show_pages("read-only", read_only);
    show_pages("copied", copied);
    printf("rest of the last page: %d %d %d\n", shared[2 * PAGE + 99], shared[2 * PAGE + 100], copied[2 * PAGE + 101]);
    /* What is written beyond the end is not the file's. */
    shared[2 * PAGE + 200] = 55;
    SHOW(ftruncate(file, PAGES * PAGE));
    printf("after growth: %d %d\n", shared[2 * PAGE + 99], shared[2 * PAGE + 200]);
    show_pages("shared", shared);
    show_pages("copied", copied);

    /* A child truncates; the parent's pages go. */
    fill(file);
    show_pages("shared", shared);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) _exit(truncate("truncated", PAGE) == 0 ? 5 : 6);
    int status;
    waitpid(child, &status, 0);
    printf("child %d\n", WEXITSTATUS(status));
    show_pages("shared", shared);
    show_pages("copied", copied);
    SHOW(close(open("truncated", O_WRONLY | O_TRUNC)));
    show_pages("shared", shared);
    fill(file);
    show_pages("shared", shared);
    show_pages("read-only", read_only);
    SHOW(munmap(shared + PAGE, PAGE));
    SHOW(mprotect(read_only + PAGE, PAGE, PROT_NONE));
    SHOW(ftruncate(file, 0));
    fill(file);
    printf("%d %d\n", shared[0], read_only[2 * PAGE]);
    SHOW(unlink("truncated"));
    SHOW(ftruncate(file, 10));
    SHOW(close(file));
    return 0;
}
