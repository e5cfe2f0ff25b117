/* Names of threads: each has its own, new ones their maker's; a process shows its first thread's. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>

static pthread_barrier_t named;

static void *work(void *name)
{
    if (name)
        pthread_setname_np(pthread_self(), name);
    pthread_barrier_wait(&named);
    pthread_barrier_wait(&named);
    return NULL;
}

static void show(void)
{
    fflush(stdout);
    if (system("ps -L -o comm= -p $PPID; cat /proc/$PPID/comm /proc/$PPID/task/*/comm; cut -d' ' -f2 /proc/$PPID/stat; grep Name /proc/$PPID/task/*/status | cut -d: -f3"))
        puts("the shell failed");
}

int main(void)
{
    char *names[] = {"worker-one", "a-name-that-is-too", NULL}, own[16];
    pthread_t threads[3];
    pthread_barrier_init(&named, NULL, 4);
    for (int i = 0; i < 3; i++)
        pthread_create(&threads[i], NULL, work, names[i]);
    pthread_barrier_wait(&named);
    show();
    prctl(PR_SET_NAME, "main-thread-with-a-long-name");
    prctl(PR_GET_NAME, own);
    puts(own);
    show();
    pthread_barrier_wait(&named);
    for (int i = 0; i < 3; i++)
        pthread_join(threads[i], NULL);
    return 0;
}
