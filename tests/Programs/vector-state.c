/* Keeps values in the vector, x87 and control registers over system calls, preemption, fork and signals, and looks at signal frames.
   Uses YMM registers where the processor has them; prints the same lines anyway. */
#define _GNU_SOURCE
#include <cpuid.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#define REGISTERS 16
#define FIRST_MAGIC 0x46505853u
#define SECOND_MAGIC 0x46505845u
#define XSTATE_FLAG 1ul

typedef struct { unsigned char bytes[REGISTERS][32]; } vectors;

static int has_avx, has_xsave;

static void detect(void)
{
    unsigned a, b, c, d;
    __cpuid(1, a, b, c, d);
    has_xsave = c >> 27 & 1;
    has_avx = has_xsave && (c >> 28 & 1);
}

static void fill(vectors *v, unsigned seed)
{
    memset(v, 0, sizeof *v);
    for (int number = 0; number < REGISTERS; number++)
        for (int i = 0; i < (has_avx ? 32 : 16); i++) {
            seed = seed * 1103515245 + 12345;
            v->bytes[number][i] = (unsigned char)(seed >> 16);
        }
}

#define EACH(instruction) instruction(0) instruction(1) instruction(2) instruction(3) instruction(4) instruction(5) instruction(6) instruction(7) \
    instruction(8) instruction(9) instruction(10) instruction(11) instruction(12) instruction(13) instruction(14) instruction(15)
#define LOAD_YMM(n) "vmovdqu " #n "*32(%[in]), %%ymm" #n "\n"
#define STORE_YMM(n) "vmovdqu %%ymm" #n ", " #n "*32(%[out])\n"
#define LOAD_XMM(n) "movdqu " #n "*32(%[in]), %%xmm" #n "\n"
#define STORE_XMM(n) "movdqu %%xmm" #n ", " #n "*32(%[out])\n"
#define VECTOR_CLOBBERS "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12", "xmm13", "xmm14", "xmm15"

/* Loads all vector registers, makes a system call or spins, and stores them. */
#define BETWEEN(what, ...) \
    do { \
        if (has_avx) asm volatile(EACH(LOAD_YMM) what EACH(STORE_YMM) __VA_ARGS__); \
        else asm volatile(EACH(LOAD_XMM) what EACH(STORE_XMM) __VA_ARGS__); \
    } while (0)

static long call_between(const vectors *in, vectors *out, long number, long first, long second)
{
    long result = number;
    memset(out, 0, sizeof *out);
    BETWEEN("syscall\n", : "+a"(result) : "D"(first), "S"(second), [in] "r"(in), [out] "r"(out) : "rcx", "r11", "memory", VECTOR_CLOBBERS);
    return result;
}

static void spin_between(const vectors *in, vectors *out, long count)
{
    memset(out, 0, sizeof *out);
    BETWEEN("1: dec %[count]\n jnz 1b\n", : [count] "+r"(count) : [in] "r"(in), [out] "r"(out) : "cc", "memory", VECTOR_CLOBBERS);
}

static int same(const vectors *a, const vectors *b) { return memcmp(a, b, sizeof *a) == 0; }

static unsigned get_mxcsr(void) { unsigned value; asm volatile("stmxcsr %0" : "=m"(value)); return value; }
static void set_mxcsr(unsigned value) { asm volatile("ldmxcsr %0" : : "m"(value)); }
static unsigned short get_control(void) { unsigned short value; asm volatile("fnstcw %0" : "=m"(value)); return value; }
static void set_control(unsigned short value) { asm volatile("fldcw %0" : : "m"(value)); }

static void over_system_calls(void)
{
    vectors in, out;
    struct timespec nap = {0, 2000000};
    int kept = 0;
    for (unsigned seed = 1; seed <= 50; seed++) {
        fill(&in, seed);
        call_between(&in, &out, SYS_getppid, 0, 0);
        kept += same(&in, &out);
    }
    printf("kept over getppid: %d\n", kept);
    fill(&in, 100);
    call_between(&in, &out, SYS_nanosleep, (long)&nap, 0);
    printf("kept over nanosleep: %d\n", same(&in, &out));
    vectors *fresh = aligned_alloc(4096, 1 << 20);
    call_between(&in, fresh + 1024, SYS_getppid, 0, 0);
    printf("kept over a page fault: %d\n", same(&in, fresh + 1024));
    free(fresh);

    set_mxcsr(0x7fa0);
    set_control(0xf7f);
    double pi = 3.14159, back = 0;
    asm volatile("fldl %1\n mov $110, %%eax\n syscall\n fstpl %0" : "=m"(back) : "m"(pi) : "rax", "rcx", "r11");
    printf("x87 kept: %d, controls %x %x\n", back == pi, get_mxcsr(), get_control());
    set_mxcsr(0x1f80);
    set_control(0x37f);
}

static void over_preemption(void)
{
    pid_t children[3];
    int all = 0;
    for (int child = 0; child < 3; child++) {
        children[child] = fork();
        if (children[child] == 0) {
            vectors in, out;
            int kept = 0;
            set_mxcsr(0x1f80 | (unsigned)child << 13);
            for (unsigned round = 0; round < 8; round++) {
                fill(&in, 1000u * (unsigned)child + round);
                spin_between(&in, &out, 8000000);
                kept += same(&in, &out) && get_mxcsr() == (0x1f80 | (unsigned)child << 13);
            }
            _exit(kept);
        }
    }
    for (int child = 0; child < 3; child++) {
        int status;
        waitpid(children[child], &status, 0);
        all += WEXITSTATUS(status);
    }
    printf("kept over preemption: %d\n", all);
}

static void over_fork(void)
{
    vectors in, out;
    int status;
    fill(&in, 7);
    long pid = call_between(&in, &out, SYS_fork, 0, 0);
    if (pid == 0) _exit(same(&in, &out));
    waitpid((pid_t)pid, &status, 0);
    printf("kept over fork: parent %d, child %d\n", same(&in, &out), WEXITSTATUS(status));
}

struct description { uint32_t magic, extended_size; uint64_t components; uint32_t area_size; };

static enum { LOOK, BAD_MXCSR, BAD_HEADER, NO_MAGIC, NO_STATE, SMALLER } task;
static vectors expected;
static int frame_right, handler_controls_right;

static int frame_is_right(const ucontext_t *context)
{
    const unsigned char *area = (const unsigned char *)context->uc_mcontext.fpregs;
    const struct description *description = (const struct description *)(area + 464);
    if ((uintptr_t)area % 64 != 0) return 0;
    for (int number = 0; number < REGISTERS; number++)
        if (memcmp(area + 160 + 16 * number, expected.bytes[number], 16) != 0) return 0;
    if (!has_xsave) return (context->uc_flags & XSTATE_FLAG) == 0;
    uint32_t second;
    memcpy(&second, area + description->area_size, 4);
    uint64_t present;
    memcpy(&present, area + 512, 8);
    if (!(context->uc_flags & XSTATE_FLAG) || description->magic != FIRST_MAGIC || second != SECOND_MAGIC) return 0;
    if (description->extended_size != description->area_size + 4 || (description->components & 3) != 3 || (present & 3) != 3) return 0;
    if (!has_avx) return 1;
    for (int number = 0; number < REGISTERS; number++)
        if (memcmp(area + 576 + 16 * number, expected.bytes[number] + 16, 16) != 0) return 0;
    return (description->components & 4) != 0;
}

static void handler(int number, siginfo_t *info, void *argument)
{
    ucontext_t *context = argument;
    unsigned char *area = (unsigned char *)context->uc_mcontext.fpregs;
    struct description *description = (struct description *)(area + 464);
    (void)number;
    (void)info;
    handler_controls_right = get_mxcsr() == 0x1f80 && get_control() == 0x37f;
    frame_right = frame_is_right(context);
    vectors other, scratch;
    fill(&other, 99);
    call_between(&other, &scratch, SYS_getppid, 0, 0);
    set_mxcsr(0x1fbf);
    uint32_t mxcsr = 0x80000000, zero = 0;
    uint64_t components = 1ul << 40;
    switch (task) {
    case LOOK:
        memset(area + 160 + 16 * 3, 0x33, 16);
        memset(area + 160, 0x11, 16);
        if (has_avx) memset(area + 576 + 16 * 5, 0x55, 16);
        break;
    case BAD_MXCSR: memcpy(area + 24, &mxcsr, 4); break;
    case BAD_HEADER: memcpy(area + 512, &components, 8); break;
    case NO_MAGIC: if (has_xsave) memcpy(area + description->area_size, &zero, 4); break;
    case NO_STATE: context->uc_mcontext.fpregs = NULL; break;
    case SMALLER: if (has_xsave) description->components = 3; break;
    }
}

/* Sends itself a signal between loading and storing the registers. */
static void signalled(int what, vectors *out)
{
    struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
    sigaction(SIGUSR1, &action, NULL);
    task = what;
    fill(&expected, 42);
    set_mxcsr(0x3f80);
    call_between(&expected, out, SYS_kill, getpid(), SIGUSR1);
}

static void over_signals(void)
{
    vectors out;
    signalled(LOOK, &out);
    unsigned mxcsr = get_mxcsr();
    memset(expected.bytes[3], 0x33, 16);
    memset(expected.bytes[0], 0x11, 16);
    if (has_avx) memset(expected.bytes[5] + 16, 0x55, 16);
    printf("frame right: %d, the handler starts afresh: %d, changes taken: %d, mxcsr %x\n", frame_right, handler_controls_right, same(&expected, &out), mxcsr);

    signalled(NO_MAGIC, &out);
    for (int number = 0; number < REGISTERS; number++)
        if (has_avx) memset(expected.bytes[number] + 16, 0, 16);
    printf("without the second magic number the legacy part counts: %d, mxcsr %x\n", same(&expected, &out), get_mxcsr());

    signalled(SMALLER, &out);
    for (int number = 0; number < REGISTERS; number++)
        if (has_avx) memset(expected.bytes[number] + 16, 0, 16);
    printf("a frame of fewer components: %d\n", same(&expected, &out));

    signalled(NO_STATE, &out);
    memset(&expected, 0, sizeof expected);
    printf("without a state all is initial: %d, mxcsr %x\n", same(&expected, &out), get_mxcsr());
    set_mxcsr(0x1f80);
}

static void broken_frames(void)
{
    int tasks[] = {BAD_MXCSR, BAD_HEADER};
    for (int i = 0; i < 2; i++) {
        int status;
        if (fork() == 0) {
            vectors out;
            /* Without XSAVE there is no header to break. */
            signalled(i == 1 && !has_xsave ? BAD_MXCSR : tasks[i], &out);
            _exit(0);
        }
        wait(&status);
        printf("broken frame %d: killed by %d\n", i, WIFSIGNALED(status) ? WTERMSIG(status) : 0);
    }
}

static void segment_bases(void)
{
    unsigned long value = 0x123456789000, back = value;
    if (getauxval(AT_HWCAP2) & 2) {
        asm volatile("wrgsbase %0" : : "r"(value));
        struct timespec nap = {0, 1000000};
        nanosleep(&nap, NULL);
        pid_t pid = fork();
        if (pid == 0) {
            asm volatile("rdgsbase %0" : "=r"(back));
            asm volatile("wrgsbase %0" : : "r"(0x1111ul));
            _exit(back == value);
        }
        int status;
        waitpid(pid, &status, 0);
        asm volatile("rdgsbase %0" : "=r"(back));
        if (!WEXITSTATUS(status)) back = 0;
    }
    printf("GS base kept: %d\n", back == value);
}

int main(int count, char **arguments)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    if (count > 1) {
        printf("after exec: %x %x\n", get_mxcsr(), get_control());
        return 0;
    }
    detect();
    over_system_calls();
    over_preemption();
    over_fork();
    over_signals();
    broken_frames();
    segment_bases();
    printf("room for a frame: %d\n", getauxval(AT_MINSIGSTKSZ) >= 1024);
    set_mxcsr(0x5fbf);
    set_control(0x77f);
    execl(arguments[0], arguments[0], "again", NULL);
    return 1;
}
