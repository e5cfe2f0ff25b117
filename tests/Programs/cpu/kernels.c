/* Kernels in assembler: adc chains, BMI and ADX, bit and string instructions, x87, SSE, AVX2 and FMA, CRC32, AES, PCLMULQDQ and SHA. Each prints a hash or a value. */
#include "results.h"
#include <immintrin.h>

static uint64_t words[64];
static unsigned char bytes[256];

static void refill(void)
{
    for (int i = 0; i < 64; i++)
        words[i] = random_bits();
    memcpy(bytes, words, sizeof bytes);
}

/* Sum and difference of 1024-bit numbers, the carry kept in CF from word to word. */
static void carry_chains(void)
{
    uint64_t sum[16], difference[16], a = 0, b = 0;
    uint64_t index = 0, left = 16;
    __asm__ volatile("clc\n1: mov (%[x],%[i],8), %[t]\n adc (%[y],%[i],8), %[t]\n mov %[t], (%[z],%[i],8)\n lea 1(%[i]), %[i]\n dec %[n]\n jnz 1b\n setc %b[t]"
                     : [i] "+&r"(index), [n] "+&r"(left), [t] "=&r"(a) : [x] "r"(words), [y] "r"(words + 16), [z] "r"(sum) : "memory", "cc");
    index = 0, left = 16;
    __asm__ volatile("clc\n1: mov (%[x],%[i],8), %[t]\n sbb (%[y],%[i],8), %[t]\n mov %[t], (%[z],%[i],8)\n lea 1(%[i]), %[i]\n dec %[n]\n jnz 1b\n setc %b[t]"
                     : [i] "+&r"(index), [n] "+&r"(left), [t] "=&r"(b) : [x] "r"(words), [y] "r"(words + 16), [z] "r"(difference) : "memory", "cc");
    show_hash("adc chain", hash_bytes(hash_bytes(HASH_START, sum, sizeof sum), &a, 1));
    show_hash("sbb chain", hash_bytes(hash_bytes(HASH_START, difference, sizeof difference), &b, 1));
}

/* A 256 by 64 bit product, whose halves run in the two carry chains of ADX. */
static void two_chains(void)
{
    uint64_t p0 = 0, p1 = 0, p2 = 0, p3 = 0, p4 = 0, t = 0;
    __asm__ volatile("xor %k[t], %k[t]\n"
                     "mulx (%[x]), %[p0], %[p1]\n"
                     "mulx 8(%[x]), %[t], %[p2]\n adcx %[t], %[p1]\n"
                     "mulx 16(%[x]), %[t], %[p3]\n adox 24(%[x]), %[p0]\n adcx %[t], %[p2]\n"
                     "mulx 24(%[x]), %[t], %[p4]\n adox %[t], %[p1]\n adcx %[t], %[p3]\n"
                     "mov $0, %k[t]\n adcx %[t], %[p4]\n adox %[t], %[p2]\n"
                     : [p0] "=&r"(p0), [p1] "=&r"(p1), [p2] "=&r"(p2), [p3] "=&r"(p3), [p4] "=&r"(p4), [t] "+&r"(t)
                     : [x] "r"(words), "d"(words[40]) : "cc", "memory");
    uint64_t product[] = { p0, p1, p2, p3, p4 };
    show_hash("mulx, adcx, adox", hash_bytes(HASH_START, product, sizeof product));
}

#define ON_WORD(instruction) ({ uint64_t result_; __asm__ volatile(instruction : [r] "=&r"(result_) : [x] "r"(x), [y] "r"(y) : "rcx", "cc"); result_; })

static void bits(void)
{
    uint64_t hash = HASH_START, flags;
    for (int i = 0; i + 1 < 64; i++) {
        uint64_t x = i % 9 ? words[i] : i == 0 ? 0 : 1ull << i, y = words[i + 1];
        uint64_t results[] = {
            ON_WORD("andn %[x], %[y], %[r]"), ON_WORD("blsi %[x], %[r]"), ON_WORD("blsr %[x], %[r]"), ON_WORD("blsmsk %[x], %[r]"), ON_WORD("bextr %[y], %[x], %[r]"),
            ON_WORD("bzhi %[y], %[x], %[r]"), ON_WORD("pdep %[y], %[x], %[r]"), ON_WORD("pext %[y], %[x], %[r]"), ON_WORD("rorx $13, %[x], %[r]"),
            ON_WORD("sarx %[y], %[x], %[r]"), ON_WORD("shlx %[y], %[x], %[r]"), ON_WORD("shrx %[y], %[x], %[r]"), ON_WORD("popcnt %[x], %[r]"),
            ON_WORD("lzcnt %[x], %[r]"), ON_WORD("tzcnt %[x], %[r]"), ON_WORD("mov %[y], %[r]\n bsf %[x], %[r]"), ON_WORD("mov %[y], %[r]\n bsr %[x], %[r]"),
            ON_WORD("mov %[x], %[r]\n bswap %[r]"), ON_WORD("mov %[x], %[r]\n bts %[y], %[r]"), ON_WORD("mov %[x], %[r]\n btc %[y], %[r]"),
            ON_WORD("mov %[x], %[r]\n mov %[y], %%rcx\n shld %%cl, %[y], %[r]"), ON_WORD("mov %[x], %[r]\n mov %[y], %%rcx\n rol %%cl, %[r]"),
        };
        hash = hash_bytes(hash, results, sizeof results);
        __asm__ volatile("andn %1, %2, %%rax\n pushfq\n pop %0" : "=r"(flags) : "r"(x), "r"(y) : "rax", "cc");
        flags &= 0x8c1;   /* the others are undefined */
        hash = HASH(hash, flags);
    }
    show_hash("bit manipulation", hash);
}

static void strings_by_instructions(void)
{
    static unsigned char target[512];
    const void *source = bytes;
    void *to = target + 3;
    uint64_t count = 200, hash, left, value = 0x1122334455667788;
    __asm__ volatile("rep movsb" : "+S"(source), "+D"(to), "+c"(count) : : "memory");
    count = 20;
    __asm__ volatile("rep stosq" : "+D"(to), "+c"(count) : "a"(value) : "memory");
    source = target + 100, to = target + 107, count = 60;
    __asm__ volatile("std\n rep movsb\n cld" : "+S"(source), "+D"(to), "+c"(count) : : "memory");
    hash = hash_bytes(HASH_START, target, sizeof target);
    source = bytes, to = target + 3, left = 300;
    unsigned char below;
    __asm__ volatile("repe cmpsb\n setb %3" : "+S"(source), "+D"(to), "+c"(left), "=r"(below) : : "memory", "cc");
    hash = HASH(HASH(hash, left), below);
    to = bytes, left = 256;
    __asm__ volatile("repne scasb" : "+D"(to), "+c"(left) : "a"(bytes[77]) : "memory", "cc");
    hash = HASH(hash, left);
    show_hash("string instructions", hash);
}

static void x87(void)
{
    long double sum = 0, product = 1;
    unsigned short status, control;
    int big = 123456789;
    for (int i = 1; i <= 40; i++) {
        double x = i * 0.37;
        long double root;
        __asm__("fldl %1\n fsqrt" : "=t"(root) : "m"(x));
        sum += root;
        __asm__("fmul %%st(1), %%st" : "+t"(product) : "u"(root));
        __asm__("fxch\n fxch" : "+t"(product) : "u"(sum));
    }
    printf("x87 %La %La\n", sum, product);
    long double remainder = 1e15L;
    __asm__("1: fprem\n fnstsw %%ax\n sahf\n jp 1b" : "+t"(remainder) : "u"(0.7L) : "ax", "cc");
    char packed[10];
    __asm__("fildl %1\n fbstp %0" : "=m"(packed) : "m"(big));
    __asm__ volatile("fldz\n fld1\n fdivp\n fnstsw %0\n fnclex\n fstp %%st(0)" : "=a"(status) : : "st");
    __asm__ volatile("fnstcw %0" : "=m"(control));
    show_hash("fbstp", hash_bytes(HASH_START, packed, sizeof packed));
    printf("fprem %La status %x control %x\n", remainder, status & 0x3f, control);
    long double significand, exponent;
    __asm__("fxtract" : "=t"(significand), "=u"(exponent) : "0"(12345.678L));
    long double scaled;
    __asm__("fscale" : "=t"(scaled) : "0"(1.25L), "u"(77.9L));
    long double constants[5];
    __asm__("fldpi" : "=t"(constants[0]));
    __asm__("fldl2e" : "=t"(constants[1]));
    __asm__("fldln2" : "=t"(constants[2]));
    __asm__("fldlg2" : "=t"(constants[3]));
    __asm__("fldl2t" : "=t"(constants[4]));
    printf("fxtract %La %La fscale %La\n", significand, exponent, scaled);
    for (int i = 0; i < 5; i++)
        printf("constant %La\n", constants[i]);
}

static void mmx(void)
{
    uint64_t result;
    __asm__ volatile("movq %1, %%mm0\n movq %2, %%mm1\n paddsw %%mm1, %%mm0\n pmaddwd %%mm1, %%mm0\n packuswb %%mm1, %%mm0\n pshufw $0x1b, %%mm0, %%mm0\n movq %%mm0, %0\n emms"
                     : "=m"(result) : "m"(words[0]), "m"(words[1]) : "mm0", "mm1");
    show_hash("mmx", HASH(HASH_START, result));
}

__attribute__((target("sse4.2,ssse3"))) static void sse(void)
{
    uint64_t hash = HASH_START;
    for (int i = 0; i + 4 <= 64; i += 2) {
        __m128i a = _mm_loadu_si128((const __m128i *)&words[i]), b = _mm_loadu_si128((const __m128i *)&words[i + 2]);
        __m128i results[] = {
            _mm_shuffle_epi8(a, b), _mm_maddubs_epi16(a, b), _mm_mulhrs_epi16(a, b), _mm_sign_epi8(a, b), _mm_alignr_epi8(a, b, 5), _mm_abs_epi16(a), _mm_hadd_epi32(a, b),
            _mm_minpos_epu16(a), _mm_mpsadbw_epu8(a, b, 5), _mm_blendv_epi8(a, b, _mm_srai_epi16(a, 3)), _mm_packus_epi32(a, b), _mm_mullo_epi32(a, b), _mm_cmpgt_epi64(a, b),
            _mm_cvtepi8_epi32(a), _mm_cvtepu16_epi64(b), _mm_sad_epu8(a, b), _mm_mul_epu32(a, b), _mm_madd_epi16(a, b), _mm_insert_epi16(a, 77, 3), _mm_unpackhi_epi8(a, b),
            _mm_cvtsi32_si128(_mm_cmpistri(a, b, 0x0c)), _mm_cmpestrm(a, 11, b, 13, 0x44), _mm_cvtsi32_si128(_mm_testc_si128(a, b) | _mm_cmpistrc(a, b, 0x18) << 1),
            _mm_castps_si128(_mm_round_ps(_mm_cvtepi32_ps(_mm_srai_epi32(a, 7)), 1)), _mm_castpd_si128(_mm_dp_pd(_mm_cvtepi32_pd(a), _mm_cvtepi32_pd(b), 0x31)),
            _mm_castps_si128(_mm_dp_ps(_mm_cvtepi32_ps(a), _mm_cvtepi32_ps(b), 0xf5)), _mm_castps_si128(_mm_insert_ps(_mm_cvtepi32_ps(a), _mm_cvtepi32_ps(b), 0x9c)),
        };
        hash = hash_bytes(hash, results, sizeof results);
    }
    uint32_t check = ~0u;
    for (int i = 0; i < 256; i++)
        check = _mm_crc32_u8(check, bytes[i]);
    uint64_t check64 = 0;
    for (int i = 0; i < 64; i++)
        check64 = _mm_crc32_u64(check64, words[i]);
    show_hash("sse4", hash);
    printf("crc32 %08x %08x\n", ~check, (unsigned)check64);
}

__attribute__((target("avx2,fma,f16c"))) static void avx(void)
{
    uint64_t hash = HASH_START;
    for (int i = 0; i + 8 <= 64; i += 4) {
        __m256i a = _mm256_loadu_si256((const __m256i *)&words[i]), b = _mm256_loadu_si256((const __m256i *)&words[i + 4]);
        __m256 x = _mm256_cvtepi32_ps(_mm256_srai_epi32(a, 9)), y = _mm256_cvtepi32_ps(_mm256_srai_epi32(b, 20));
        __m256d u = _mm256_cvtepi32_pd(_mm256_castsi256_si128(a)), v = _mm256_cvtepi32_pd(_mm256_extracti128_si256(b, 1));
        __m256i results[] = {
            _mm256_permutevar8x32_epi32(a, b), _mm256_permute4x64_epi64(a, 0x1b), _mm256_permute2x128_si256(a, b, 0x21), _mm256_sllv_epi32(a, _mm256_srli_epi32(b, 26)),
            _mm256_srav_epi32(a, _mm256_srli_epi32(b, 26)), _mm256_shuffle_epi8(a, b), _mm256_alignr_epi8(a, b, 9), _mm256_mulhi_epi16(a, b), _mm256_cvtepu8_epi32(_mm256_castsi256_si128(a)),
            _mm256_packs_epi32(a, b), _mm256_unpacklo_epi16(a, b), _mm256_blend_epi32(a, b, 0xa5), _mm256_broadcastb_epi8(_mm256_castsi256_si128(a)),
            _mm256_i32gather_epi32((const int *)words, _mm256_and_si256(a, _mm256_set1_epi32(127)), 4), _mm256_maskload_epi64((const long long *)words, b),
            _mm256_castps_si256(_mm256_fmadd_ps(x, y, x)), _mm256_castps_si256(_mm256_fnmsub_ps(x, y, y)), _mm256_castps_si256(_mm256_fmaddsub_ps(x, y, x)),
            _mm256_castpd_si256(_mm256_fmsub_pd(u, v, u)), _mm256_castpd_si256(_mm256_fnmadd_pd(u, v, v)), _mm256_castpd_si256(_mm256_div_pd(u, v)),
            _mm256_castpd_si256(_mm256_sqrt_pd(_mm256_andnot_pd(_mm256_set1_pd(-0.0), u))), _mm256_castps_si256(_mm256_cmp_ps(x, y, _CMP_NGE_UQ)),
            _mm256_castps_si256(_mm256_permutevar_ps(x, a)), _mm256_castps_si256(_mm256_hsub_ps(x, y)), _mm256_castps_si256(_mm256_dp_ps(x, y, 0x7e)),
            _mm256_castps_si256(_mm256_cvtph_ps(_mm256_cvtps_ph(_mm256_div_ps(x, y), 0))), _mm256_castpd_si256(_mm256_addsub_pd(u, v)), _mm256_castps_si256(_mm256_round_ps(_mm256_div_ps(x, y), 2)),
        };
        hash = hash_bytes(hash, results, sizeof results);
        int masks[] = { _mm256_movemask_epi8(a), _mm256_movemask_ps(x), _mm256_testz_si256(a, b), _mm256_testnzc_ps(x, y) };
        hash = hash_bytes(hash, masks, sizeof masks);
    }
    show_hash("avx2, fma, f16c", hash);
}

__attribute__((target("aes,pclmul,sse4.1"))) static void aes(void)
{
    __m128i state = _mm_loadu_si128((const __m128i *)words), key = _mm_loadu_si128((const __m128i *)(words + 2));
    for (int i = 0; i < 20; i++) {
        state = _mm_aesenc_si128(state, key);
        key = _mm_xor_si128(_mm_aeskeygenassist_si128(key, 0x1b), _mm_aesimc_si128(key));
        state = _mm_aesdec_si128(_mm_aesdeclast_si128(state, key), _mm_aesenclast_si128(state, key));
        state = _mm_xor_si128(_mm_clmulepi64_si128(state, key, 0x01), _mm_clmulepi64_si128(state, key, 0x11));
    }
    show_hash("aes, pclmulqdq", hash_bytes(HASH_START, &state, sizeof state));
}

__attribute__((target("sha,sse4.1"))) static void sha(void)
{
    __m128i a = _mm_loadu_si128((const __m128i *)words), b = _mm_loadu_si128((const __m128i *)(words + 2)), c = _mm_loadu_si128((const __m128i *)(words + 4));
    for (int i = 0; i < 10; i++) {
        a = _mm_sha1rnds4_epu32(a, _mm_sha1nexte_epu32(b, c), 2);
        b = _mm_sha1msg2_epu32(_mm_sha1msg1_epu32(b, a), c);
        c = _mm_sha256rnds2_epu32(c, a, _mm_sha256msg2_epu32(_mm_sha256msg1_epu32(a, b), c));
    }
    show_hash("sha", hash_bytes(hash_bytes(hash_bytes(HASH_START, &a, 16), &b, 16), &c, 16));
}

static void registers_by_parts(void)
{
    uint64_t value = words[7], other = words[8];
    __asm__ volatile("mov %0, %%rax\n mov %1, %%rbx\n add %%ah, %%bl\n xchg %%al, %%bh\n imul %%bx, %%ax\n movsbw %%ah, %%cx\n xadd %%cx, %%bx\n cmpxchg %%cl, %%bh\n"
                     "movzbl %%bh, %%ecx\n sar $3, %%ax\n rcl $5, %%bl\n lea (%%rax,%%rcx,4), %%rcx\n mov %%rax, %0\n mov %%rcx, %1"
                     : "+r"(value), "+r"(other) : : "rax", "rbx", "rcx", "cc");
    printf("parts %016llx %016llx\n", (unsigned long long)value, (unsigned long long)other);
}

int main(void)
{
    for (int round = 0; round < 4; round++) {
        refill();
        carry_chains();
        two_chains();
        bits();
        strings_by_instructions();
        registers_by_parts();
        x87();
        mmx();
        sse();
        avx();
        aes();
        sha();
    }
    return 0;
}
