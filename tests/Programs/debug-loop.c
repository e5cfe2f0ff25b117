/* Runs until a debugger says otherwise. */
#include <stdio.h>

volatile int stop;
volatile unsigned long rounds;

int main(void)
{
    puts("running");
    fflush(stdout);
    while (!stop)
        rounds++;
    puts("stopped");
    return 5;
}
