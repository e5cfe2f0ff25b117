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
