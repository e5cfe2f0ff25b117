/* A page that allows nothing stops a buffer overrun at its first byte. The overrun happens in a child; the parent tells how it ended. */
#include <sys/wait.h>
#include <unistd.h>

#include "../common/sample.h"

/* Fills the buffer in a child process and says how that ended. */
static void fill_in_child(const char *what, unsigned char *buffer, long length)
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        for (volatile unsigned char *byte = buffer; byte < buffer + length; byte++)
            *byte = 1;
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        fail("fork or waitpid");
    if (WIFSIGNALED(status))
        printf("%s: killed by signal %d (%s)\n", what, WTERMSIG(status), strsignal(WTERMSIG(status)));
    else
        printf("%s: exited with status %d\n", what, WEXITSTATUS(status));
}

int main(void)
{
    unsigned char *memory = map_pages(3), *guard = memory + PAGE_BYTES;

    fill_in_child("three pages, no guard", memory, 3 * PAGE_BYTES);
    if (mprotect(guard, PAGE_BYTES, PROT_NONE) != 0)
        fail("mprotect");
    fill_in_child("first page, guard behind it", memory, PAGE_BYTES);
    fill_in_child("one byte more", memory, PAGE_BYTES + 1);
    fill_in_child("the page behind the guard", guard + PAGE_BYTES, PAGE_BYTES);
    if (mprotect(guard, PAGE_BYTES, PROT_READ) != 0)
        fail("mprotect");
    printf("guard made readable, its first byte: %d\n", guard[0]);
    fill_in_child("writing to it", guard, 1);
    if (mprotect(guard, PAGE_BYTES, PROT_READ | PROT_WRITE) != 0)
        fail("mprotect");
    fill_in_child("guard lifted", memory, 3 * PAGE_BYTES);
    return 0;
}
