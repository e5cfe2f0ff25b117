/*
 * Random work on two files by descriptors and mappings at once: reading, writing, truncating, copying, stores by this process and by children. Each step
 * prints what it gave, so that two systems can be compared. Arguments: directory, seed, steps, and "holes" where the file system knows them.
 */
#include "show.h"
#include <signal.h>
#include <setjmp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/wait.h>

enum { PAGE = 4096, FILES = 2, LIMIT = 24 * PAGE, MAPS = 3 };

static unsigned long state;
static int files[FILES];
static struct { unsigned char *start; int file, flags; } maps[MAPS];
static unsigned char buffer[LIMIT];
static sigjmp_buf escape;

static unsigned random_below(unsigned bound)
{
    state = state * 6364136223846793005UL + 1442695040888963407UL;
    return (unsigned)(state >> 33) % bound;
}

static void on_bus(int signal) { siglongjmp(escape, signal); }

static unsigned hash_of(const unsigned char *bytes, long length)
{
    unsigned hash = 2166136261u;
    for (long i = 0; i < length; i++) hash = (hash ^ bytes[i]) * 16777619u;
    return hash;
}

static void fill(unsigned length)
{
    unsigned char first = (unsigned char)random_below(256);
    for (unsigned i = 0; i < length; i++) buffer[i] = (unsigned char)(first + i * 7);
}

/* A byte of a mapping, or -1 where a touch is SIGBUS. */
static int load(unsigned char *address)
{
    if (sigsetjmp(escape, 1)) return -1;
    return *(volatile unsigned char *)address;
}

static int store(unsigned char *address, unsigned char value)
{
    if (sigsetjmp(escape, 1)) return -1;
    *(volatile unsigned char *)address = value;
    return 0;
}

static void map_anew(int index)
{
    if (maps[index].start) munmap(maps[index].start, LIMIT);
    maps[index].file = (int)random_below(FILES);
    maps[index].flags = random_below(3) ? MAP_SHARED : MAP_PRIVATE;
    maps[index].start = mmap(NULL, LIMIT, PROT_READ | PROT_WRITE, maps[index].flags, files[maps[index].file], 0);
}

static void show_file(int index)
{
    long length = pread(files[index], buffer, LIMIT, 0);
    struct stat status;
    fstat(files[index], &status);
    printf("  file %d: %ld bytes of %ld, %x\n", index, length, (long)status.st_size, hash_of(buffer, length < 0 ? 0 : length));
}

/* Linux's tmpfs shows what was stored behind the end of the file once a write makes it longer; other file systems show zeros. */
static int is_behind_end(int map, unsigned offset)
{
    struct stat status;
    fstat(files[maps[map].file], &status);
    return maps[map].flags == MAP_SHARED && offset >= (unsigned long)status.st_size;
}

static void step(int has_holes)
{
    int index = (int)random_below(FILES), map = (int)random_below(MAPS);
    unsigned offset = random_below(LIMIT), length = random_below(3 * PAGE) + 1;
    if (offset + length > LIMIT) length = LIMIT - offset;
    long from = random_below(LIMIT), to = random_below(LIMIT);
    unsigned what = random_below(has_holes ? 18 : 14);
    switch (what) {
    case 0: case 1: case 2:
        fill(length);
        printf("write %d at %u: %ld\n", index, offset, (long)pwrite(files[index], buffer, length, offset));
        break;
    case 3:
        length = (unsigned)pread(files[index], buffer, length, offset);
        printf("read %d at %u: %d %x\n", index, offset, (int)length, hash_of(buffer, (int)length < 0 ? 0 : (int)length));
        break;
    case 4:
        printf("truncate %d to %u: %d\n", index, offset, ftruncate(files[index], offset));
        break;
    case 5: case 6:
        if (has_holes && is_behind_end(map, offset)) break;
        printf("store %d at %u: %d\n", map, offset, store(maps[map].start + offset, (unsigned char)length));
        break;
    case 7:
        printf("load %d at %u: %d\n", map, offset, load(maps[map].start + offset));
        break;
    case 8:
        map_anew(map);
        printf("map %d: file %d flags %d\n", map, maps[map].file, maps[map].flags);
        break;
    case 9:
        printf("msync: %d\n", msync(maps[map].start, LIMIT, random_below(2) ? MS_SYNC : MS_ASYNC));
        break;
    case 10:
        printf("fsync: %d\n", fsync(files[index]));
        break;
    case 11:
        if (random_below(4) == 0 && !(has_holes && is_behind_end(map, offset))) {
            fflush(stdout);
            if (fork() == 0) {
                store(maps[map].start + offset, (unsigned char)length);
                if (random_below(2)) _exit(ftruncate(files[index], from) != 0);
                _exit(0);
            }
            wait(NULL);
        }
        printf("child: %d\n", load(maps[map].start + offset));
        break;
    case 12:
        if (to + length > LIMIT) length = (unsigned)(LIMIT - to);
        printf("copy from %ld of %d to %ld: %ld\n", from, index, to, (long)copy_file_range(files[index], &from, files[1 - index], &to, length, 0));
        break;
    case 13:
        printf("discard: %d\n", madvise(maps[map].start + (offset & ~(PAGE - 1u)), PAGE, MADV_DONTNEED));
        break;
    case 14:
        printf("punch %d at %u, %u: %d\n", index, offset, length, fallocate(files[index], FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length));
        break;
    case 15:
        printf("allocate %d at %u, %u: %d\n", index, offset, length, fallocate(files[index], random_below(2) ? FALLOC_FL_KEEP_SIZE : 0, offset, length));
        break;
    case 16:
        if (maps[map].flags == MAP_SHARED) printf("remove: %d\n", madvise(maps[map].start + (offset & ~(PAGE - 1u)), PAGE, MADV_REMOVE));
        break;
    case 17: {
        struct stat status;
        fstat(files[index], &status);
        printf("blocks: %ld\n", (long)status.st_blocks);
        break;
    }
    }
}

int main(int count, char **arguments)
{
    if (count < 4 || chdir(arguments[1]) != 0) return 1;
    state = strtoul(arguments[2], NULL, 10);
    signal(SIGBUS, on_bus);
    files[0] = open("storm-0", O_CREAT | O_TRUNC | O_RDWR, 0644);
    files[1] = open("storm-1", O_CREAT | O_TRUNC | O_RDWR, 0644);
    for (int i = 0; i < MAPS; i++) map_anew(i);
    long steps = atol(arguments[3]);
    for (long i = 0; i < steps; i++) {
        step(count > 4);
        if (i % 16 == 0) show_file((int)random_below(FILES));
    }
    show_file(0);
    show_file(1);
    return 0;
}
