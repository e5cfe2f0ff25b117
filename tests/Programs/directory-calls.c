/* Names: directories, links, removal and renaming, walking and listing. Works in the directory given. */
#include "show.h"
#include <dirent.h>

static char buffer[4096];

static void make(void)
{
    SHOW(mkdir("d", 0755));
    SHOW(mkdir("d", 0755));
    SHOW(mkdir("d/", 0755));
    SHOW(mkdir("missing/x", 0755));
    SHOW(mkdir("d/sub/", 0700));
    SHOW(mkdir(".", 0700));
    SHOW(mkdir("/", 0700));
    SHOW(close(open("f", O_CREAT | O_WRONLY, 0644)));
}

static void links(void)
{
    SHOW(symlink("f", "l"));
    SHOW(symlink("f", "l"));
    SHOW(symlink("", "e"));
    SHOW(symlink("loop", "loop"));
    SHOW(open("loop", O_RDONLY));
    SHOW(open("l", O_NOFOLLOW));
    SHOW(symlink("target", "dangling"));
    SHOW(close(open("dangling", O_CREAT | O_WRONLY, 0600)));
    show_status("target");
    show_status("dangling");
    SHOW(open("dangling", O_CREAT | O_EXCL | O_WRONLY, 0600));
    SHOW(readlink("l", buffer, 100));
    SHOW(readlink("dangling", buffer, 3));
    SHOW(readlink("f", buffer, 100));
    SHOW(readlink("l", buffer, 0));
    SHOW(link("f", "h"));
    show_status("f");
    SHOW(link("d", "hd"));
    SHOW(link("missing", "hd"));
    SHOW(unlink("h"));
    show_status("f");
}

static void removal(void)
{
    SHOW(unlink("d"));
    SHOW(rmdir("f"));
    SHOW(rmdir("d"));
    SHOW(rmdir("d/."));
    SHOW(rmdir("d/sub/.."));
    SHOW(unlink("missing"));
    SHOW(unlink("f/"));
    SHOW(unlink("l/"));
    SHOW(rmdir("/"));
}

static void renaming(void)
{
    SHOW(rename("f", "g"));
    SHOW(rename("g", "d"));
    SHOW(rename("d", "g"));
    SHOW(rename("d", "d/sub/x"));
    SHOW(rename("missing", "x"));
    SHOW(rename("g", "f"));
    SHOW(rename("f", "f"));
    SHOW(mkdir("e", 0755));
    SHOW(rename("e", "d/sub"));
    SHOW(rename("d", "d2"));
    show_status("d2/sub");
    SHOW(mkdir("full", 0755));
    SHOW(mkdir("full/x", 0755));
    SHOW(rename("d2", "full"));
    SHOW(rename("full/x", "full"));
    SHOW(renameat2(AT_FDCWD, "f", AT_FDCWD, "target", RENAME_NOREPLACE));
    SHOW(rename("d2/.", "z"));
    SHOW(rename("f", "z/"));
    SHOW(rename("f", "target"));
    show_status("f");
}

static void listing(void)
{
    int entries = 0, types = 0;
    struct dirent *entry;
    SHOW(chdir("target"));
    SHOW(mkdir("many", 0755));
    for (int i = 0; i < 300; i++)
    {
        snprintf(buffer, sizeof buffer, "many/file%03d", i);
        close(open(buffer, O_CREAT | O_WRONLY, 0644));
    }
    DIR *directory = opendir("many");
    while ((entry = readdir(directory)) != 0)
    {
        entries++;
        types += entry->d_type;
        if (entry->d_name[0] == 'f') unlinkat(dirfd(directory), entry->d_name, 0);
    }
    SHOW(entries);
    SHOW(types);
    rewinddir(directory);
    for (entries = 0; readdir(directory) != 0; entries++) { }
    SHOW(entries);
    closedir(directory);
    SHOW(rmdir("many"));
}

static void walking(void)
{
    struct stat status;
    SHOW(chdir("full/x"));
    SHOW(getcwd(buffer, sizeof buffer) != 0);
    SHOW(strcmp(buffer + strlen(buffer) - 7, "/full/x"));
    SHOW(getcwd(buffer, 3) != 0);
    SHOW(rmdir("../x"));
    SHOW(getcwd(buffer, 100) != 0);
    SHOW(open("a", O_CREAT | O_RDWR, 0644));
    SHOW(mkdir("q", 0755));
    SHOW(chdir(".."));
    SHOW(chdir(".."));
    SHOW(open("full/x", O_RDONLY));
    int directory = open("full", O_RDONLY | O_DIRECTORY), file = open("target", O_RDONLY);
    SHOW(close(openat(directory, "q", O_CREAT | O_RDWR, 0644)));
    SHOW(close(openat(directory, "../target", O_RDONLY)));
    SHOW(openat(file, "zz", O_RDONLY));
    SHOW(openat(99, "zz", O_RDONLY));
    SHOW(read(directory, buffer, 10));
    SHOW(write(directory, buffer, 10));
    SHOW(fchdir(directory));
    SHOW(access("q", F_OK));
    SHOW(chdir(".."));
    SHOW(fchdir(file));
    SHOW(fstatat(directory, "", &status, AT_EMPTY_PATH));
    SHOW(S_ISDIR(status.st_mode));
    SHOW(fstatat(directory, "", &status, 0));
}

int main(int count, char **arguments)
{
    setvbuf(stdout, 0, _IOLBF, 0);
    if (count != 2 || chdir(arguments[1]) < 0) return 2;
    make();
    links();
    removal();
    renaming();
    listing();
    walking();
    return 0;
}
