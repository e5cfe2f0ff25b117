/* A child fills memory, mebibyte by mebibyte, until it has what it was told to take. Where that is more than memory and swap hold, no call fails: the kernel
 * promised it all. At some touch there is no page left; then the out-of-memory killer picks the largest process, and everybody else goes on. */
#include "../common/sample.h"
#include <sys/wait.h>
#include <unistd.h>

static void fill(long mebibytes)
{
    for (long i = 0; i < mebibytes; i++)
        memset(map_pages(MIB / PAGE_BYTES), (int)i | 1, MIB);
    _exit(0);
}

int main(int argc, char **argv)
{
    struct options options = read_options(argc, argv, "MIB", 24, 1 << 20);
    int status;
    pid_t child = fork();
    if (child == 0)
        fill(options.count);
    if (child < 0 || waitpid(child, &status, 0) != child)
        fail("fork");
    if (WIFSIGNALED(status))
        printf("the child wanted %ld MiB and was killed by signal %d\n", options.count, WTERMSIG(status));
    else
        printf("the child took %ld MiB and ended with status %d\n", options.count, WEXITSTATUS(status));
    unsigned char *memory = map_pages(4 * MIB / PAGE_BYTES);
    memset(memory, 1, 4 * MIB);
    printf("the parent goes on and has memory: %s\n", memory[MIB] == 1 ? "yes" : "no");
    return 0;
}
