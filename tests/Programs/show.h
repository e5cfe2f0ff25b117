/* Prints each call with its result and error, so that two systems can be compared line by line. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SHOW(call) do { errno = 0; long result_ = (long)(call); printf("%-56s %ld %s\n", #call, result_, result_ < 0 ? strerror(errno) : ""); } while (0)

/* A bad pointer the compiler cannot see through. */
static char *volatile bad_pointer = (char *)1;

static inline void show_status(const char *path)
{
    struct stat status;
    if (lstat(path, &status) < 0) { printf("%s: %s\n", path, strerror(errno)); return; }
    printf("%s: mode %o links %ld size %ld\n", path, status.st_mode, (long)status.st_nlink, S_ISDIR(status.st_mode) ? 0L : (long)status.st_size);
}

/* The line of /proc/self/maps that holds an address, from the permissions on, without device and inode. */
static inline void show_map(void *address)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512], permissions[8], path[256];
    unsigned long start, end, offset;
    while (fgets(line, sizeof line, maps)) {
        path[0] = 0;
        sscanf(line, "%lx-%lx %7s %lx %*s %*s %255[^\n]", &start, &end, permissions, &offset, path);
        if ((unsigned long)address < start || (unsigned long)address >= end) continue;
        printf("  %lu pages %s %lx %s\n", (end - start) / 4096, permissions, offset, path);
    }
    fclose(maps);
}

/* What a call returned, with the error of a failed one; four results live at a time. */
static inline const char *result(long value)
{
    static char text[4][64];
    static int next;
    char *here = text[next++ % 4];
    snprintf(here, 64, value < 0 ? "%ld %s" : "%ld", value, strerror(errno));
    return here;
}
