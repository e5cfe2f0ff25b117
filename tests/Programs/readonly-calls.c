/* Every call that would change something, in a directory that is mounted read-only and holds "file", "link" (to file) and the directory "below" with "inner". */
#include "show.h"
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/xattr.h>
#include <utime.h>

int main(int count, char **arguments)
{
    if (count < 2 || chdir(arguments[1]) != 0) return 1;
    struct timespec times[2] = { { 1, 2 }, { 3, 4 } };
    SHOW(open("file", O_WRONLY));
    SHOW(open("file", O_RDWR));
    SHOW(open("link", O_RDWR));
    SHOW(open("file", O_RDONLY | O_TRUNC));
    SHOW(open("file", O_WRONLY | O_APPEND));
    SHOW(open("file", O_RDWR | O_CREAT, 0600));
    SHOW(open("file", O_RDWR | O_CREAT | O_EXCL, 0600));
    SHOW(open("new", O_RDONLY | O_CREAT, 0600));
    SHOW(creat("new", 0600));
    SHOW(truncate("file", 0));
    SHOW(mkdir("new", 0700));
    SHOW(mkdir("below", 0700));
    SHOW(rmdir("below"));
    SHOW(unlink("file"));
    SHOW(unlink("link"));
    SHOW(unlink("below/inner"));
    SHOW(rename("file", "new"));
    SHOW(rename("file", "link"));
    SHOW(rename("below", "new"));
    SHOW(rename("file", "/tmp/new"));
    SHOW(link("file", "new"));
    SHOW(symlink("file", "new"));
    SHOW(mknod("new", S_IFREG | 0600, 0));
    SHOW(mkfifo("new", 0600));
    SHOW(chmod("file", 0777));
    SHOW(chmod("below", 0777));
    SHOW(chown("file", 1, 1));
    SHOW(lchown("link", 1, 1));
    SHOW(utimensat(AT_FDCWD, "file", times, 0));
    SHOW(utimensat(AT_FDCWD, "file", NULL, 0));
    SHOW(utimensat(AT_FDCWD, "link", times, AT_SYMLINK_NOFOLLOW));
    SHOW(utime("file", NULL));
    SHOW(access("file", W_OK));
    SHOW(access("below", W_OK));
    SHOW(access("file", R_OK));
    int file = open("file", O_RDONLY), directory = open("below", O_RDONLY | O_DIRECTORY);
    SHOW(write(file, "x", 1));
    SHOW(pwrite(file, "x", 1, 0));
    SHOW(ftruncate(file, 0));
    SHOW(fchmod(file, 0777));
    SHOW(fchown(file, 1, 1));
    SHOW(futimens(file, times));
    SHOW(fallocate(file, 0, 0, 10));
    SHOW(fsync(file));
    SHOW(openat(directory, "new", O_CREAT | O_WRONLY, 0600));
    SHOW(mkdirat(directory, "../new", 0700));
    SHOW(unlinkat(directory, "inner", 0));
    SHOW(unlinkat(AT_FDCWD, "below", AT_REMOVEDIR));
    SHOW(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) == MAP_FAILED);
    char *shared = mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0), *private = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    SHOW(mprotect(shared, 4096, PROT_READ | PROT_WRITE));
    private[0] = 'x';
    SHOW(msync(private, 4096, MS_SYNC));
    SHOW(munmap(private, 4096));
    char path[64];
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    SHOW(open(path, O_RDWR));
    SHOW(shared[0]);
    return 0;
}
