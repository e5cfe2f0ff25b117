/* resolve-rules: openat2(2) with each RESOLVE_ flag on paths that try to leave, in the directory it is given. */
#include "show.h"
#include <linux/openat2.h>
#include <sys/syscall.h>

static int top;

static long open_how(const char *path, unsigned long flags, unsigned long mode, unsigned long resolve)
{
    struct open_how how = { flags, mode, resolve };
    return syscall(SYS_openat2, top, path, &how, sizeof how);
}

/* Whether a path can be opened by each rule: + or the error. */
static void try_rules(const char *path, unsigned long flags)
{
    static const unsigned long rules[] = { 0, RESOLVE_NO_XDEV, RESOLVE_NO_MAGICLINKS, RESOLVE_NO_SYMLINKS, RESOLVE_BENEATH, RESOLVE_IN_ROOT };
    printf("%-24s", path);
    for (unsigned i = 0; i < sizeof rules / sizeof *rules; i++) {
        int file = open_how(path, flags, 0, rules[i]);
        printf(" %s", file >= 0 ? "+" : errno == EXDEV ? "EXDEV" : errno == ELOOP ? "ELOOP" : errno == ENOENT ? "ENOENT" : errno == ENOTDIR ? "ENOTDIR" : "other");
        close(file);
    }
    putchar('\n');
}

int main(int count, char **arguments)
{
    static const char *paths[] = {
        ".", "..", "file", "sub/inner", "sub/../file", "sub/../../top/file", "../top/file", "/", "/file", "/proc", "to-file", "to-top/file", "to-above", "to-root", "to-absolute",
        "to-itself", "sub/to-up-file", "sub/to-up-up", "to-self/fd", "to-exe", "missing", "file/..", "to-root/proc/self/maps", "sub//./../sub/inner",
    };
    if (count != 2 || chdir(arguments[1]) != 0 || mkdir("top", 0755) != 0)
        return 2;
    mkdir("top/sub", 0755);
    close(open("top/file", O_CREAT | O_WRONLY, 0600));
    close(open("top/sub/inner", O_CREAT | O_WRONLY, 0600));
    symlink("file", "top/to-file");
    symlink("../top", "top/to-top");
    symlink("..", "top/to-above");
    symlink("/", "top/to-root");
    symlink("/file", "top/to-absolute");
    symlink("to-itself", "top/to-itself");
    symlink("../file", "top/sub/to-up-file");
    symlink("../..", "top/sub/to-up-up");
    symlink("/proc/self", "top/to-self");
    symlink("/proc/self/exe", "top/to-exe");
    top = open("top", O_PATH);
    for (unsigned i = 0; i < sizeof paths / sizeof *paths; i++)
        try_rules(paths[i], O_RDONLY);
    puts("links themselves");
    try_rules("to-root", O_PATH | O_NOFOLLOW);
    puts("made");
    SHOW(open_how("/made", O_CREAT | O_WRONLY, 0600, RESOLVE_IN_ROOT) >= 0);
    SHOW(access("top/made", F_OK));
    symlink("/by-link", "top/dangling");
    SHOW(open_how("dangling", O_CREAT | O_WRONLY, 0600, RESOLVE_BENEATH));
    SHOW(open_how("dangling", O_CREAT | O_WRONLY, 0600, RESOLVE_NO_SYMLINKS));
    SHOW(open_how("dangling", O_CREAT | O_WRONLY, 0600, RESOLVE_IN_ROOT) >= 0);
    SHOW(access("top/by-link", F_OK));
    SHOW(open_how("../above", O_CREAT | O_WRONLY, 0600, RESOLVE_BENEATH));
    SHOW(open_how("../in-root", O_CREAT | O_WRONLY, 0600, RESOLVE_IN_ROOT) >= 0);
    SHOW(access("top/in-root", F_OK));
    puts("arguments");
    SHOW(open_how("file", O_RDONLY, 0, RESOLVE_BENEATH | RESOLVE_IN_ROOT));
    SHOW(open_how("file", O_RDONLY, 0, 0x40));
    SHOW(open_how("file", O_RDONLY, 0600, 0));
    SHOW(open_how("file", 1UL << 40, 0, 0));
    SHOW(open_how("file", O_PATH | O_RDWR, 0, 0));
    SHOW(open_how("new", O_CREAT | O_WRONLY, 010600, 0));
    struct { struct open_how how; unsigned long more; } larger = { { O_RDONLY, 0, 0 }, 0 };
    SHOW(syscall(SYS_openat2, top, "file", &larger, sizeof larger) >= 0);
    larger.more = 1;
    SHOW(syscall(SYS_openat2, top, "file", &larger, sizeof larger));
    SHOW(syscall(SYS_openat2, top, "file", &larger, 23));
    SHOW(syscall(SYS_openat2, top, "file", &larger, 5000));
    return 0;
}
