/* swap-touch MEBIBYTES [shared|forever]: writes every word of so much memory, its own or shared, then checks every word. With "forever" it holds the memory,
   and touches pages at random for ever. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define WORDS 512UL

static unsigned long value_of(unsigned long index)
{
    return index * 0x9e3779b97f4a7c15UL + 1;
}

int main(int argc, char **argv)
{
    if (argc < 2)
        return 2;
    unsigned long mebibytes = strtoul(argv[1], NULL, 10), pages = mebibytes << 8, wrong = 0, state = 1;
    int is_shared = argc > 2 && strcmp(argv[2], "shared") == 0;
    int flags = (is_shared ? MAP_SHARED : MAP_PRIVATE) | MAP_ANONYMOUS | MAP_NORESERVE;
    unsigned long *memory = mmap(NULL, pages << 12, PROT_READ | PROT_WRITE, flags, -1, 0);
    if (memory == MAP_FAILED) {
        perror("mmap");
        return 1;
    }
    for (unsigned long i = 0; i < pages * WORDS; i++)
        memory[i] = value_of(i);
    while (argc > 2 && !is_shared) {
        state = state * 6364136223846793005UL + 1442695040888963407UL;
        unsigned long i = (state >> 20) % pages * WORDS;
        if (memory[i] != value_of(i))
            return 3;
    }
    for (unsigned long i = 0; i < pages * WORDS; i++)
        wrong += memory[i] != value_of(i);
    printf("%lu MiB, %lu words wrong\n", mebibytes, wrong);
    return wrong != 0;
}
