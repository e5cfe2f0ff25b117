/*
 * What becomes of writes that the host refuses: the directory given holds the file "large" of 32 pages, and the host lets no file be written beyond
 * its first 16 pages. Prints where the error comes back, and that nothing else is lost.
 */
#include "show.h"
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>

enum { PAGE = 4096, PAGES = 32, ALLOWED = 16 };

static char page[PAGE];

static int write_pages(int file, int first, int end, char byte)
{
    memset(page, byte, PAGE);
    for (int i = first; i < end; i++)
        if (pwrite(file, page, PAGE, i * PAGE) != PAGE) return -1;
    return 0;
}

int main(int count, char **arguments)
{
    if (count < 2 || chdir(arguments[1]) != 0) return 1;
    int good = open("good", O_CREAT | O_RDWR, 0644), bad = open("bad", O_CREAT | O_RDWR, 0644), other = open("bad", O_RDWR);
    SHOW(write_pages(bad, 0, PAGES, 'b'));
    SHOW(write_pages(good, 0, 4, 'a'));
    SHOW(fsync(bad));
    SHOW(fsync(bad));
    SHOW(fdatasync(other));
    SHOW(fsync(other));
    SHOW(fsync(good));
    printf("still cached: %d\n", pread(bad, page, 1, (PAGES - 1) * PAGE) == 1 && page[0] == 'b');

    SHOW(write_pages(bad, ALLOWED + 1, PAGES, 'c'));
    SHOW(write_pages(good, 4, 8, 'c'));
    sync();
    SHOW(fsync(good));
    SHOW(fsync(bad));

    SHOW(write_pages(bad, ALLOWED, PAGES, 'd'));
    SHOW(write_pages(good, 8, 12, 'd'));
    struct timespec time = { 40, 0 };
    nanosleep(&time, NULL);
    SHOW(sync_file_range(bad, 0, 0, 7));
    SHOW(fsync(bad));

    SHOW(write_pages(other, ALLOWED, PAGES, 'e'));
    SHOW(close(other));
    int synchronous = open("bad", O_WRONLY | O_DSYNC);
    SHOW(pwrite(synchronous, page, PAGE, 0));
    SHOW(pwrite(synchronous, page, PAGE, (PAGES - 1) * PAGE));
    SHOW(close(synchronous));
    SHOW(ftruncate(good, PAGES * PAGE));
    SHOW(close(bad));

    int large = open("large", O_RDWR);
    char *map = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, large, 0);
    map[0] = 'm';
    SHOW(msync(map, PAGES * PAGE, MS_SYNC));
    map[(PAGES - 1) * PAGE] = 'm';
    SHOW(msync(map, PAGE, MS_SYNC));
    SHOW(msync(map, PAGES * PAGE, MS_SYNC));
    SHOW(msync(map, PAGES * PAGE, MS_SYNC));
    map[PAGE] = 'n';
    SHOW(munmap(map, PAGES * PAGE));
    SHOW(fsync(large));
    SHOW(write_pages(good, 12, ALLOWED, 'f'));
    SHOW(close(good));
    return 0;
}
