/*
 * A file's pages are read once and then kept: the first touch of a mapping waits for the disk (major faults), the next mapping finds the pages in memory
 * (minor faults, one for 16 pages as Linux maps those around along), and read() needs no faults at all. The file is this program itself.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../common/sample.h"

static struct options options;
static int file;
static long pages;

static void count_faults(long *major, long *minor)
{
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) != 0)
        fail("getrusage");
    *major = usage.ru_majflt;
    *minor = usage.ru_minflt;
}

/* Maps the file, reads a byte of each page, and says what that cost. */
static void read_mapping(const char *name, int flags)
{
    volatile unsigned char *map = mmap(NULL, pages * PAGE_BYTES, PROT_READ, MAP_SHARED | flags, file, 0);
    long major, minor, major_before, minor_before;
    if (map == MAP_FAILED)
        fail("mmap");
    count_faults(&major_before, &minor_before);
    for (long page = 0; page < pages; page++)
        map[page * PAGE_BYTES];
    count_faults(&major, &minor);
    major -= major_before;
    minor -= minor_before;
    printf("%-36s major faults: %s, faults per 16 pages: %ld\n", name, major ? "some" : "none", faults_per_page((major + minor) * 16, pages));
    if (options.verbose)
        printf("  %ld major, %ld minor, %ld pages\n", major, minor, pages);
    fflush(stdout);
    munmap((void *)map, pages * PAGE_BYTES);
}

int main(int argc, char **argv)
{
    static char buffer[PAGE_BYTES];
    struct stat status;
    long major, minor, major_before, minor_before;

    options = read_options(argc, argv, "PAGES", 1000000, 1000000);
    file = open("/proc/self/exe", O_RDONLY);
    if (file < 0 || fstat(file, &status) != 0)
        fail("/proc/self/exe");
    pages = status.st_size / PAGE_BYTES;
    if (pages > options.count)
        pages = options.count;
    /* What is not on the disk yet, or in use, would stay in memory. */
    fsync(file);
    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    read_mapping("first mapping, dropped before:", 0);
    read_mapping("second mapping:", 0);
    read_mapping("third, with MAP_POPULATE:", MAP_POPULATE);
    count_faults(&major_before, &minor_before);
    while (read(file, buffer, sizeof buffer) > 0)
        ;
    count_faults(&major, &minor);
    printf("%-36s major faults: %s, faults per 16 pages: %ld\n", "read():", major > major_before ? "some" : "none",
           faults_per_page((minor - minor_before) * 16, pages));
    return 0;
}
