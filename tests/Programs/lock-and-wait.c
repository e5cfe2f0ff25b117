/* lock-and-wait MEBIBYTES [segment [unlocked]]: has so much locked memory, or a segment of shared memory that was filled before it was locked, and waits. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    unsigned long bytes = strtoul(argc > 1 ? argv[1] : "1", NULL, 10) << 20;
    if (argc > 2) {
        int id = shmget(IPC_PRIVATE, bytes, 0600);
        char *segment = shmat(id, NULL, 0);
        memset(segment, 1, bytes);
        if (argc == 3)
            shmctl(id, SHM_LOCK, NULL);
    } else if (mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0) == MAP_FAILED)
        return 1;
    for (;;)
        pause();
}
