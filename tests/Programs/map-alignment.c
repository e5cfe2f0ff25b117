/* map-alignment: where mappings of a large file (the program itself) and of anonymous memory begin. At fixed addresses only. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096UL
#define HUGE (2UL << 20)
#define LENGTHS 7
#define OFFSETS 4

/* Makes the file large. */
const char filler[9 * HUGE] = {1};

static void try(const char *kind, void *hint, unsigned long length, int flags, int file, unsigned long offset)
{
    char *start = mmap(hint, length, PROT_READ, flags, file, (off_t)offset);
    printf("%s hint %p length %#lx offset %#lx: %p\n", kind, hint, length, offset, (void *)start);
    if (start != MAP_FAILED)
        munmap(start, length);
}

int main(int count, char **arguments)
{
    static const unsigned long lengths[LENGTHS] = {PAGE, HUGE - PAGE, HUGE, HUGE + PAGE, 2 * HUGE, 2 * HUGE + 5 * PAGE, 4 * HUGE};
    static const unsigned long offsets[OFFSETS] = {0, PAGE, HUGE - PAGE, 2 * HUGE - 2 * PAGE};
    int file = open(arguments[count - 1], O_RDONLY), memory = memfd_create("memory", 0);
    if (ftruncate(memory, 8 * HUGE) != 0)
        return 1;
    /* Without buffers of stdio's own that come and go. */
    setvbuf(stdout, NULL, _IONBF, 0);
    for (int i = 0; i < LENGTHS; i++) {
        for (int j = 0; j < OFFSETS; j++) {
            try("private file", NULL, lengths[i], MAP_PRIVATE, file, offsets[j]);
            try("shared file", NULL, lengths[i], MAP_SHARED, file, offsets[j]);
            try("memory file", NULL, lengths[i], MAP_SHARED, memory, offsets[j]);
        }
        try("anonymous", NULL, lengths[i], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        try("shared anonymous", NULL, lengths[i], MAP_SHARED | MAP_ANONYMOUS, -1, 0);
        try("anonymous", (void *)0x10001000, lengths[i], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        try("anonymous", (void *)filler, lengths[i], MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        try("private file", (void *)0x10001000, lengths[i], MAP_PRIVATE, file, 0);
        try("private file", (void *)filler, lengths[i], MAP_PRIVATE, file, 0);
    }
    char *fence = mmap((void *)0x20000000, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    try("file below a fence", fence - 2 * HUGE, 2 * HUGE, MAP_PRIVATE, file, 0);
    try("file further below", fence - 3 * HUGE, 2 * HUGE, MAP_PRIVATE, file, 0);
    try("memory below a fence", fence - 2 * HUGE, 2 * HUGE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *start = mmap(NULL, 2 * HUGE, PROT_READ, MAP_PRIVATE, file, 0);
    char *above = mmap(start + 2 * HUGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    start = mremap(start, 2 * HUGE, 3 * HUGE, MREMAP_MAYMOVE);
    printf("moved %p %p\n", (void *)start, (void *)above);
    start = mremap(start + HUGE + PAGE, HUGE, 3 * HUGE, MREMAP_MAYMOVE);
    printf("moved from the middle %p\n", (void *)start);
    return 0;
}
