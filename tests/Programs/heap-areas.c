/* The areas of a static program and its heap, as brk moves the heap's end and others come close. */
#include "show.h"
#include <stdint.h>
#include <sys/mman.h>

enum { PAGE = 4096 };

static char large[5 * PAGE];

/* Areas without a file, below the places of mappings; the file's are not ours to compare. */
static void show_areas(const char *step)
{
    char line[512];
    unsigned long start, end;
    int name;
    FILE *maps = fopen("/proc/self/maps", "r");
    printf("%s\n", step);
    while (fgets(line, sizeof line, maps) != NULL) {
        char permissions[5];
        unsigned long inode;
        if (sscanf(line, "%lx-%lx %4s %*x %*x:%*x %lu %n", &start, &end, permissions, &inode, &name) == 4 && inode == 0 && end < 0x700000000000)
            printf("  %lx-%lx %s %s%s", start, end, permissions, line + name, line[name] == 0 ? "\n" : "");
    }
    fclose(maps);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    show_areas("start");
    large[2 * PAGE] = 1;
    char *heap = sbrk(0), *end = (char *)(((uintptr_t)heap + PAGE - 1) & -PAGE);
    SHOW(brk(end + 4 * PAGE));
    show_areas("four pages more");
    memset(end, 1, 4 * PAGE);
    SHOW(brk(end + 6 * PAGE));
    show_areas("two more");
    SHOW(mmap(end + 6 * PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == end + 6 * PAGE);
    show_areas("a mapping right behind");
    SHOW(brk(end + 7 * PAGE));
    SHOW(brk(end + 5 * PAGE));
    show_areas("one page less");
    SHOW(brk(end + 6 * PAGE));
    SHOW(munmap(end + 6 * PAGE, PAGE));
    SHOW(mmap(end + 8 * PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == end + 8 * PAGE);
    SHOW(brk(end + 7 * PAGE));
    SHOW(brk(end + 6 * PAGE));
    SHOW(brk(end + 7 * PAGE));
    show_areas("up to the page before a mapping");
    SHOW(mprotect(end, PAGE, PROT_READ));
    show_areas("a page read-only");
    SHOW(mprotect(end, PAGE, PROT_READ | PROT_WRITE));
    show_areas("and writable again");
    SHOW(mlock(end + 6 * PAGE, PAGE));
    SHOW(brk(end + 5 * PAGE));
    SHOW(mlockall(MCL_FUTURE));
    SHOW(brk(end + 6 * PAGE));
    show_areas("locked growth");
    return 0;
}
