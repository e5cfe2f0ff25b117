/* Child processes that execute random bytes. The kernel must outlive them all: random-code CHILDREN SEED */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CODE_BYTES = 65536, PATIENCE_MILLISECONDS = 2000 };

static unsigned long state;

static unsigned long next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void random_code(void)
{
    unsigned char *code = mmap(NULL, CODE_BYTES, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    for (int offset = 0; offset < CODE_BYTES; offset++)
        code[offset] = (unsigned char)(next() >> 24);
    ((void (*)(void))(code + next() % (CODE_BYTES / 2)))();
}

static void reap(pid_t pid)
{
    int status;
    for (int waited = 0; waitpid(pid, &status, WNOHANG) == 0; waited++) {
        if (waited == PATIENCE_MILLISECONDS)
            kill(pid, SIGKILL);
        usleep(1000);
    }
    while (waitpid(-1, &status, WNOHANG) > 0)
        ;
}

int main(int count, char **arguments)
{
    int children = atoi(arguments[1]);
    unsigned long seed = strtoul(arguments[2], NULL, 10);
    for (int number = 0; number < children; number++) {
        pid_t pid = fork();
        if (pid < 0)
            return 1;
        if (pid == 0) {
            setsid();
            state = seed * 1000003 + (unsigned long)number * 7919 + 1;
            alarm(1);
            random_code();
            _exit(0);
        }
        reap(pid);
    }
    puts("the kernel is still there");
    return 0;
}
