/* printf and strtod for float, double and long double: every conversion, many precisions, widths and flags, and the way back. */
#include "results.h"
#include <fenv.h>
#include <float.h>
#include <math.h>
#include <stdlib.h>

static const char *const formats[] = {
    "%f", "%.0f", "%.1f", "%.17f", "%.40f", "%e", "%.0e", "%.16e", "%.30E", "%g", "%.0g", "%.3g", "%.17g", "%#g", "%#.0f", "%a", "%.0a", "%.5A",
    "%+.3f", "% .3e", "%030.5f", "%-30.5g|", "%+-#20.2g|",
};
static const char *const long_formats[] = {
    "%Lf", "%.0Lf", "%.21Lf", "%Le", "%.20Le", "%Lg", "%.21Lg", "%#.3Lg", "%La", "%.6La", "%+030.10Lf",
};
static const char *const texts[] = {
    "0", "-0", "1", "0.1", "1e23", "9007199254740993", "2.2250738585072011e-308", "4.9406564584124654e-324", "2.4703282292062328e-324", "1.7976931348623158e308",
    "1.7976931348623159e308", "3.4028235677973366e38", "1.1754943508222875e-38", "7.0064923216240853e-46", "0x1.8p3", "0x.00001p-1060", "0x1.fffffffffffff8p1023",
    "0x1.000000000000008p0", "0x1.0000000000000080000000001p0", "inf", "-infinity", "nan", "nan(123)", "1e-4950", "3.6451995318824746025e-4951", "1.18973149535723176502e4932",
    "1.1897314953572317651e4933", "0.500000000000000166533453693773481063544750213623046875", "3.518437208883201171875e13", "62.5364939768271845828", "8.10109172351e-10",
    "1.50000000000000011102230246251565", "12345678901234567890123456789012345678901234567890e-30", "  +7.5xyz", "1e", "0x", ".", "-.5e+2",
};

static uint64_t print_double(uint64_t hash, double value)
{
    char text[512];
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (fabs(value) > 1e100 && strchr(formats[i], 'f'))
            continue;
        int length = snprintf(text, sizeof text, formats[i], value);
        hash = hash_bytes(hash, text, length);
    }
    return hash;
}

static uint64_t print_long_double(uint64_t hash, long double value)
{
    char text[512];
    for (size_t i = 0; i < sizeof long_formats / sizeof *long_formats; i++) {
        if (fabsl(value) > 1e100L && strchr(long_formats[i], 'f'))
            continue;
        int length = snprintf(text, sizeof text, long_formats[i], value);
        hash = hash_bytes(hash, text, length);
    }
    return hash;
}

static void print_samples(void)
{
    static const double doubles[] = { 0.0, -0.0, 1.0, -1.5, 0.1, 1e23, 123456789.125, 2.5, 3.5, 0.5, 1e-5, 9.995, DBL_MAX, DBL_MIN, DBL_TRUE_MIN, INFINITY, -NAN };
    static const long double longs[] = { 0.0L, -1.0L, 0.1L, 1e23L, 123456789.125L, 2.5L, LDBL_MAX, LDBL_MIN, LDBL_TRUE_MIN, INFINITY, 0x1.8p-16440L };
    for (size_t i = 0; i < sizeof doubles / sizeof *doubles; i++)
        printf("%.17g %a %.3e %+.1f|%012.4g|%-12.0e|\n", doubles[i], doubles[i], doubles[i], fabs(doubles[i]) < 1e30 ? doubles[i] : 0, doubles[i], doubles[i]);
    for (size_t i = 0; i < sizeof longs / sizeof *longs; i++)
        printf("%.21Lg %La %.3Le\n", longs[i], longs[i], longs[i]);
}

static void print_many(int count)
{
    static const char *const names[] = { "to nearest", "downward", "upward", "toward zero" };
    static const int modes[] = { FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO };
    for (int mode = 0; mode < 4; mode++) {
        uint64_t hash = HASH_START, long_hash = HASH_START;
        fesetround(modes[mode]);
        for (int i = 0; i < count; i++) {
            double value = i % 2 ? double_of(random_bits()) : (double)(int64_t)random_bits() / (double)(1ull << (random_bits() % 60));
            hash = print_double(hash, value);
            long_hash = print_long_double(long_hash, i % 3 ? value * (long double)1.0000000000001L : ldexpl(random_bits(), (int)(random_bits() % 600) - 300));
        }
        fesetround(FE_TONEAREST);
        printf("printed %-14s %016llx %016llx\n", names[mode], (unsigned long long)hash, (unsigned long long)long_hash);
    }
}

static void read_samples(void)
{
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char *end, *end_float, *end_long;
        double value = strtod(texts[i], &end);
        float single = strtof(texts[i], &end_float);
        long double extended = strtold(texts[i], &end_long);
        printf("%s: %a %d, %a %d, %La %d\n", texts[i], value, (int)(end - texts[i]), single, (int)(end_float - texts[i]), extended, (int)(end_long - texts[i]));
    }
}

static void read_many(int count)
{
    uint64_t hash = HASH_START, long_hash = HASH_START;
    int lost = 0;
    for (int i = 0; i < count; i++) {
        char text[128];
        double value = double_of(random_bits());
        if (isnan(value))
            continue;
        snprintf(text, sizeof text, "%.17g", value);
        lost += strtod(text, NULL) != value;
        snprintf(text, sizeof text, "%llu%llu.%llue%d", (unsigned long long)random_bits() % 1000, (unsigned long long)random_bits(), (unsigned long long)random_bits(), (int)(random_bits() % 640) - 340);
        double read = strtod(text, NULL);
        float single = strtof(text, NULL);
        long double extended = strtold(text, NULL);
        hash = HASH(HASH(hash, read), single);
        long_hash = HASH(long_hash, extended);
    }
    printf("read back wrongly: %d\n", lost);
    show_hash("read doubles", hash);
    show_hash("read long doubles", long_hash);
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 40;
    print_samples();
    print_many(count);
    read_samples();
    read_many(4 * count);
    return 0;
}
