/* memory-hog MEBIBYTES: takes memory in pieces of one mebibyte, fills each, and checks all of them at the end. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define MIB (1UL << 20)

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    long count = atol(argv[1]);
    unsigned char **pieces = calloc(count, sizeof *pieces);
    for (long i = 0; i < count; i++) {
        pieces[i] = mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (pieces[i] == MAP_FAILED) {
            perror("mmap");
            return 1;
        }
        for (unsigned long at = 0; at < MIB; at += 4096)
            pieces[i][at] = (unsigned char)(i + at / 4096);
    }
    for (long i = 0; i < count; i++)
        for (unsigned long at = 0; at < MIB; at += 4096)
            if (pieces[i][at] != (unsigned char)(i + at / 4096))
                return 3;
    printf("%ld MiB kept\n", count);
    return 0;
}
