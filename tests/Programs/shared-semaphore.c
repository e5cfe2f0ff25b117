/* Two processes hand a turn to each other through semaphores in a shared mapping. */
#include <semaphore.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TURNS = 50 };

struct shared {
    sem_t ping, pong;
    int turns;
};

int main(void)
{
    struct shared *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    sem_init(&shared->ping, 1, 0);
    sem_init(&shared->pong, 1, 0);
    if (fork() == 0) {
        for (int i = 0; i < TURNS; i++) {
            sem_wait(&shared->ping);
            shared->turns++;
            sem_post(&shared->pong);
        }
        _exit(0);
    }
    for (int i = 0; i < TURNS; i++) {
        sem_post(&shared->ping);
        sem_wait(&shared->pong);
    }
    wait(NULL);
    printf("turns: %d\n", shared->turns);
    return 0;
}
