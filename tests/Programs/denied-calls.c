/*
 * What becomes of calls that the permissions of a host directory forbid. In the directory given: "closed" may not be written, "locked" not even
 * searched; "open" may, and holds files that may be read, written, both or neither. Prints each call with its result.
 */
#include "show.h"
#include <dirent.h>
#include <sys/mman.h>

static int change(const char *path, int flags, const char *text)
{
    int file = open(path, flags);
    if (file < 0) return -1;
    int result = pwrite(file, text, strlen(text), 0) < 0 ? -1 : fsync(file);
    close(file);
    return result;
}

int main(int count, char **arguments)
{
    char text[8] = "";
    if (count < 2 || chdir(arguments[1]) != 0) return 1;
    umask(0);

    SHOW(open("closed/new", O_CREAT | O_RDWR, 0644));
    SHOW(open("closed/new", O_CREAT | O_EXCL | O_RDWR, 0644));
    SHOW(mknod("closed/new", S_IFREG | 0644, 0));
    SHOW(mkdir("closed/new", 0755));
    SHOW(symlink("file", "closed/new"));
    SHOW(link("open/both", "closed/new"));
    SHOW(link("closed/file", "open/new"));
    SHOW(rename("closed/file", "closed/new"));
    SHOW(rename("closed/file", "open/new"));
    SHOW(rename("open/both", "closed/new"));
    SHOW(rename("open/both", "closed/file"));
    SHOW(unlink("closed/file"));
    SHOW(rmdir("closed/below"));
    SHOW(truncate("closed/file", 1));
    SHOW(open("closed/file", O_RDWR));
    SHOW(open("closed/file", O_WRONLY | O_TRUNC));
    SHOW(open("closed/file", O_RDONLY | O_TRUNC));
    int file = open("closed/file", O_RDONLY);
    SHOW(ftruncate(file, 1));
    SHOW(write(file, "x", 1));
    SHOW(mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0) == MAP_FAILED ? -1 : 0);
    SHOW(close(file));
    show_status("closed/file");
    show_status("closed/new");

    SHOW(lstat("locked/file", &(struct stat) { 0 }));
    SHOW(open("locked/file", O_RDONLY));
    SHOW(open("locked/new", O_CREAT | O_WRONLY, 0644));
    SHOW(opendir("locked") == NULL ? -1 : 0);
    SHOW(unlink("locked/file"));
    SHOW(rename("locked/file", "open/new"));
    SHOW(rename("open/both", "locked/file"));

    SHOW(open("open/neither", O_RDONLY));
    SHOW(open("open/neither", O_WRONLY));
    SHOW(truncate("open/neither", 0));
    SHOW(open("open/read", O_WRONLY));
    SHOW(open("open/read", O_RDWR));
    SHOW(open("open/read", O_RDONLY | O_TRUNC));
    SHOW(open("open/write", O_RDONLY));
    SHOW(open("open/write", O_RDWR));
    SHOW(change("open/write", O_WRONLY, "W"));
    SHOW(change("open/write", O_WRONLY | O_APPEND, "appended"));
    SHOW(change("open/write", O_WRONLY | O_TRUNC, "written"));
    SHOW(change("open/write", O_WRONLY, "X"));
    SHOW(truncate("open/write", 5));
    SHOW(change("open/both", O_RDWR, "B"));
    SHOW(chown("open/both", 12345, 12345));
    show_status("open/both");

    /* Who makes a file may use it as it asked to, whatever its mode says to those who come later. */
    file = open("open/made", O_CREAT | O_RDWR, 0);
    SHOW(write(file, "made", 4));
    SHOW(fsync(file));
    SHOW(pread(file, text, 4, 0));
    printf("%s\n", text);
    SHOW(open("open/made", O_RDONLY));
    SHOW(fchmod(file, 0444));
    SHOW(open("open/made", O_WRONLY));
    SHOW(pwrite(file, "M", 1, 0));
    SHOW(close(file));
    show_status("open/made");
    SHOW(rename("open/made", "open/moved"));
    SHOW(unlink("open/moved"));
    return 0;
}
