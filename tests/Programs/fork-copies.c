/* fork-copies PAGES WRITES: touches PAGES pages, forks, and lets the child write to WRITES of them. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    long pages = atol(argv[1]), writes = atol(argv[2]);
    volatile char *memory = mmap(NULL, pages * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return 1;
    for (long page = 0; page < pages; page++)
        memory[page * 4096] = 1;
    pid_t child = fork();
    if (child < 0)
        return 1;
    if (child == 0) {
        for (long page = 0; page < writes; page++)
            memory[page * 4096] = 2;
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    for (long page = 0; page < pages; page++)
        if (memory[page * 4096] != 1)
            return 1;
    printf("the child ended with status %d\n", WEXITSTATUS(status));
    return 0;
}
