/* area-list [AREAS]: /proc/self/maps and smaps of very many areas, read in small and large blocks, and while areas go. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE 4096L

static long count_lines(const char *path, const char *start)
{
    char line[512];
    long count = 0;
    FILE *file = fopen(path, "r");
    while (fgets(line, sizeof line, file)) count += strncmp(line, start, strlen(start)) == 0;
    fclose(file);
    return count;
}

/* A checksum of the first bytes, read in blocks of a size. */
static unsigned long sum(const char *path, long block)
{
    static char text[1 << 16];
    unsigned long sum = 0, left = 60000;
    int file = open(path, O_RDONLY);
    for (long got; left > 0 && (got = read(file, text, block < (long)left ? block : (long)left)) > 0; left -= got)
        for (long i = 0; i < got; i++) sum = sum * 31 + text[i];
    close(file);
    return sum;
}

int main(int count, char **arguments)
{
    long areas = count > 1 ? atol(arguments[1]) : 1000;
    char *block = mmap(0, areas * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), text[4096];
    for (long i = 0; i < areas; i += 2) mprotect(block + i * PAGE, PAGE, PROT_NONE);
    long lines = count_lines("/proc/self/maps", "");
    printf("as many as there are %d, in both files %d\n", lines >= areas, lines == count_lines("/proc/self/smaps", "Size:"));
    printf("in blocks %d\n", sum("/proc/self/maps", 7) == sum("/proc/self/maps", 60000));
    int file = open("/proc/self/maps", O_RDONLY);
    long first = read(file, text, 50), again = pread(file, text + 100, 50, 0);
    printf("%ld %ld same %d\n", first, again, memcmp(text, text + 100, 50) == 0);
    munmap(block, areas / 2 * PAGE);
    long rest = 0, got;
    while ((got = read(file, text, sizeof text)) > 0)
        for (long i = 0; i < got; i++) rest += text[i] == '\n';
    printf("after some have gone %d\n", rest == count_lines("/proc/self/maps", ""));
    printf("at the end %ld", (long)read(file, text, 10));
    printf(", sought %ld", (long)lseek(file, 3, SEEK_SET));
    printf(", there %ld\n", (long)read(file, text, 20));
    return 0;
}
