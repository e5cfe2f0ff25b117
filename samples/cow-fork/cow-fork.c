/* fork shares every page and marks it read-only. Reading stays free; the first write to a shared page faults and gets its own copy. */
#include <sys/wait.h>
#include <unistd.h>

#include "../common/sample.h"

enum { PARENT = 'P', CHILD = 'C' };

static struct options options;
static unsigned char *memory;
static long pages;

/* Writes one byte per page and says how many faults a page cost. */
static void write_pages(const char *who, long first, long last, unsigned char value)
{
    long before = minor_faults();
    for (long page = first; page < last; page++)
        memory[page * PAGE_BYTES] = value;
    long faults = minor_faults() - before;
    printf("%s: wrote '%c' to pages %ld to %ld, faults per page: %ld\n", who, value, first, last - 1, faults_per_page(faults, last - first));
    if (options.verbose)
        printf("  %ld faults\n", faults);
    fflush(stdout);
}

/* Reads one byte per page; says whether all hold the value, and what that cost. */
static void read_pages(const char *who, long first, long last, unsigned char value)
{
    long before = minor_faults(), equal = 0;
    for (long page = first; page < last; page++)
        equal += memory[page * PAGE_BYTES] == value;
    long faults = minor_faults() - before;
    printf("%s: read pages %ld to %ld, %s '%c', faults per page: %ld\n", who, first, last - 1,
           equal == last - first ? "all" : "NOT all", value, faults_per_page(faults, last - first));
    if (options.verbose)
        printf("  %ld faults\n", faults);
    fflush(stdout);
}

static void hand_over(int pipe_end)
{
    if (write(pipe_end, "!", 1) != 1)
        fail("write");
}

static void wait_turn(int pipe_end)
{
    char token;
    if (read(pipe_end, &token, 1) != 1)
        fail("read");
}

int main(int argc, char **argv)
{
    int to_child[2], to_parent[2], status;

    options = read_options(argc, argv, "MIB", 4, 65536);
    pages = options.count * MIB / PAGE_BYTES;
    memory = map_pages(pages);
    write_pages("parent", 0, pages, PARENT);
    if (pipe(to_child) != 0 || pipe(to_parent) != 0)
        fail("pipe");

    pid_t child = fork();
    if (child < 0)
        fail("fork");
    if (child == 0) {
        read_pages("child", 0, pages, PARENT); /* shared: nothing is copied */
        write_pages("child", 0, pages / 2, CHILD); /* copied, page by page */
        write_pages("child", 0, pages / 2, CHILD); /* the child's own by now */
        hand_over(to_parent[1]);
        wait_turn(to_child[0]);
        read_pages("child", pages / 2, pages, PARENT); /* the parent wrote to copies of these */
        return 7;
    }

    wait_turn(to_parent[0]);
    read_pages("parent", 0, pages, PARENT); /* the child's writes are not seen here */
    write_pages("parent", pages / 2, pages, 'p'); /* still shared: copied */
    hand_over(to_child[1]);
    if (waitpid(child, &status, 0) != child)
        fail("waitpid");
    printf("parent: the child ended with status %d\n", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
    write_pages("parent", 0, pages / 2, 'p'); /* write-protected, but shared with nobody: made writable, not copied */
    write_pages("parent", 0, pages, 'q'); /* all private again */
    return 0;
}
