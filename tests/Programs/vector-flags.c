/* The flags of preadv2 and pwritev2, and writes to files opened with O_APPEND, in the directory given. */
#include "show.h"
#include <sys/uio.h>

int main(int count, char **arguments)
{
    char bytes[16] = "0123456789";
    struct iovec pieces[2] = { { bytes, 5 }, { bytes + 5, 2 } };
    if (count < 2 || chdir(arguments[1]) != 0) return 1;
    int file = open("vectors", O_CREAT | O_RDWR | O_TRUNC, 0600);

    SHOW(pwritev2(file, pieces, 2, 0, 0));
    SHOW(pwritev2(file, pieces, 2, -1, RWF_APPEND));
    SHOW(lseek(file, 0, SEEK_CUR));
    SHOW(pwritev2(file, pieces, 1, 1, RWF_APPEND));
    SHOW(lseek(file, 0, SEEK_CUR));
    SHOW(lseek(file, 0, SEEK_END));
    for (int flag = 1; flag < 0x10000; flag *= 2) {
        printf("flag %x\n", flag);
        SHOW(pwritev2(file, pieces, 1, 0, flag));
        SHOW(preadv2(file, pieces, 1, 0, flag));
    }
    SHOW(pwritev2(file, pieces, 1, 0, RWF_SYNC | RWF_DSYNC | RWF_HIPRI));
    SHOW(pwritev2(file, pieces, 1, 0, RWF_APPEND | 0x20));
    SHOW(preadv2(file, pieces, 1, 0, RWF_APPEND | 0x20));
    SHOW(pwritev2(file, pieces, 1, -2, 0));
    SHOW(preadv2(file, pieces, 1, -2, 0));
    SHOW(preadv2(-1, pieces, 1, 0, 0));
    SHOW(preadv2(file, pieces, 1, 1000, 0));

    /* Linux appends whatever offset pwrite gives; RWF_NOAPPEND (0x20) makes it go there. */
    int appending = open("vectors", O_RDWR | O_APPEND);
    SHOW(lseek(appending, 0, SEEK_END));
    SHOW(pwrite(appending, "xx", 2, 0));
    SHOW(lseek(appending, 0, SEEK_CUR));
    SHOW(lseek(appending, 0, SEEK_END));
    SHOW(pwritev(appending, pieces, 2, 0));
    SHOW(lseek(appending, 0, SEEK_END));
    SHOW(pwritev2(appending, pieces, 1, 0, 0x20));
    SHOW(lseek(appending, 0, SEEK_END));
    SHOW(lseek(appending, 1, SEEK_SET));
    SHOW(pwritev2(appending, pieces, 1, -1, 0x20));
    SHOW(lseek(appending, 0, SEEK_CUR));
    SHOW(write(appending, "ab", 2));
    SHOW(lseek(appending, 0, SEEK_CUR));
    SHOW(writev(appending, pieces, 2));
    SHOW(lseek(appending, 0, SEEK_CUR));
    char all[128] = "";
    SHOW(pread(appending, all, sizeof all - 1, 0));
    printf("%s\n", all);
    SHOW(write(open("vectors", O_RDONLY), "x", 1));
    SHOW(pwritev2(open("vectors", O_RDONLY), pieces, 1, 0, RWF_APPEND));

    /* A link has times of its own. */
    struct timespec times[2] = { { 1000, 0 }, { 2000, 0 } };
    struct stat status;
    SHOW(symlink("vectors", "link"));
    SHOW(utimensat(AT_FDCWD, "link", times, AT_SYMLINK_NOFOLLOW));
    SHOW(lstat("link", &status));
    SHOW(status.st_mtime);
    SHOW(stat("link", &status));
    SHOW(status.st_mtime == 2000);
    SHOW(unlink("link"));
    SHOW(unlink("vectors"));
    return 0;
}
