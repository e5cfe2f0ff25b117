/* The CPU benchmark: five kinds of work, repeated by a scale, and one line of results that proves the work was done. */
#include <stdint.h>

#include "../common/sample.h"

enum { CRC_BUFFER_BYTES = 1 << 20, SIEVE_LIMIT = 2000000, SORT_COUNT = 200000 };

static uint32_t crc_table[256];

static void make_crc_table(void)
{
    for (uint32_t byte = 0; byte < 256; byte++) {
        uint32_t remainder = byte;
        for (int bit = 0; bit < 8; bit++)
            remainder = (remainder >> 1) ^ (remainder & 1 ? 0xedb88320u : 0);
        crc_table[byte] = remainder;
    }
}

/* Table look-ups: loads, shifts and exclusive-ors. */
static uint32_t crc32(const unsigned char *data, size_t length)
{
    uint32_t remainder = ~0u;
    for (size_t i = 0; i < length; i++)
        remainder = crc_table[(remainder ^ data[i]) & 0xff] ^ (remainder >> 8);
    return ~remainder;
}

static uint32_t checksum_buffers(long scale)
{
    unsigned char *buffer = malloc(CRC_BUFFER_BYTES);
    uint32_t combined = 0;
    if (buffer == NULL)
        fail("malloc");
    for (int i = 0; i < CRC_BUFFER_BYTES; i++)
        buffer[i] = (unsigned char)(i * 7 + (i >> 8));
    for (long round = 0; round < 4 * scale; round++)
        combined = combined * 31 + crc32(buffer, CRC_BUFFER_BYTES) + (uint32_t)round;
    free(buffer);
    return combined;
}

/* Strided stores over two megabytes. */
static long count_primes(int limit)
{
    char *composite = calloc(limit + 1, 1);
    long primes = 0;
    if (composite == NULL)
        fail("calloc");
    for (int number = 2; number <= limit; number++) {
        if (composite[number])
            continue;
        primes++;
        for (long multiple = (long)number * number; multiple <= limit; multiple += number)
            composite[multiple] = 1;
    }
    free(composite);
    return primes;
}

static int compare_ints(const void *left, const void *right)
{
    int a = *(const int *)left, b = *(const int *)right;
    return (a > b) - (a < b);
}

/* Indirect calls and branches that cannot be predicted. */
static int smallest_after_sorting(void)
{
    int *values = malloc(SORT_COUNT * sizeof *values);
    uint32_t state = 1;
    if (values == NULL)
        fail("malloc");
    for (int i = 0; i < SORT_COUNT; i++) {
        state = state * 1664525 + 1013904223;
        values[i] = (int)(state >> 1);
    }
    qsort(values, SORT_COUNT, sizeof *values, compare_ints);
    int smallest = values[0];
    free(values);
    return smallest;
}

/* Calls, returns and the stack. */
static int fibonacci(int n)
{
    return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

/* Scalar SSE2 division and addition. */
static double sum_of_inverse_squares(long terms)
{
    double sum = 0;
    for (long i = 1; i < terms; i++)
        sum += 1.0 / ((double)i * (double)i);
    return sum;
}

int main(int argc, char **argv)
{
    long scale = read_options(argc, argv, "SCALE", 1, 1000000).count;
    long primes = 0;

    make_crc_table();
    uint32_t crc = checksum_buffers(scale);
    for (long round = 0; round < scale; round++)
        primes += count_primes(SIEVE_LIMIT);
    int smallest = smallest_after_sorting();
    int fib = fibonacci(27 + (scale > 1));
    double pi_squared = 6 * sum_of_inverse_squares(500000 * scale);
    printf("crc=%08x primes=%ld smallest=%d fib=%d pi^2=%.9f\n", crc, primes, smallest, fib, pi_squared);
    return 0;
}
