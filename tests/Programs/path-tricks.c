/* path-tricks: paths, names and descriptors in ways that are not meant, in the directory it is given. */
#define _GNU_SOURCE
#include "show.h"
#include <dirent.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/xattr.h>

static void put(const char *name, const char *text)
{
    int file = open(name, O_CREAT | O_RDWR | O_TRUNC, 0600);
    if (write(file, text, strlen(text)) < 0)
        perror(name);
    close(file);
}

/* Directories that move while they are open or worked in. */
static void rename_and_up(void)
{
    char buffer[256] = { 0 };
    mkdir("a", 0755);
    mkdir("a/b", 0755);
    mkdir("c", 0755);
    int d = open("a/b", O_RDONLY | O_DIRECTORY);
    SHOW(rename("a/b", "c/b2"));
    SHOW(faccessat(d, "../b2", F_OK, 0));
    SHOW(faccessat(d, "../../f", F_OK, 0));
    SHOW(faccessat(d, "../b", F_OK, 0));
    SHOW(rename("c", "c/b2/x"));
    SHOW(rename("c/b2", "c"));
    SHOW(rename("c", "c/b2"));
    SHOW(fchdir(d));
    SHOW(rename("../../c", "../../cc"));
    SHOW(access("../../cc/b2", F_OK));
    SHOW(rmdir("../../cc/b2"));
    SHOW(access("..", F_OK));
    SHOW(access("../../f", F_OK));
    char *g = getcwd(buffer, sizeof buffer);
    SHOW(g == NULL);
    SHOW(open("new", O_CREAT | O_WRONLY, 0600));
    SHOW(mkdir("n", 0700));
    SHOW(symlink("x", "y"));
    SHOW(link("../../f", "l"));
    SHOW(rename("../../f", "r"));
    SHOW(open(".", O_RDONLY) >= 0);
    SHOW(chdir("../.."));
    close(d);
}

/* Names that others have. */
static void rename_onto(void)
{
    char buffer[256] = { 0 };
    struct stat status;
    put("x", "x");
    put("y", "y");
    link("x", "x2");
    SHOW(rename("x", "x2"));
    SHOW(access("x", F_OK));
    mkdir("d1", 0755);
    mkdir("d2", 0755);
    put("d2/z", "z");
    SHOW(rename("x", "d1"));
    SHOW(rename("d1", "x"));
    SHOW(rename("d1", "d2"));
    SHOW(rename("d2", "d1"));
    SHOW(access("d1/z", F_OK));
    SHOW(rename("d1/.", "q"));
    SHOW(rename("d1/..", "q"));
    SHOW(rename("d1", "d1/"));
    SHOW(rename("y", "q/"));
    SHOW(rename("nope", "q"));
    SHOW(rename("y", "y/"));
    SHOW(syscall(SYS_renameat2, AT_FDCWD, "x", AT_FDCWD, "y", 1));
    SHOW(syscall(SYS_renameat2, AT_FDCWD, "x", AT_FDCWD, "y", 2));
    SHOW(syscall(SYS_renameat2, AT_FDCWD, "x", AT_FDCWD, "y", 3));
    SHOW(syscall(SYS_renameat2, AT_FDCWD, "x", AT_FDCWD, "y", 8));
    memset(buffer, 0, 9);
    int xf = open("x", O_RDONLY);
    read(xf, buffer, 4);
    puts(buffer);
    close(xf);
    SHOW(syscall(SYS_renameat2, AT_FDCWD, "x", AT_FDCWD, "d1", 2));
    SHOW(stat("x", &status));
    printf("%o\n", status.st_mode & 0170000);
    SHOW(syscall(SYS_renameat2, AT_FDCWD, "x", AT_FDCWD, "missing", 2));
}

/* What descriptors of O_PATH do not allow, and what their names in /proc do. */
static void path_only(void)
{
    char buffer[256] = { 0 };
    struct stat status;
    int p = open("f", O_PATH);
    SHOW(read(p, buffer, 1));
    SHOW(write(p, buffer, 1));
    SHOW(fchmod(p, 0600));
    SHOW(fchown(p, 0, 0));
    SHOW(ftruncate(p, 0));
    SHOW(fsync(p));
    SHOW(lseek(p, 0, 0));
    SHOW(mmap(0, 4096, 1, MAP_PRIVATE, p, 0) == MAP_FAILED);
    SHOW(fgetxattr(p, "user.a", buffer, 9));
    SHOW(fstat(p, &status));
    SHOW(fcntl(p, F_GETFL) & (O_PATH | O_ACCMODE));
    SHOW(dup(p) >= 0);
    SHOW(getdents64(p, buffer, 99));
    SHOW(flock(p, 1));
    SHOW(fallocate(p, 0, 0, 1));
    SHOW(futimens(p, NULL));
    SHOW(openat(p, "x", O_RDONLY));
    SHOW(fchdir(p));
    char n[64];
    snprintf(n, 64, "/proc/self/fd/%d", p);
    int w = open(n, O_RDWR);
    SHOW(w >= 0);
    SHOW(write(w, "DATA", 4));
    SHOW(linkat(AT_FDCWD, n, AT_FDCWD, "by-fd", AT_SYMLINK_FOLLOW));
    SHOW(linkat(p, "", AT_FDCWD, "by-fd2", AT_EMPTY_PATH));
    SHOW(stat("by-fd", &status));
    SHOW(status.st_nlink);
    close(w);
    SHOW(unlink("by-fd"));
    SHOW(unlink("by-fd2"));
    SHOW(unlink("f"));
    SHOW(open(n, O_RDONLY) >= 0);
    SHOW(linkat(AT_FDCWD, n, AT_FDCWD, "again", AT_SYMLINK_FOLLOW));
    SHOW(chmod(n, 0644));
    SHOW(truncate(n, 0));
    SHOW(readlink(n, buffer, sizeof buffer) > 0);
    int l = open("nolink", O_PATH | O_NOFOLLOW);
    SHOW(l);
    symlink("x", "sl");
    l = open("sl", O_PATH | O_NOFOLLOW);
    SHOW(l >= 0);
    SHOW(readlinkat(l, "", buffer, 9));
    SHOW(open("sl", O_RDONLY | O_NOFOLLOW));
    snprintf(n, 64, "/proc/self/fd/%d", l);
    SHOW(open(n, O_RDONLY));
    SHOW(fchownat(l, "", -1, -1, AT_EMPTY_PATH));
    SHOW(fchmodat(AT_FDCWD, "sl", 0600, AT_SYMLINK_NOFOLLOW));
}

/* Links that lead in circles, nowhere and into /proc; names that end in slashes and dots. */
static void links(void)
{
    struct stat status;
    symlink("loop2", "loop1");
    symlink("loop1", "loop2");
    SHOW(open("loop1", O_RDONLY));
    SHOW(open("loop1", O_CREAT | O_WRONLY, 0600));
    SHOW(stat("loop1", &status));
    SHOW(lstat("loop1", &status));
    symlink("made-by-link", "dang");
    SHOW(open("dang", O_CREAT | O_EXCL | O_WRONLY, 0600));
    SHOW(mkdir("dang", 0700));
    SHOW(open("dang", O_CREAT | O_WRONLY | O_NOFOLLOW, 0600));
    SHOW(open("dang", O_CREAT | O_WRONLY, 0600) >= 0);
    SHOW(access("made-by-link", F_OK));
    SHOW(symlink("", "empty"));
    SHOW(link("sl", "hard-to-link"));
    SHOW(lstat("hard-to-link", &status));
    printf("%o\n", status.st_mode & 0170000);
    SHOW(link("d1", "dd"));
    SHOW(symlink("d1/", "ds"));
    SHOW(rmdir("ds"));
    SHOW(unlink("ds/"));
    SHOW(rename("ds/", "dt"));
    SHOW(unlink("d1"));
    SHOW(rmdir("y/"));
    SHOW(rmdir("."));
    SHOW(rmdir(".."));
    SHOW(rmdir("d1/."));
    SHOW(rmdir("/"));
    SHOW(unlink("/"));
    SHOW(mkdir("/", 0));
    SHOW(mkdir("m/", 0755));
    SHOW(open("m/", O_CREAT | O_WRONLY, 0600));
    SHOW(open("zz/", O_CREAT | O_WRONLY, 0600));
    SHOW(open("y/", O_RDONLY));
    SHOW(open("m", O_RDWR));
    SHOW(open("m", O_CREAT | O_RDONLY, 0600));
    SHOW(open("m", O_CREAT | O_DIRECTORY, 0600));
    SHOW(open("", O_RDONLY));
    SHOW(open("y/.", O_RDONLY));
    SHOW(open("y/..", O_RDONLY));
    SHOW(access("/proc/self/root/proc/self/root/..", F_OK));
    SHOW(access("/..//../proc", F_OK));
    SHOW(access("/proc/self/cwd/m", F_OK));
    SHOW(unlink("/proc/self/exe"));
    SHOW(rename("/proc/self/exe", "exe"));
    SHOW(link("/proc/self/exe", "exe"));
    SHOW(mkdir("/proc/x", 0700));
    SHOW(open("/proc/x", O_CREAT | O_WRONLY, 0600));
    SHOW(symlink("a", "/proc/self/x"));
    SHOW(open("/proc/self/maps", O_RDWR));
    SHOW(truncate("/proc/self/comm", 0));
}

/* Errors of paths before those of attributes. */
static void attributes(void)
{
    char buffer[256] = { 0 };
    SHOW(getxattr("none", "user.a", buffer, 9));
    SHOW(fgetxattr(-1, "user.a", buffer, 9));
    SHOW(listxattr("none", buffer, 9));
    SHOW(listxattr("y", NULL, 0));
    SHOW(removexattr("none", "user.a"));
}

/* A file that is open for reading only. */
static void read_only(void)
{
    char buffer[256] = { 0 };
    struct stat status;
    put("ro", "hello");
    int r = open("ro", O_RDONLY);
    char *m = mmap(0, 4096, PROT_READ, MAP_SHARED, r, 0);
    SHOW(mprotect(m, 4096, PROT_READ | PROT_WRITE));
    int mem = open("/proc/self/mem", O_RDWR);
    SHOW(pwrite(mem, "X", 1, (long)m));
    SHOW(mmap(0, 4096, 3, MAP_SHARED, r, 0) == MAP_FAILED);
    char *q = mmap(0, 4096, PROT_READ, MAP_PRIVATE, r, 0);
    SHOW(pwrite(mem, "X", 1, (long)q));
    SHOW(pread(r, buffer, 5, 0));
    buffer[5] = 0;
    puts(buffer);
    printf("%.5s %.5s\n", m, q);
    SHOW(write(r, "a", 1));
    SHOW(ftruncate(r, 0));
    SHOW(fallocate(r, 0, 0, 9));
    SHOW(fchmod(r, 0600));
    SHOW(futimens(r, NULL));
    SHOW(copy_file_range(r, 0, r, 0, 1, 0));
    SHOW(open("ro", O_RDONLY | O_TRUNC) >= 0);
    SHOW(stat("ro", &status));
    SHOW(status.st_size);
}

int main(int count, char **arguments)
{
    /* One level more: the directory may be a mount's root. */
    if (count != 2 || chdir(arguments[1]) != 0 || mkdir("top", 0755) != 0 || chdir("top") != 0 || mkdir("tricks", 0755) != 0 || chdir("tricks") != 0)
        return 2;
    put("f", "data");
    puts("-- rename and ..");
    rename_and_up();
    puts("-- rename onto");
    rename_onto();
    puts("-- O_PATH");
    path_only();
    puts("-- links");
    links();
    puts("-- xattr");
    attributes();
    puts("-- readonly mapping");
    read_only();
    return 0;
}
