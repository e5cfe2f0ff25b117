/* What a C library needs of the processor beyond arithmetic: signals that keep FP state, long jumps, rounding modes and exceptions, 128-bit integers, atomics, sorting. */
#define _GNU_SOURCE
#include "results.h"
#include <fenv.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>

static volatile sig_atomic_t handled;
static sigjmp_buf after_signal;
static volatile double spoiler = 3.25;

static void spoil_registers(int number)
{
    handled = handled + number;
    /* Everything a handler may change; the interrupted code must not notice. */
    fesetround(FE_UPWARD);
    volatile double spoiled = spoiler * 1e-3 / 7;
    volatile long double long_spoiled = spoiled / 3.0L;
    (void)long_spoiled;
    __asm__ volatile("pcmpeqd %%xmm0, %%xmm0\n movdqa %%xmm0, %%xmm7\n movdqa %%xmm0, %%xmm15\n fninit\n fldpi" : : : "xmm0", "xmm7", "xmm15", "st");
}

static void signals_keep_state(void)
{
    signal(SIGUSR1, spoil_registers);
    double sum = 0;
    long double long_sum = 0;
    for (int i = 1; i <= 50; i++) {
        double term;
        __asm__ volatile("movapd %1, %%xmm15\n mulsd %%xmm15, %%xmm15\n movapd %%xmm15, %0" : "=x"(term) : "x"(1.0 / i) : "xmm15");
        sum += term;
        long_sum += 1.0L / i;
        if (i % 10 == 0)
            raise(SIGUSR1);
    }
    printf("signals: handled %d, sums %a %La, rounding mode %x\n", (int)handled, sum, long_sum, (unsigned)fegetround());
}

static void jump_out(int number, siginfo_t *information, void *context)
{
    (void)context;
    siglongjmp(after_signal, number * 100 + information->si_code);
}

static volatile double zero = 0.0, one = 1.0, huge = 1e308, tiny = 1e-308;
static volatile int integer_zero;

static void unmasked_exceptions(void)
{
    struct sigaction action = { .sa_sigaction = jump_out, .sa_flags = SA_SIGINFO };
    sigaction(SIGFPE, &action, NULL);
    static const int exceptions[] = { FE_DIVBYZERO, FE_INVALID, FE_OVERFLOW, FE_UNDERFLOW, FE_INEXACT };
    static const char *const names[] = { "divide", "invalid", "overflow", "underflow", "inexact" };
    for (int i = 0; i < 5; i++) {
        feclearexcept(FE_ALL_EXCEPT);
        volatile double result = 0;
        int code = sigsetjmp(after_signal, 1);
        if (code == 0) {
#ifdef __GLIBC__
            feenableexcept(exceptions[i]);
#else
            unsigned control;
            __asm__ volatile("stmxcsr %0" : "=m"(control));
            control &= ~((unsigned)exceptions[i] << 7);
            __asm__ volatile("ldmxcsr %0" : : "m"(control));
#endif
            result = i == 0 ? one / zero : i == 1 ? zero / zero : i == 2 ? huge * huge : i == 3 ? tiny * tiny : one / 3;
        }
        unsigned control;
        __asm__ volatile("stmxcsr %0" : "=m"(control));
        printf("unmasked %s: signal and code %d, result %g, flags %x\n", names[i], code, result, control & 0x3f);
        fesetenv(FE_DFL_ENV);
    }
    int code = sigsetjmp(after_signal, 1);
    if (code == 0)
        printf("%d\n", 12345 / integer_zero);
    printf("integer division: signal and code %d\n", code);
}

static void x87_exception(void)
{
    int code = sigsetjmp(after_signal, 1);
    if (code == 0) {
        unsigned short control = 0x37b;   /* zero divide unmasked */
        __asm__ volatile("fldcw %0\n fld1\n fldz\n fdivrp\n fwait" : : "m"(control));
    }
    printf("x87 divide: signal and code %d\n", code);
    __asm__ volatile("fninit");
}

static void environment(void)
{
    static const int modes[] = { FE_TONEAREST, FE_DOWNWARD, FE_UPWARD, FE_TOWARDZERO };
    for (int i = 0; i < 4; i++) {
        fesetround(modes[i]);
        feclearexcept(FE_ALL_EXCEPT);
        volatile double third = one / 3, negative = -one / 3, sum = one + 1e-20;
        volatile float narrow = (float)(one / 3);
        volatile long double long_third = (long double)one / 3;
        long whole = lrint(-2.5 * one);
        printf("mode %d: %a %a %a %a %La %ld rint %g %g flags %x\n", i, third, negative, sum, narrow, long_third, whole, rint(2.5 * one), rint(-0.5 * one), (unsigned)fetestexcept(FE_ALL_EXCEPT));
    }
    fesetround(FE_TONEAREST);
    feclearexcept(FE_ALL_EXCEPT);
    volatile double result = one / zero;
    unsigned divide = fetestexcept(FE_ALL_EXCEPT);
    fenv_t held;
    feholdexcept(&held);
    result = sqrt(-one);
    unsigned invalid = fetestexcept(FE_ALL_EXCEPT);
    feupdateenv(&held);
    printf("exceptions: %x %x %x %d\n", divide, invalid, (unsigned)fetestexcept(FE_ALL_EXCEPT), isnan(result));
    feclearexcept(FE_ALL_EXCEPT);
    result = tiny * 1e-10;
    result = result / 3;
    printf("denormal: %a, flags %x\n", result, (unsigned)fetestexcept(FE_UNDERFLOW | FE_INEXACT));
}

static void wide_integers(void)
{
    unsigned __int128 product = 1;
    __int128 quotient = -1;
    uint64_t hash = HASH_START;
    for (int i = 0; i < 400; i++) {
        unsigned __int128 x = (unsigned __int128)random_bits() << 64 | random_bits(), y = ((unsigned __int128)random_bits() << 64 | random_bits()) >> (random_bits() % 128);
        if (y == 0)
            continue;
        product = product * x + y;
        quotient = (__int128)x / (__int128)y;
        unsigned __int128 rest = x % y, shifted = x >> (i % 128) | x << (127 - i % 128);
        double rounded = (double)x;
        float narrow = (float)(__int128)x;
        __int128 back = (__int128)(rounded / 1e5);
        hash = HASH(HASH(HASH(HASH(HASH(hash, product), quotient), rest), shifted), back);
        hash = HASH(HASH(hash, rounded), narrow);
        uint64_t high = random_bits(), low = random_bits(), divisor = random_bits() | 1ull << 63, remainder;
        high %= divisor;
        __asm__("divq %4" : "=a"(low), "=d"(remainder) : "0"(low), "1"(high), "r"(divisor) : "cc");
        hash = HASH(HASH(hash, low), remainder);
    }
    show_hash("128-bit integers", hash);
}

static int by_value(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static void sorting(void)
{
    static double values[2000];
    for (int i = 0; i < 2000; i++)
        values[i] = (double)(int64_t)random_bits() / (double)(1 << (i % 20));
    qsort(values, 2000, sizeof *values, by_value);
    int disorder = 0, missed = 0;
    for (int i = 1; i < 2000; i++)
        disorder += values[i - 1] > values[i];
    for (int i = 0; i < 2000; i += 7)
        missed += bsearch(&values[i], values, 2000, sizeof *values, by_value) == NULL;
    show_hash("sorted", hash_bytes(HASH_START, values, sizeof values));
    printf("disorder %d, missed %d, median %a\n", disorder, missed, values[1000]);
}

static jmp_buf outside;

static void descend(int depth, volatile double *sum)
{
    *sum += sqrt(depth);
    if (depth == 0)
        longjmp(outside, 42);
    if (depth > 0)
        descend(depth - 1, sum);
    *sum = -1;
}

static void jumps(void)
{
    volatile double sum = 0;
    volatile int rounds = 0;
    int result = setjmp(outside);
    if (rounds++ < 3)
        descend(20 + rounds, &sum);
    printf("jumps: %d after %d rounds, sum %a\n", result, rounds, sum);
}

static void atomics(void)
{
    static _Alignas(16) unsigned __int128 pair = 5;
    static atomic_long counter = 3;
    static atomic_uchar byte = 250;
    unsigned __int128 seen = 5, wanted = (unsigned __int128)7 << 64 | 9;
    unsigned char exchanged, again;
    uint64_t low = (uint64_t)seen, high = (uint64_t)(seen >> 64);
    __asm__ volatile("lock cmpxchg16b %1\n sete %0" : "=q"(exchanged), "+m"(pair), "+a"(low), "+d"(high) : "b"((uint64_t)wanted), "c"((uint64_t)(wanted >> 64)) : "cc", "memory");
    __asm__ volatile("lock cmpxchg16b %1\n sete %0" : "=q"(again), "+m"(pair), "+a"(low), "+d"(high) : "b"(1ull), "c"(2ull) : "cc", "memory");
    long before = atomic_fetch_add(&counter, 10), old = atomic_exchange(&counter, 100);
    long expected = 99;
    int succeeded = atomic_compare_exchange_strong(&counter, &expected, 1);
    atomic_fetch_or(&counter, 0x11);
    atomic_fetch_sub(&byte, 251);
    atomic_fetch_xor(&byte, 0x0f);
    printf("atomics: %d %d %llx %llx, %ld %ld %d %ld %ld, %d\n", exchanged, again, (unsigned long long)low, (unsigned long long)high, before, old, succeeded, expected, (long)counter, byte);
}

int main(void)
{
    signals_keep_state();
    unmasked_exceptions();
    x87_exception();
    environment();
    wide_integers();
    sorting();
    jumps();
    atomics();
    return 0;
}
