/* The sieve of Eratosthenes: long runs of stores with growing strides. */
#include "../common/sample.h"

int main(int argc, char **argv)
{
    struct options options = read_options(argc, argv, "LIMIT", 1000000, 1000000000);
    long limit = options.count, primes = 0, largest = 0;
    unsigned char *composite = calloc(limit + 1, 1);

    if (composite == NULL)
        fail("calloc");
    for (long number = 2; number <= limit; number++) {
        if (composite[number])
            continue;
        primes++;
        largest = number;
        for (long multiple = number * number; multiple <= limit; multiple += number)
            composite[multiple] = 1;
    }
    printf("%ld primes up to %ld, the largest is %ld\n", primes, limit, largest);
    free(composite);
    return 0;
}
