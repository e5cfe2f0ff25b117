/* Tries an instruction of each group and tells which run and which raise SIGILL; then what the C library chose. */
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static sigjmp_buf after;

static void undefined(int signal)
{
    (void)signal;
    siglongjmp(after, 1);
}

#define TRY(name, ...) \
    do { \
        if (sigsetjmp(after, 1) == 0) { \
            asm volatile(__VA_ARGS__ : : : "rax", "rcx", "rdx", "xmm0", "xmm1", "cc"); \
            printf("%s: runs\n", name); \
        } else \
            printf("%s: SIGILL\n", name); \
    } while (0)

int main(void)
{
    signal(SIGILL, undefined);
    TRY("sse2", "paddq %%xmm0, %%xmm0");
    TRY("mmx", "pxor %%mm0, %%mm0; emms");
    TRY("sse3", "haddps %%xmm0, %%xmm0");
    TRY("ssse3", "pshufb %%xmm0, %%xmm0");
    TRY("sse4.1", "pmulld %%xmm0, %%xmm0");
    TRY("sse4.2", "crc32b %%cl, %%eax");
    TRY("sse4a", "extrq %%xmm0, %%xmm0");
    TRY("popcnt", "popcnt %%eax, %%eax");
    TRY("aes", "aesenc %%xmm0, %%xmm0");
    TRY("xgetbv", "xor %%ecx, %%ecx; xgetbv");
    TRY("avx", "vaddps %%ymm0, %%ymm0, %%ymm0; vzeroupper");
    TRY("avx2", "vpaddq %%ymm0, %%ymm0, %%ymm0; vzeroupper");
    TRY("fma", "vfmadd132ps %%xmm0, %%xmm0, %%xmm0");
    TRY("f16c", "vcvtph2ps %%xmm0, %%xmm0");
    TRY("bmi1", "andn %%eax, %%eax, %%eax");
    TRY("bmi2", "pdep %%eax, %%eax, %%eax");
    TRY("adx", "adcx %%eax, %%eax");
    TRY("movbe", "sub $16, %%rsp; movbe %%eax, (%%rsp); add $16, %%rsp");
    TRY("rdrand", "rdrand %%eax");
    TRY("sha", "sha1msg1 %%xmm0, %%xmm0");
    TRY("avx512", ".byte 0x62, 0xf1, 0x7c, 0x48, 0x58, 0xc0");
    TRY("gfni", ".byte 0x66, 0x0f, 0x38, 0xcf, 0xc0");
    char text[64];
    memset(text, 'x', 63);
    text[63] = 0;
    printf("strlen: %zu\n", strlen(text));
    return 0;
}
