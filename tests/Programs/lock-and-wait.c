/* lock-and-wait MEBIBYTES: locks so much memory and waits. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    unsigned long bytes = strtoul(argc > 1 ? argv[1] : "1", NULL, 10) << 20;
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0);
    if (memory == MAP_FAILED)
        return 1;
    for (;;)
        pause();
}
