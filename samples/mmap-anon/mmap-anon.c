/* What the kernel knows about an address is in the process's list of VMAs, which /proc/self/maps shows. */
#include "../common/sample.h"

#define MAPPING_BYTES (100 * MIB)

struct vma {
    unsigned long start, end;
    char permissions[5];
    char name[256]; /* last part of the path, or [heap], [stack]; empty for anonymous memory */
};

static int initialised_data = 1;

/* Fills in the VMA that holds the address; false when there is none. */
static int find_vma(const void *address, struct vma *found)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    char line[512];
    int listed = 0;

    if (maps == NULL)
        fail("/proc/self/maps");
    while (!listed && fgets(line, sizeof line, maps) != NULL) {
        char path[256] = "";
        if (sscanf(line, "%lx-%lx %4s %*s %*s %*s %255s", &found->start, &found->end, found->permissions, path) < 3)
            continue;
        char *slash = strrchr(path, '/');
        strcpy(found->name, slash != NULL ? slash + 1 : path);
        listed = (unsigned long)address >= found->start && (unsigned long)address < found->end;
    }
    fclose(maps);
    return listed;
}

static void show(const char *what, const void *address)
{
    struct vma vma;
    if (find_vma(address, &vma))
        printf("%-12s %s %s\n", what, vma.permissions, vma.name[0] != '\0' ? vma.name : "anonymous");
    else
        printf("%-12s not mapped\n", what);
}

static void show_raw(int verbose)
{
    char line[512];
    FILE *maps = verbose ? fopen("/proc/self/maps", "r") : NULL;
    if (maps == NULL)
        return;
    while (fgets(line, sizeof line, maps) != NULL)
        printf("  %s", line);
    fclose(maps);
}

int main(int argc, char **argv)
{
    struct options options = read_options(argc, argv, "IGNORED", 1, 1);
    int on_the_stack = initialised_data;
    char *on_the_heap = malloc(64);
    struct vma vma;

    show("code", (void *)main);
    show("data", &initialised_data);
    show("heap", on_the_heap);
    show("stack", &on_the_stack);
    show("address 0", NULL);
    show_raw(options.verbose);

    char *memory = mmap(NULL, MAPPING_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        fail("mmap");
    printf("mapped %ld MiB\n", MAPPING_BYTES / MIB);
    show("first byte", memory);
    show("last byte", memory + MAPPING_BYTES - 1);
    if (find_vma(memory, &vma))
        printf("one VMA:     %s\n", vma.end >= (unsigned long)memory + MAPPING_BYTES ? "yes" : "no");
    show_raw(options.verbose);

    if (munmap(memory + MAPPING_BYTES / 2, PAGE_BYTES) != 0)
        fail("munmap");
    puts("unmapped one page in the middle");
    show("below it", memory + MAPPING_BYTES / 2 - 1);
    show("the page", memory + MAPPING_BYTES / 2);
    show("above it", memory + MAPPING_BYTES / 2 + PAGE_BYTES);

    if (munmap(memory, MAPPING_BYTES) != 0)
        fail("munmap");
    puts("unmapped the rest");
    show("first byte", memory);
    show("last byte", memory + MAPPING_BYTES - 1);
    show_raw(options.verbose);
    free(on_the_heap);
    return 0;
}
