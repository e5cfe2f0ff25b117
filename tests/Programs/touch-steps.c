/* Allocates 100 MB, then touches it in 10 equal steps with a pause before each: what ps shows of it is another test's business. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define STEPS 10
#define STEP_BYTES (10L << 20)

static void wait_milliseconds(long milliseconds)
{
    struct timespec time = { milliseconds / 1000, milliseconds % 1000 * 1000000 };
    nanosleep(&time, NULL);
}

int main(int count, char **arguments)
{
    long pause = count > 1 ? atol(arguments[1]) : 1000;

    wait_milliseconds(pause);
    char *memory = malloc(STEPS * STEP_BYTES);
    if (memory == NULL)
        return 1;
    for (int step = 0; step < STEPS; step++) {
        wait_milliseconds(pause);
        for (long at = 0; at < STEP_BYTES; at += 4096)
            memory[step * STEP_BYTES + at] = 1;
    }
    wait_milliseconds(2 * pause);
    return 0;
}
