/* Parent and child with memory of their own, and a child that becomes another program. */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

volatile int value = 1;

__attribute__((noinline)) static void in_child(void)
{
    value = 100;
}

__attribute__((noinline)) static void in_parent(int status)
{
    value += status;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "other") == 0)
        return 9;
    pid_t child = fork();
    if (child == 0) {
        in_child();
        if (argc > 1)
            execl(argv[0], argv[0], "other", (char *)0);
        _exit(7);
    }
    int status;
    waitpid(child, &status, 0);
    in_parent(WEXITSTATUS(status));
    printf("value %d\n", value);
    return 0;
}
