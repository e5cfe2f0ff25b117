/* Child processes that make random system calls or execute random bytes. The kernel must outlive them all. */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CALLS = 300, CODE_BYTES = 65536, PATIENCE_MILLISECONDS = 2000 };

static unsigned long state;
static char buffer[65536];

static unsigned long next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

/* Numbers that system calls take for pointers, sizes, flags, descriptors and processes. */
static unsigned long argument(void)
{
    switch (next() % 11) {
    case 0: return 0;
    case 1: return next() % 64;
    case 2: return (unsigned long)-1;
    case 3: return (unsigned long)buffer + next() % sizeof buffer;
    case 4: return next();
    case 5: return 1ul << next() % 64;
    case 6: return 0x7ffff7f00000 + next() % 256 * 4096;
    case 7: return 4096 * (next() % 64);
    case 8: return 0xffff888000000000 + next() % 0x1000000;
    case 9: return 0x400000 + next() % 256 * 4096;
    default: return next() % 0x10000;
    }
}

/* kill would reach the parent; write and writev would reach the console; exec would start over. */
static int is_left_out(long number)
{
    return number == SYS_kill || number == SYS_tkill || number == SYS_write || number == SYS_writev || number == SYS_execve ||
           ((number == SYS_fork || number == SYS_vfork || number == SYS_clone) && next() % 20 != 0);
}

static void random_calls(void)
{
    for (int call = 0; call < CALLS; call++) {
        long number = (long)(next() % 340);
        if (is_left_out(number))
            continue;
        for (int offset = 0; offset < 4096; offset += 8)
            *(unsigned long *)(buffer + offset) = argument();
        syscall(number, argument(), argument(), argument(), argument(), argument(), argument());
    }
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
    int children = atoi(arguments[2]);
    unsigned long seed = strtoul(arguments[3], NULL, 10);
    for (int number = 0; number < children; number++) {
        pid_t pid = fork();
        if (pid < 0)
            return 1;
        if (pid == 0) {
            setsid();
            state = seed * 1000003 + (unsigned long)number * 7919 + 1;
            alarm(1);
            if (strcmp(arguments[1], "code") == 0)
                random_code();
            else
                random_calls();
            _exit(0);
        }
        reap(pid);
    }
    puts("the kernel is still there");
    return 0;
}
