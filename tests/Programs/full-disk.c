/*
 * What becomes of changes for which the host has no room: the directory given is a file system of 64 pages that holds "kept" (8 pages) and "sparse"
 * (16 pages, of which the last 8 are there), and has room for three more names. Prints where the error comes back, and that nothing else is lost.
 */
#include "show.h"
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

enum { PAGE = 4096, KEPT = 8, PAGES = 16, TOO_MANY = 128 };

static char page[PAGE];

static int write_pages(int file, int first, int end, char byte)
{
    memset(page, byte, PAGE);
    for (int i = first; i < end; i++)
        if (pwrite(file, page, PAGE, i * PAGE) != PAGE) return -1;
    return 0;
}

static char *map(int file)
{
    return mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
}

/* A process of its own stores a byte into a page that has no room, and ends. */
static int store_and_end(int index)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        int file = open("sparse", O_RDWR);
        char *bytes = map(file);
        close(file);
        bytes[index * PAGE] = 'e';
        _exit(0);
    }
    waitpid(child, &status, 0);
    return status;
}

int main(int count, char **arguments)
{
    if (count < 2 || chdir(arguments[1]) != 0) return 1;
    int kept = open("kept", O_RDWR), sparse = open("sparse", O_RDWR), other = open("sparse", O_RDWR);

    /* Names. */
    SHOW(mkdir("folder", 0755));
    SHOW(symlink("kept", "symbolic"));
    int big = open("big", O_CREAT | O_RDWR, 0644);
    SHOW(open("one-more", O_CREAT | O_RDWR, 0644));
    SHOW(mkdir("one-more", 0755));
    SHOW(symlink("kept", "one-more"));
    SHOW(link("kept", "one-more"));
    SHOW(rename("folder", "renamed"));
    SHOW(lstat("one-more", &(struct stat) { 0 }));

    /* Data that is written late, and at once. */
    SHOW(write_pages(big, 0, TOO_MANY, 'b'));
    SHOW(fsync(big));
    SHOW(fsync(big));
    SHOW(syncfs(big));
    SHOW(syncfs(big));
    SHOW(syncfs(other));
    SHOW(write_pages(kept, 0, KEPT, 'k'));
    SHOW(fsync(kept));
    SHOW(write_pages(sparse, 0, PAGES, 's'));
    SHOW(fdatasync(sparse));
    SHOW(fsync(sparse));
    SHOW(fsync(other));
    SHOW(fsync(other));
    SHOW(pread(sparse, page, 1, 0) == 1 && page[0] == 's');
    int synchronous = open("sparse", O_WRONLY | O_DSYNC);
    SHOW(pwrite(synchronous, "d", 1, 0));
    SHOW(pwrite(synchronous, "d", 1, KEPT * PAGE));
    SHOW(close(synchronous));
    SHOW(fsync(other));
    SHOW(fsync(sparse));

    /* The flusher, when nobody waits. */
    SHOW(write_pages(sparse, 0, 1, 'f'));
    struct timespec time = { 40, 0 };
    nanosleep(&time, NULL);
    SHOW(fsync(sparse));
    SHOW(close(other));

    /* Mappings. */
    char *bytes = map(sparse);
    for (int i = 0; i < PAGES; i++) bytes[i * PAGE] = 'm';
    SHOW(msync(bytes, PAGES * PAGE, MS_SYNC));
    SHOW(msync(bytes, PAGES * PAGE, MS_SYNC));
    SHOW(fsync(sparse));
    bytes[PAGE] = 'n';
    bytes[(KEPT + 1) * PAGE] = 'n';
    SHOW(munmap(bytes, PAGES * PAGE));
    SHOW(fsync(sparse));
    SHOW(close(sparse));

    /* A process that ends without a word: the next who opens the file is told. */
    SHOW(store_and_end(2));
    sparse = open("sparse", O_RDWR);
    other = open("sparse", O_RDWR);
    SHOW(fsync(sparse));
    SHOW(fsync(sparse));
    SHOW(fsync(other));
    SHOW(close(other));

    /* Once there is room, everything works again. */
    SHOW(unlink("big"));
    SHOW(close(big));
    SHOW(write_pages(sparse, 0, 4, 'r'));
    SHOW(fsync(sparse));
    SHOW(write_pages(kept, KEPT, 2 * KEPT, 'l'));
    SHOW(close(kept));
    SHOW(close(sparse));
    SHOW(open("one-more", O_CREAT | O_RDWR, 0644) < 0 ? -1 : 0);
    return 0;
}
