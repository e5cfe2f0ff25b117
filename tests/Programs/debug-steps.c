/* Functions, variables, system calls and floating point to look at with a debugger. */
#include <stdio.h>
#include <unistd.h>

volatile int total;
volatile double ratio;

__attribute__((noinline)) static int add(int left, int right)
{
    total += left * right;
    return left + right;
}

int main(int argc, char **argv)
{
    int sum = 0;
    ratio = argc / 4.0;
    for (int i = 1; i <= 3; i++)
        sum = add(sum, i);
    getppid();
    printf("%s: sum %d, total %d\n", argc > 1 ? argv[1] : "nobody", sum, total);
    return 40 + sum;
}
