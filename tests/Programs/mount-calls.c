/* mount-calls: mount(2) and umount2(2) call by call, and what /proc/self/mounts and statfs say then. As root, in the directory it is given. */
#include "show.h"
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/statfs.h>
#include <sys/wait.h>

/* The lines about mounts below the working directory, without it. */
static void show_mounts(const char *file)
{
    char line[1024], here[256];
    size_t length = strlen(getcwd(here, sizeof here));
    FILE *mounts = fopen(file, "r");
    while (mounts && fgets(line, sizeof line, mounts)) {
        char *place = strstr(line, here);
        if (!place || place[length] != '/')
            continue;
        memmove(place, place + length + 1, strlen(place + length));
        /* Kernels differ in whether they say how long inode numbers are. */
        char *inode = strstr(line, ",inode64");
        if (inode)
            memmove(inode, inode + 8, strlen(inode + 8) + 1);
        fputs(line, stdout);
    }
    fclose(mounts);
}

static void show_statistics(const char *path)
{
    struct statfs s;
    SHOW(statfs(path, &s));
    printf("%lx: %lu of %lu blocks of %lu free, %lu of %lu files, flags %lx\n", (long)s.f_type, s.f_bavail, s.f_blocks, s.f_bsize, s.f_ffree, s.f_files, s.f_flags & ~0x20UL);
}

static void write_file(const char *path, const char *text)
{
    int file = open(path, O_CREAT | O_RDWR, 0600);
    SHOW(file >= 0);
    SHOW(write(file, text, strlen(text)));
    close(file);
}

static void as_user(void)
{
    fflush(stdout);
    if (fork() == 0) {
        setuid(65534);
        SHOW(mount("none", "a", "tmpfs", 0, NULL));
        SHOW(mount("none", "missing", "tmpfs", 0, NULL));
        SHOW(umount2("a", 0));
        SHOW(umount2("missing", 0));
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
}

int main(int count, char **arguments)
{
    /* Others are to be refused by the calls, not by the directory. */
    if (count != 2 || chdir(arguments[1]) != 0 || chmod(".", 0755) != 0)
        return 2;
    SHOW(mkdir("a", 0755));
    write_file("a/hidden", "x");
    SHOW(mount("none", "missing", "tmpfs", 0, NULL));
    SHOW(mount("none", "a/hidden", "tmpfs", 0, NULL));
    SHOW(mount("none", "a", "nosuchfs", 0, NULL));
    SHOW(mount("none", "a", NULL, 0, NULL));
    SHOW(mount("none", "a", "tmpfs", 0, "nosuch=1"));
    SHOW(mount("none", "a", "tmpfs", 0, "size=x"));
    SHOW(mount("none", "a", "tmpfs", 0, "size=64k,nr_inodes=8,mode=0711,uid=5"));
    show_mounts("/proc/self/mounts");
    show_statistics("a");
    struct stat s;
    SHOW(stat("a", &s));
    printf("%o %u\n", s.st_mode, s.st_uid);
    SHOW(access("a/hidden", F_OK));
    write_file("a/file", "in a");
    SHOW(link("a/file", "outside"));
    SHOW(rename("a/file", "outside"));
    SHOW(rmdir("a"));
    SHOW(rename("a", "b"));
    char page[4096] = { 0 };
    int big = open("a/big", O_CREAT | O_WRONLY, 0600);
    for (int i = 0; i < 15; i++)
        write(big, page, sizeof page);
    SHOW(write(big, page, sizeof page));
    SHOW(mount(NULL, "a", NULL, MS_REMOUNT, "size=72k"));
    SHOW(write(big, page, sizeof page));
    SHOW(mount(NULL, "a", NULL, MS_REMOUNT, "size=4k"));
    SHOW(mount(NULL, "a", NULL, MS_REMOUNT | MS_RDONLY, NULL));
    close(big);
    SHOW(mkdir("a/inner", 0755));
    SHOW(mount("a thing", "a/inner", "tmpfs", MS_NOEXEC | MS_NOSUID, NULL));
    show_mounts("/proc/self/mounts");
    SHOW(umount2("a", 0));
    SHOW(umount2("a/big", 0));
    SHOW(umount2("a", 0x100));
    SHOW(chdir("a/inner"));
    SHOW(umount2("../inner", 0));
    SHOW(chdir("../.."));
    int tool = open("a/inner/tool", O_CREAT | O_RDWR, 0755);
    SHOW(write(tool, "#!/bin/sh\n", 10));
    void *shown = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, tool, 0);
    SHOW(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, tool, 0) == MAP_FAILED);
    close(tool);
    SHOW(execl("a/inner/tool", "tool", NULL));
    SHOW(umount2("a/inner", 0));
    munmap(shown, 4096);
    SHOW(umount2("a/inner", 0));
    SHOW(umount2("a/inner", 0));
    SHOW(mount(NULL, "a", NULL, MS_REMOUNT | MS_RDONLY, NULL));
    show_mounts("/proc/self/mounts");
    show_statistics("a");
    SHOW(open("a/new", O_CREAT | O_WRONLY, 0600));
    SHOW(open("a/big", O_WRONLY));
    SHOW(truncate("a/big", 0));
    SHOW(chmod("a/big", 0644));
    SHOW(unlink("a/big"));
    SHOW(rename("a/big", "a/small"));
    SHOW(mount("over", "a", "tmpfs", 0, NULL));
    SHOW(access("a/big", F_OK));
    SHOW(umount2("a", 0));
    SHOW(access("a/big", F_OK));
    int held = open("a/file", O_RDONLY);
    SHOW(umount2("a", 0));
    SHOW(umount2("a", MNT_DETACH));
    SHOW(access("a/hidden", F_OK));
    SHOW(read(held, page, 9));
    close(held);
    SHOW(umount2("a", 0));
    as_user();
    SHOW(mount("p", "a", "proc", 0, NULL));
    SHOW(access("a/self/maps", R_OK));
    SHOW(umount2("a", 0));
    SHOW(mount("s", "a", "sysfs", MS_RDONLY, NULL));
    SHOW(access("a/kernel/mm", R_OK));
    show_mounts("/proc/self/mounts");
    SHOW(umount2("a", 0));
    SHOW(unlink("a/hidden"));
    SHOW(rmdir("a"));
    SHOW(unlink("outside"));
    return 0;
}
