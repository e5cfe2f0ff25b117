/* What file systems in memory do beyond reading and writing, in the directory given: room made and given back, holes, files without a name. */
#include "show.h"
#include <sys/mman.h>

enum { PAGE = 4096 };

static void show_space(int file)
{
    struct stat status;
    fstat(file, &status);
    printf("size %ld, %ld blocks\n", (long)status.st_size, (long)status.st_blocks);
}

/* Which pages count as data and which as holes; which of those mapped are in memory. */
static void show_pages(const char *title, int file, char *bytes, int pages)
{
    unsigned char here[16];
    printf("%s: ", title);
    for (int i = 0; i < pages; i++)
        putchar(lseek(file, i * PAGE, SEEK_DATA) == i * PAGE ? 'd' : '.');
    mincore(bytes, pages * PAGE, here);
    putchar(' ');
    for (int i = 0; i < pages; i++)
        putchar(here[i] & 1 ? 'm' : '.');
    putchar('\n');
    show_space(file);
}

/* Pages that are allocated and not written: room, but no data. */
static void show_allocated(void)
{
    char buffer[2 * PAGE];
    int file = open("allocated", O_CREAT | O_RDWR | O_TRUNC, 0600);
    SHOW(fallocate(file, 0, 0, 12 * PAGE));
    char *bytes = mmap(NULL, 12 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    show_pages("allocated", file, bytes, 12);
    SHOW(pread(file, buffer, sizeof buffer, 0));
    show_pages("0, 1 read", file, bytes, 12);
    SHOW(pwrite(file, "x", 1, 3 * PAGE + 5));
    show_pages("3 written", file, bytes, 12);
    bytes[5 * PAGE] = 1;
    SHOW(bytes[7 * PAGE + 9]);
    show_pages("5 stored to, 7 loaded from", file, bytes, 12);
    SHOW(fallocate(file, 0, 0, 12 * PAGE));
    SHOW(fallocate(file, 3, PAGE / 2, PAGE));
    SHOW(fallocate(file, 3, 5 * PAGE, 2 * PAGE));
    show_pages("0, 1 in part, 5, 6 given back", file, bytes, 12);
    SHOW(ftruncate(file, 4 * PAGE + 1));
    SHOW(ftruncate(file, 12 * PAGE));
    show_pages("cut within 4 and made longer", file, bytes, 12);
    SHOW(pread(file, buffer, PAGE, 3 * PAGE));
    SHOW(buffer[4] == 0 && buffer[5] == 'x' && buffer[6] == 0);
    munmap(bytes, 12 * PAGE);
    close(file);
    unlink("allocated");
}

static void show_unnamed(int file)
{
    char path[64], link[256] = "";
    struct stat status;
    fstat(file, &status);
    sprintf(path, "/proc/self/fd/%d", file);
    SHOW(readlink(path, link, sizeof link - 1) > 0);
    char *end = strrchr(link, ' ');
    printf("mode %o, %ld links, numbered %d,%s\n", status.st_mode, (long)status.st_nlink, strstr(link, "/#") != NULL, end == NULL ? "" : end);
    SHOW(linkat(AT_FDCWD, path, AT_FDCWD, "first", 0));
    SHOW(linkat(AT_FDCWD, path, AT_FDCWD, "first", AT_SYMLINK_FOLLOW));
    SHOW(linkat(AT_FDCWD, path, AT_FDCWD, "first", AT_SYMLINK_FOLLOW));
    show_status("first");
    SHOW(linkat(file, "", AT_FDCWD, "second", AT_EMPTY_PATH));
    show_status("second");
    SHOW(unlink("first"));
    SHOW(unlink("second"));
    SHOW(linkat(file, "", AT_FDCWD, "third", AT_EMPTY_PATH));
}

int main(int count, char **arguments)
{
    if (count < 2 || chdir(arguments[1]) != 0) return 1;
    int file = open("space", O_CREAT | O_RDWR | O_TRUNC, 0600), readable = open("space", O_RDONLY), folder = open(".", O_RDONLY), pipes[2];

    /* KEEP_SIZE 1, PUNCH_HOLE 2, NO_HIDE_STALE 4, COLLAPSE 8, ZERO 10, INSERT 20, UNSHARE 40. */
    int modes[] = { 0, 1, 2, 3, 4, 5, 8, 9, 0x10, 0x11, 0x13, 0x20, 0x21, 0x30, 0x40, 0x41, 0x80 };
    for (int i = 0; i < (int)(sizeof modes / sizeof *modes); i++) {
        printf("mode %x\n", modes[i]);
        SHOW(fallocate(file, modes[i], PAGE, 2 * PAGE));
        show_space(file);
    }
    SHOW(fallocate(file, 1, 8 * PAGE, PAGE));
    show_space(file);
    SHOW(fallocate(file, 0, -1, 1));
    SHOW(fallocate(file, 0, 0, 0));
    SHOW(fallocate(file, 0, 1L << 62, 1L << 62));
    SHOW(fallocate(file, 0, 0, 1L << 62));
    SHOW(fallocate(readable, 0, 0, 1));
    SHOW(fallocate(folder, 0, 0, 1));
    SHOW(pipe(pipes));
    SHOW(fallocate(pipes[1], 0, 0, 1));
    SHOW(fallocate(pipes[0], 0, 0, 1));

    SHOW(ftruncate(file, 0));
    SHOW(ftruncate(file, 8 * PAGE));
    SHOW(pwrite(file, "x", 1, 2 * PAGE));
    SHOW(pwrite(file, "x", 1, 3 * PAGE + 100));
    char *bytes = mmap(NULL, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    bytes[5 * PAGE] = 's';
    for (int offset = 1; offset < 9 * PAGE; offset += PAGE)
        printf("data from %d: %ld, hole: %ld\n", offset, (long)lseek(file, offset, SEEK_DATA), (long)lseek(file, offset, SEEK_HOLE));
    SHOW(fallocate(file, 3, 3 * PAGE - 10, 20));
    SHOW(fallocate(file, 3, 2 * PAGE, PAGE));
    SHOW(lseek(file, 0, SEEK_DATA));
    SHOW(lseek(file, -1, SEEK_DATA));
    SHOW(bytes[2 * PAGE] == 0 && bytes[5 * PAGE] == 's');
    show_allocated();

    SHOW(open(".", O_TMPFILE, 0600));
    SHOW(open(".", O_TMPFILE | O_CREAT | O_RDWR, 0600));
    SHOW(open(".", (O_TMPFILE & ~O_DIRECTORY) | O_RDWR, 0600));
    SHOW(open("space", O_TMPFILE | O_RDWR, 0600));
    SHOW(open("missing", O_TMPFILE | O_RDWR, 0600));
    SHOW(open("/proc", O_TMPFILE | O_RDWR, 0600));
    umask(022);
    int unnamed = open(".", O_TMPFILE | O_RDWR, 0666);
    SHOW(write(unnamed, "hello", 5));
    show_unnamed(unnamed);
    SHOW(close(unnamed));
    unnamed = open(".", O_TMPFILE | O_WRONLY | O_EXCL, 0600);
    SHOW(write(unnamed, "hello", 5));
    SHOW(linkat(unnamed, "", AT_FDCWD, "fourth", AT_EMPTY_PATH));
    SHOW(unlink("space"));
    return 0;
}
