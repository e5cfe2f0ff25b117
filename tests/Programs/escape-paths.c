/*
 * Looks for files outside a mount: through "..", through the host's symbolic links, through /proc and through names that are replaced while it walks.
 * Takes the directory and how often to race; says each thing it could read.
 */
#include "show.h"
#include <dirent.h>
#include <stdlib.h>

static int leaks;

static void try(const char *path)
{
    char text[64] = "";
    int file = open(path, O_RDONLY);
    if (file < 0) return;
    long length = read(file, text, sizeof text - 1);
    close(file);
    if (length > 0 && strstr(text, "SECRET")) {
        leaks++;
        printf("leak through %s\n", path);
    }
}

int main(int count, char **arguments)
{
    if (count < 4 || chdir(arguments[1]) != 0) return 1;
    const char *secret = arguments[2];
    static const char *const prefixes[] = { "", "..", "../..", "../../../../../../../..", "below/../..", "below/up", "below/up/..", "absolute", "absolute-folder", "relative", "relative-folder",
        "loop", "root", "root/..", "//", "./../.", "/proc/self/root", "/proc/self/cwd/..", "/proc/self/cwd/../../../../.." };
    char path[1024];
    for (unsigned i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++) {
        try(prefixes[i]);
        snprintf(path, sizeof path, "%s/%s", prefixes[i], secret);
        try(path);
        snprintf(path, sizeof path, "%s/secret", prefixes[i]);
        try(path);
    }
    /* The host swaps "swapped" between a directory and a link out of the mount meanwhile. */
    long rounds = atol(arguments[3]);
    for (long i = 0; i < rounds; i++) {
        FILE *drop = i % 4 == 0 ? fopen("/proc/sys/vm/drop_caches", "w") : NULL;
        if (drop) {
            fputs("3", drop);
            fclose(drop);
        }
        try("swapped/secret");
        try("swapped/below/secret");
        try("swapped/../secret");
        try("file");
        struct stat status;
        if (stat("swapped/secret", &status) == 0 && status.st_size == 777) {
            leaks++;
            printf("seen through swapped/secret\n");
        }
        int directory = open("swapped", O_RDONLY | O_DIRECTORY);
        if (directory < 0) continue;
        int inner = openat(directory, "secret", O_RDWR | O_CREAT, 0600);
        if (inner >= 0) {
            if (write(inner, "overwritten", 11) != 11) perror("write");
            close(inner);
        }
        mkdirat(directory, "made", 0700);
        unlinkat(directory, "victim", 0);
        close(directory);
    }
    printf("%d leaks\n", leaks);
    return leaks != 0;
}
