/* libm in double and single precision over many arguments: a hash of the results' bits for each function, and samples. */
#include "results.h"
#include <complex.h>
#include <math.h>
#include <stdlib.h>

static const double special[] = {
    0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, 3.0, 10.0, 0.1, 1e-300, 1e300, 5e-324, -5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e-17, 1e17,
    0.7853981633974483, 1.5707963267948966, 3.141592653589793, 6.283185307179586, 1e22, 4503599627370497.5, 9007199254740993, INFINITY, -INFINITY, NAN,
};
enum { SPECIAL = sizeof special / sizeof *special };

static int count = 300;

/* Specials first, then numbers of moderate size, then any. */
static double argument(int i)
{
    if (i < SPECIAL)
        return special[i];
    uint64_t bits = random_bits();
    return i % 4 == 0 ? double_of(bits) : ldexp((double)(int64_t)bits, -63 + (int)(random_bits() % 12) - 4);
}

/* NaNs differ in sign and payload from library path to library path: all count as one. */
static double plain(double value) { return isnan(value) ? NAN : value; }
static float plainf(float value) { return isnan(value) ? NAN : value; }

static void show(const char *name, uint64_t hash, uint64_t single_hash, double sample, double single_sample)
{
    printf("%-10s %016llx %016llx  %a %a\n", name, (unsigned long long)hash, (unsigned long long)single_hash, sample, single_sample);
}

typedef double one(double);
typedef float one_single(float);
typedef double two(double, double);
typedef float two_single(float, float);

static void call_one(const char *name, one *function, one_single *single_function)
{
    uint64_t hash = HASH_START, single_hash = HASH_START;
    random_state = 12345;
    for (int i = 0; i < count; i++) {
        double x = argument(i), result = plain(function(x));
        float single = plainf(single_function((float)x));
        hash = HASH(hash, result);
        single_hash = HASH(single_hash, single);
    }
    show(name, hash, single_hash, function(0.7), single_function(0.7f));
}

static void call_two(const char *name, two *function, two_single *single_function)
{
    uint64_t hash = HASH_START, single_hash = HASH_START;
    random_state = 54321;
    for (int i = 0; i < count; i++) {
        double x = argument(i % SPECIAL + i / SPECIAL), y = argument(i), result = plain(function(x, y));
        float single = plainf(single_function((float)x, (float)y));
        hash = HASH(hash, result);
        single_hash = HASH(single_hash, single);
    }
    show(name, hash, single_hash, function(0.7, 1.3), single_function(0.7f, 1.3f));
}

#define CALL_ONE(name) call_one(#name, name, name##f)
#define CALL_TWO(name) call_two(#name, name, name##f)

/* The same for what compilers make instructions of. */
#define ONE(name)                                                                     \
    do {                                                                              \
        uint64_t hash = HASH_START, single_hash = HASH_START;                         \
        random_state = 12345;                                                         \
        for (int i = 0; i < count; i++) {                                             \
            double x = argument(i), result = plain(name(x));                          \
            float single = plainf(name##f((float)x));                                 \
            hash = HASH(hash, result);                                                \
            single_hash = HASH(single_hash, single);                                  \
        }                                                                             \
        show(#name, hash, single_hash, name(0.7), name##f(0.7f));                     \
    } while (0)

#define TWO(name)                                                                     \
    do {                                                                              \
        uint64_t hash = HASH_START, single_hash = HASH_START;                         \
        random_state = 54321;                                                         \
        for (int i = 0; i < count; i++) {                                             \
            double x = argument(i % SPECIAL + i / SPECIAL), y = argument(i), result = plain(name(x, y)); \
            float single = plainf(name##f((float)x, (float)y));                       \
            hash = HASH(hash, result);                                                \
            single_hash = HASH(single_hash, single);                                  \
        }                                                                             \
        show(#name, hash, single_hash, name(0.7, 1.3), name##f(0.7f, 1.3f));          \
    } while (0)

#define COMPLEX(name)                                                                 \
    do {                                                                              \
        uint64_t hash = HASH_START;                                                   \
        random_state = 999;                                                           \
        for (int i = 0; i < count; i++) {                                             \
            double complex z = CMPLX(argument(SPECIAL + 1 + 2 * i), argument(SPECIAL + 3 + 4 * i)), result = name(z); \
            double re = plain(creal(result)), im = plain(cimag(result));              \
            hash = HASH(HASH(hash, re), im);                                          \
        }                                                                             \
        double complex sample = name(CMPLX(0.7, -1.3));                               \
        show(#name, hash, 0, creal(sample), cimag(sample));                           \
    } while (0)

static void conversions(void)
{
    uint64_t hash = HASH_START;
    for (int i = 0; i < count; i++) {
        double x = argument(i);
        if (!(fabs(x) < 9e18))
            continue;
        long whole[] = { lrint(x), lround(x), (long)x, fabs(x) < 2e9 ? (long)(int)x : 0, x >= 0 ? (long)(unsigned long)x : 0, (long)(float)whole[0] };
        double back[] = { (double)whole[0], (float)whole[1], (double)(unsigned long)whole[2], (float)(unsigned long)whole[2], (int)whole[0], (unsigned)whole[0] };
        hash = hash_bytes(hash_bytes(hash, whole, sizeof whole), back, sizeof back);
    }
    show_hash("conversions", hash);
}

static void parts(void)
{
    uint64_t hash = HASH_START;
    for (int i = 0; i < count; i++) {
        double x = argument(i), whole = 0, fraction = modf(x, &whole);
        int exponent = 0, quotient = 0;
        double significand = frexp(x, &exponent), rest = remquo(x, 0.7, &quotient);
        int kind = fpclassify(x) * 2 + !!signbit(x);
        if (!isfinite(x))
            exponent = 0, quotient = 0;
        double results[] = { plain(whole), plain(fraction), plain(significand), plain(rest), exponent, quotient & 7, kind, plain(fma(x, 1.1, -x)), plain(fmaf((float)x, 1.1f, -(float)x)) };
        hash = hash_bytes(hash, results, sizeof results);
    }
    show_hash("parts", hash);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        count = atoi(argv[1]);
    CALL_ONE(cbrt); CALL_ONE(exp); CALL_ONE(exp2); CALL_ONE(expm1); CALL_ONE(log); CALL_ONE(log2); CALL_ONE(log10); CALL_ONE(log1p); CALL_ONE(logb);
    CALL_ONE(sin); CALL_ONE(cos); CALL_ONE(tan); CALL_ONE(asin); CALL_ONE(acos); CALL_ONE(atan);
    CALL_ONE(sinh); CALL_ONE(cosh); CALL_ONE(tanh); CALL_ONE(asinh); CALL_ONE(acosh); CALL_ONE(atanh);
    CALL_ONE(erf); CALL_ONE(erfc); CALL_ONE(lgamma); CALL_ONE(tgamma); CALL_ONE(j0); CALL_ONE(y1); CALL_ONE(round); CALL_ONE(nearbyint);
    CALL_TWO(pow); CALL_TWO(atan2); CALL_TWO(hypot); CALL_TWO(fmod); CALL_TWO(remainder); CALL_TWO(fdim); CALL_TWO(nextafter);
    ONE(sqrt); ONE(floor); ONE(ceil); ONE(trunc); ONE(rint); ONE(fabs);
    TWO(fmin); TWO(fmax); TWO(copysign);
    COMPLEX(csqrt); COMPLEX(cexp); COMPLEX(clog); COMPLEX(csin); COMPLEX(catan);
    conversions();
    parts();
    double complex product = 1;
    for (int i = 1; i < 40; i++)
        product = product * CMPLX(1.0 / i, 0.3 * i) / CMPLX(0.1, i);
    printf("complex %a %a\n", creal(product), cimag(product));
    return 0;
}
