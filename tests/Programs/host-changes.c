/*
 * A host file that somebody else changes: the first directory is mounted for writing and plays the host, the second shows the same host directory through
 * a mount of its own. Changes are noticed when a file is opened; then mappings, too, show what is there, and nothing beyond a new end.
 */
#include "show.h"
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { PAGE = 4096, PAGES = 3 };

static sigjmp_buf escape;

static void on_bus(int signal) { siglongjmp(escape, signal); }

static void show_pages(const char *name, volatile char *map)
{
    printf("%-12s", name);
    for (int page = 0; page < PAGES; page++) {
        int signal = sigsetjmp(escape, 1);
        if (signal) printf(" SIGBUS");
        else { int value = map[page * PAGE]; printf(" %c", value ? value : '0'); }
    }
    printf("\n");
}

static void change(const char *path, char byte, int pages)
{
    char page[PAGE];
    int file = open(path, O_WRONLY);
    memset(page, byte, PAGE);
    for (int i = 0; i < pages; i++)
        if (pwrite(file, page, PAGE, i * PAGE) != PAGE) perror("pwrite");
    if (ftruncate(file, pages * PAGE) != 0) perror("ftruncate");
    close(file);
}

int main(int count, char **arguments)
{
    if (count < 3) return 2;
    char host[256], path[256], byte;
    snprintf(host, sizeof host, "%s/changing", arguments[1]);
    snprintf(path, sizeof path, "%s/changing", arguments[2]);
    signal(SIGBUS, on_bus);
    close(open(host, O_CREAT | O_TRUNC | O_RDWR, 0644));
    change(host, 'a', PAGES);
    int file = open(path, O_RDONLY);
    char *shared = mmap(NULL, PAGES * PAGE, PROT_READ, MAP_SHARED, file, 0), *private = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    private[PAGE + 1] = 'p';
    show_pages("shared", shared);
    change(host, 'b', PAGES);
    show_pages("not noticed", shared);
    close(open(path, O_RDONLY));
    show_pages("noticed", shared);
    show_pages("private", private);
    SHOW(private[PAGE + 1]);
    SHOW(pread(file, &byte, 1, 0) == 1 && byte == 'b');
    change(host, 'c', 1);
    close(open(path, O_RDONLY));
    show_pages("shorter", shared);
    show_pages("private", private);
    SHOW(pread(file, &byte, 1, PAGE));
    SHOW(lseek(file, 0, SEEK_END));
    change(host, 'd', PAGES);
    close(open(path, O_RDONLY));
    show_pages("longer", shared);
    show_pages("private", private);
    SHOW(unlink(host));
    SHOW(open(path, O_RDONLY));
    show_pages("removed", shared);
    SHOW(pread(file, &byte, 1, 0));
    return 0;
}
