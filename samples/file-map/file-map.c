/*
 * Two ways to map a file. A store through MAP_SHARED changes the file: read() and other processes see it at once, the disk gets it by msync or later.
 * A store through MAP_PRIVATE changes a copy that only this process sees. In a directory given the file stays, for a look at it afterwards.
 */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../common/sample.h"

static int file;

/* What read() finds at the file's start. */
static void show_file(const char *when)
{
    char text[14] = "";
    if (pread(file, text, sizeof text - 1, 0) < 0)
        fail("read");
    printf("%-42s the file starts with \"%s\"\n", when, text);
    fflush(stdout);
}

static char *map_file(int flags)
{
    char *map = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, flags, file, 0);
    if (map == MAP_FAILED)
        fail("mmap");
    return map;
}

int main(int argc, char **argv)
{
    char path[4096];
    int status;

    if (argc > 2) {
        fprintf(stderr, "usage: file-map [DIRECTORY]   (/tmp if not given)\n");
        return 2;
    }
    snprintf(path, sizeof path, "%s/file-map.txt", argc == 2 ? argv[1] : "/tmp");
    file = open(path, O_CREAT | O_TRUNC | O_RDWR, 0644);
    if (file < 0)
        fail(path);
    if (write(file, "original text\n", 14) != 14)
        fail("write");
    show_file("written:");

    char *private = map_file(MAP_PRIVATE), *shared = map_file(MAP_SHARED);
    memcpy(private, "private ", 8);
    show_file("a store through MAP_PRIVATE:");
    printf("%-42s the mapping starts with \"%.13s\"\n", "", private);
    memcpy(shared, "shared  ", 8);
    show_file("a store through MAP_SHARED:");
    printf("%-42s the private copy is still \"%.13s\"\n", "", private);
    fflush(stdout);

    if (fork() == 0) {
        memcpy(shared, "child's ", 8);
        memcpy(private, "own copy", 8);
        _exit(0);
    }
    if (wait(&status) < 0)
        fail("wait");
    show_file("stores by a child through both:");
    printf("%-42s the parent's private copy is \"%.13s\"\n", "", private);

    if (msync(shared, PAGE_BYTES, MS_SYNC) != 0)
        fail("msync");
    printf("msync: the disk has the same\n");
    if (munmap(shared, PAGE_BYTES) != 0 || munmap(private, PAGE_BYTES) != 0)
        fail("munmap");
    show_file("both unmapped:");
    if (argc == 1 && unlink(path) != 0)
        fail("unlink");
    return 0;
}
