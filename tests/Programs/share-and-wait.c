/* share-and-wait MEBIBYTES: touches so much shared memory and waits. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    unsigned long bytes = strtoul(argc > 1 ? argv[1] : "1", NULL, 10) << 20;
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED)
        return 1;
    memset(memory, 1, bytes);
    for (;;)
        pause();
}
