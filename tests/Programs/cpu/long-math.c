/* libm in extended precision. Functions that round correctly give a hash of all bits. The transcendental ones run on x87 instructions whose last bit is the
   processor's own affair (1 ulp is allowed, Intel SDM Vol. 1, 8.3.10): their results are rounded to 44 bits first. */
#include "results.h"
#include <float.h>
#include <math.h>
#include <stdlib.h>

static const long double special[] = {
    0.0L, -0.0L, 1.0L, -1.0L, 0.5L, 2.0L, 3.0L, 0.1L, 1e-4000L, 1e4000L, LDBL_TRUE_MIN, LDBL_MIN, LDBL_MAX, 0.785398163397448309616L, 3.14159265358979323846L,
    1e19L, 9223372036854775809.0L, INFINITY, -INFINITY, NAN,
};
enum { SPECIAL = sizeof special / sizeof *special };

static int count = 300;

static long double argument(int i)
{
    if (i < SPECIAL)
        return special[i];
    long double value = ldexpl((long double)(random_bits() | 1ull << 63), -63 + (i % 5 ? (int)(random_bits() % 12) - 6 : (int)(random_bits() % 32000) - 16000));
    return i % 2 ? value : -value;
}

static long double plain(long double value) { return isnan(value) ? NAN : value; }

static long double rounded(long double value)
{
    int exponent;
    if (!isfinite(value) || value == 0)
        return plain(value);
    long double significand = frexpl(value, &exponent);
    return exponent < -16000 ? 0 : ldexpl(rintl(ldexpl(significand, 44)), exponent - 44);
}

typedef long double one(long double);
typedef long double two(long double, long double);

static void call_one(const char *name, one *function, one *round)
{
    uint64_t hash = HASH_START;
    random_state = 12345;
    for (int i = 0; i < count; i++) {
        long double result = round(function(argument(i)));
        hash = HASH(hash, result);
    }
    printf("%-10s %016llx %La\n", name, (unsigned long long)hash, round(function(0.7L)));
}

static void call_two(const char *name, two *function, one *round)
{
    uint64_t hash = HASH_START;
    random_state = 54321;
    for (int i = 0; i < count; i++) {
        long double x = argument(i % SPECIAL + i / SPECIAL), result = round(function(x, argument(i)));
        hash = HASH(hash, result);
    }
    printf("%-10s %016llx %La\n", name, (unsigned long long)hash, round(function(0.7L, 1.3L)));
}

#define ONE(name, round) call_one(#name, name, round)
#define TWO(name, round) call_two(#name, name, round)

static void arithmetic(void)
{
    uint64_t hash = HASH_START, whole_hash = HASH_START;
    for (int i = 0; i < 4 * count; i++) {
        long double x = argument(i), y = argument(i + 1);
        long double results[] = { plain(x + y), plain(x - y), plain(x * y), plain(x / y), plain(x * x - y), (double)x, (float)y, x < y, x == y, x >= y };
        for (size_t n = 0; n < sizeof results / sizeof *results; n++) {
            long double result = plain(results[n]);
            hash = HASH(hash, result);
        }
        if (fabsl(x) < 9e18L) {
            long whole[] = { (long)x, lrintl(x), llroundl(x), fabsl(x) < 2e9L ? (int)x : 0, fabsl(x) < 3e4L ? (short)x : 0, x > 0 ? (long)(unsigned long)x : 0 };
            long double back[] = { whole[0], (int)whole[1], (short)whole[2], (unsigned long)whole[5] };
            whole_hash = hash_bytes(whole_hash, whole, sizeof whole);
            for (size_t n = 0; n < sizeof back / sizeof *back; n++)
                whole_hash = HASH(whole_hash, back[n]);
        }
    }
    show_hash("arithmetic", hash);
    show_hash("integers", whole_hash);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        count = atoi(argv[1]);
    arithmetic();
    ONE(sqrtl, plain); ONE(floorl, plain); ONE(ceill, plain); ONE(truncl, plain); ONE(roundl, plain); ONE(rintl, plain); ONE(nearbyintl, plain); ONE(logbl, plain);
    TWO(fmodl, plain); TWO(remainderl, plain); TWO(fminl, plain); TWO(copysignl, plain); TWO(nextafterl, plain);
    ONE(cbrtl, rounded); ONE(expl, rounded); ONE(exp2l, rounded); ONE(expm1l, rounded); ONE(logl, rounded); ONE(log2l, rounded); ONE(log10l, rounded); ONE(log1pl, rounded);
    ONE(atanl, rounded); ONE(asinl, rounded); ONE(acosl, rounded); ONE(sinhl, rounded); ONE(tanhl, rounded); ONE(asinhl, rounded);
    TWO(atan2l, rounded); TWO(hypotl, rounded); TWO(powl, rounded);
    /* Large arguments of these are reduced in software, but cancellation makes an ulp visible. */
    count = count < SPECIAL ? count : SPECIAL;
    ONE(sinl, rounded); ONE(cosl, rounded); ONE(tanl, rounded);
    return 0;
}
