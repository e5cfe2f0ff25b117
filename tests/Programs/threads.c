/* Four threads that share a counter, hand a turn around and are joined. */
#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <time.h>

enum { THREADS = 4, ROUNDS = 1000 };

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t turn_changed = PTHREAD_COND_INITIALIZER;
static int counter, turn;
static __thread int rounds_done;

static void *work(void *argument)
{
    long number = (long)argument;
    for (rounds_done = 0; rounds_done < ROUNDS; rounds_done++) {
        pthread_mutex_lock(&mutex);
        int seen = counter;
        for (volatile int delay = 0; delay < 100; delay++)
            ;
        counter = seen + 1;
        pthread_mutex_unlock(&mutex);
    }
    pthread_mutex_lock(&mutex);
    while (turn != number)
        pthread_cond_wait(&turn_changed, &mutex);
    printf("thread %ld did %d rounds\n", number, rounds_done);
    turn++;
    pthread_cond_broadcast(&turn_changed);
    pthread_mutex_unlock(&mutex);
    return argument;
}

int main(void)
{
    pthread_t threads[THREADS];
    for (long i = 0; i < THREADS; i++)
        if (pthread_create(&threads[i], NULL, work, (void *)i) != 0)
            return 1;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    printf("counter %d\n", counter);

    struct timespec deadline;
    clock_gettime(CLOCK_REALTIME, &deadline);
    deadline.tv_sec += 1;
    pthread_mutex_lock(&mutex);
    printf("timed wait timed out: %d\n", pthread_cond_timedwait(&turn_changed, &mutex, &deadline) == ETIMEDOUT);
    return 0;
}
