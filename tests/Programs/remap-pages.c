/* remap-pages: remap_file_pages on shared memory and files: which pages show where, what the areas become, what is refused. */
#include "show.h"
#include <stdlib.h>
#include <sys/mman.h>

#define PAGE 4096UL

static void show_pages(const char *map)
{
    for (int i = 0; i < 8; i++) putchar(map[i * PAGE]);
    putchar('\n');
}

static void remap(char *map, int has_name)
{
    for (int i = 0; i < 8; i++) map[i * PAGE] = 'a' + i;
    for (int i = 0; i < 8; i++) SHOW(remap_file_pages(map + i * PAGE, PAGE, 0, 7 - i, 0));
    show_pages(map);
    map[0] = 'H';
    if (!has_name) show_map(map);
    SHOW(remap_file_pages(map, 8 * PAGE, 0, 0, 0));
    SHOW(remap_file_pages(map, PAGE, 0, 7, 0));
    SHOW(remap_file_pages(map + PAGE, 2 * PAGE, 0, 1, 0));
    show_pages(map);
    if (!has_name) show_map(map + 3 * PAGE);
}

int main(int count, char **arguments)
{
    char path[256];
    snprintf(path, sizeof path, "%s/remapped", count > 1 ? arguments[1] : "/tmp");
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (file < 0 || ftruncate(file, 8 * PAGE)) return 1;
    char *shared = mmap(0, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    remap(shared, 0);
    char *mapped = mmap(0, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    remap(mapped, 1);
    char *own = mmap(0, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    SHOW(remap_file_pages(own, PAGE, 0, 0, 0));
    SHOW(remap_file_pages(shared, PAGE, PROT_READ, 0, 0));
    SHOW(remap_file_pages(shared, 0, 0, 0, 0));
    SHOW(remap_file_pages(shared, -PAGE, 0, 0, 0));
    SHOW(remap_file_pages(shared, 2 * PAGE, 0, -1UL, 0));
    SHOW(remap_file_pages(shared, 1 << 20, 0, 0, 0));
    SHOW(remap_file_pages(0, PAGE, 0, 0, 0));
    SHOW(munmap(shared, 8 * PAGE));
    SHOW(remap_file_pages(shared, PAGE, 0, 0, 0));
    unlink(path);
    return 0;
}
