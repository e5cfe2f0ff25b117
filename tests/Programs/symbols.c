/* What a debugger has to name, find and show: functions that call each other, inlined ones, a signal handler, variables of several types. */
#include <signal.h>
#include <stdio.h>
#include <string.h>

struct point { int x, y; struct point *next; };
enum colour { RED, GREEN = 5 };

int counter = 7;
int table[4] = { 1, 2, 3, 4 };
struct point origin = { 3, -4, &origin };
enum colour paint = GREEN;
const char *greeting = "good day";

static inline __attribute__((always_inline)) int twice(int value)
{
    return value + value + counter;
}

__attribute__((noinline)) int leaf(int number)
{
    int local = twice(number);
    counter++;
    return local;
}

__attribute__((noinline)) int middle(int number)
{
    char buffer[64];
    memset(buffer, number, sizeof buffer);
    return leaf(number) + buffer[3];
}

static void handler(int number)
{
    printf("signal %d: %d\n", number, middle(number));
}

int main(int argc, char **argv)
{
    (void)argv;
    printf("%d\n", middle(argc + 40));
    signal(SIGUSR1, handler);
    raise(SIGUSR1);
    return 0;
}
