/* A signal with a handler, then one without. */
#include <signal.h>
#include <stdio.h>

volatile int caught;

static void handle(int number)
{
    caught = number;
}

int main(void)
{
    signal(SIGUSR1, handle);
    raise(SIGUSR1);
    printf("caught %d\n", caught);
    fflush(stdout);
    *(volatile int *)16 = 1;
    return 0;
}
