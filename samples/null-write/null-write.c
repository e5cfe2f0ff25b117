/* Address 0 belongs to no mapping: the write ends in SIGSEGV, exit status 139. */
#include <stdio.h>

int main(void)
{
    volatile int *volatile nowhere = NULL; /* volatile, twice: the compiler must neither know the address nor drop the store */

    puts("writing to address 0");
    fflush(stdout);
    *nowhere = 42;
    puts("not reached");
    return 0;
}
