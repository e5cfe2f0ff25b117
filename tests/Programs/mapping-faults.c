/* Page faults of touching a mapping of 256 pages, row by row. Arguments: three files of 256 pages on a disk file system. The last two must not be cached. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum { PAGES = 256, PAGE = 4096 };

static struct rusage start, end;

static void begin(void)
{
    getrusage(RUSAGE_SELF, &start);
}

static void finish(const char *row)
{
    getrusage(RUSAGE_SELF, &end);
    printf("%s: %ld\n", row, end.ru_minflt - start.ru_minflt + end.ru_majflt - start.ru_majflt);
}

static char *map(int file, int protection, int flags)
{
    /* Fault-around works in aligned windows of 16 pages. */
    char *memory = mmap((void *)(1L << 40), PAGES * PAGE, protection, file < 0 ? flags | MAP_ANONYMOUS : flags, file, 0);
    if (memory == MAP_FAILED) {
        perror("mmap");
        exit(1);
    }
    /* Whole pages of 2 MiB are another table. */
    madvise(memory, PAGES * PAGE, MADV_NOHUGEPAGE);
    return memory;
}

static void touch(char *memory, const char *row, int is_write)
{
    begin();
    for (int page = 0; page < PAGES; page++)
        if (is_write)
            ((volatile char *)memory)[page * PAGE] = 1;
        else
            (void)((volatile char *)memory)[page * PAGE];
    if (row != NULL)
        finish(row);
}

static void rows(int file, int flags, const char *read, const char *write_after, const char *write)
{
    char *memory = map(file, PROT_READ | PROT_WRITE, flags);
    touch(memory, read, 0);
    touch(memory, write_after, 1);
    munmap(memory, PAGES * PAGE);
    memory = map(file, PROT_READ | PROT_WRITE, flags);
    touch(memory, write, 1);
    munmap(memory, PAGES * PAGE);
}

static int open_file(const char *path)
{
    int file = open(path, O_RDWR | O_CREAT, 0600);
    if (file < 0) {
        perror(path);
        exit(1);
    }
    return file;
}

int main(int count, char **arguments)
{
    static char page[PAGE];

    if (count < 4)
        return 2;
    int file = open_file(arguments[1]), memory_file = open_file("/dev/shm/x64emu-mapping-faults");
    while (read(file, page, PAGE) > 0)
        continue;
    if (ftruncate(memory_file, PAGES * PAGE) != 0)
        return 1;
    rows(file, MAP_PRIVATE, "file, private, read", "file, private, write after read", "file, private, write");
    rows(file, MAP_SHARED, "file, shared, read", "file, shared, write after read", "file, shared, write");
    rows(memory_file, MAP_SHARED, NULL, NULL, "tmpfs, shared, write");
    unlink("/dev/shm/x64emu-mapping-faults");
    memory_file = open_file("/dev/shm/x64emu-mapping-faults");
    if (ftruncate(memory_file, PAGES * PAGE) != 0)
        return 1;
    rows(memory_file, MAP_SHARED, NULL, "tmpfs, shared, write after read", NULL);
    unlink("/dev/shm/x64emu-mapping-faults");
    rows(-1, MAP_PRIVATE, "anonymous, read", "anonymous, write after read", "anonymous, write");
    touch(map(file, PROT_READ, MAP_PRIVATE | MAP_POPULATE), "file, private, populated, read", 0);
    for (int which = 2; which < 4; which++) {
        file = open_file(arguments[which]);
        char *memory = map(file, PROT_READ, MAP_PRIVATE);
        if (which == 3)
            madvise(memory, PAGES * PAGE, MADV_RANDOM);
        touch(memory, which == 2 ? "file, not cached, read" : "file, not cached, random, read", 0);
        printf("  %ld of them major\n", end.ru_majflt - start.ru_majflt);
        munmap(memory, PAGES * PAGE);
    }
    return 0;
}
