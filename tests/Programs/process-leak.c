/* Makes and ends many processes in every way and tells whether the kernel has as many free frames afterwards as before. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <unistd.h>

enum { WARM_UP = 40, BYTES = 1 << 20 };

static long free_frames(void)
{
    struct sysinfo info;
    sysinfo(&info);
    return (long)(info.freeram / 4096);
}

/* The child ends by exec of this program with its number, by exit after writing shared pages, or by a signal. */
static void child(int number, char *self, char *memory)
{
    char text[16];
    sprintf(text, "%d", number & 127);
    memset(memory, number, BYTES / 4);
    switch (number % 3) {
    case 0:
        execl(self, self, "end", text, (char *)0);
        _exit(125);
    case 1:
        _exit(number & 127);
    default:
        abort();
    }
}

static int is_right(int number, int status)
{
    if (number % 3 == 2)
        return WIFSIGNALED(status) && WTERMSIG(status) == 6;
    return WIFEXITED(status) && WEXITSTATUS(status) == (number & 127);
}

int main(int count, char **arguments)
{
    if (count == 3)
        return atoi(arguments[2]);
    int rounds = atoi(arguments[1]);
    char *memory = malloc(BYTES);
    long before = 0;
    memset(memory, 1, BYTES);
    for (int number = 0; number < rounds + WARM_UP; number++) {
        if (number == WARM_UP)
            before = free_frames();
        pid_t pid = number % 5 == 0 ? vfork() : fork();
        if (pid == 0 && number % 5 == 0)
            execl(arguments[0], arguments[0], "end", "5", (char *)0);
        if (pid == 0)
            child(number, arguments[0], memory);
        int status;
        if (waitpid(pid, &status, 0) != pid)
            return 1;
        if (number % 5 == 0 ? WEXITSTATUS(status) != 5 : !is_right(number, status)) {
            printf("process %d ended with %x\n", number, status);
            return 1;
        }
        if (memory[0] != 1) {
            puts("a child wrote its parent's memory");
            return 1;
        }
    }
    printf("frames lost: %ld\n", before - free_frames());
    return 0;
}
