/* Runs single instructions on the host's processor, each from a complete register state to a complete register state.
 *
 * A case begins and ends in one signal handler. To begin it, the handler writes the case's registers into the context that it was called
 * with and returns: the kernel loads all of them, x87, XMM and YMM included. The instruction runs into the INT3 behind it, or into its own
 * fault; either enters the handler again, which finds the outcome in its new context and begins the next case. So nothing is executed
 * around the instruction, and a case costs one signal.
 *
 * The handler runs with the guest's FS base: it must not use thread-local storage, and calls nothing in the C library.
 *
 *   case-runner FILE    FILE is shared with the test, laid out as below; a byte on standard input starts a batch, a byte on standard
 *                       output ends it.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <ucontext.h>
#include <unistd.h>

enum {
        CODE_ADDRESS = 0x10000000,
        CODE_BYTES = 0x20000,
        DATA_ADDRESS = 0x20000000,
        DATA_BYTES = 0x2000,            /* two writable pages with a hole before and behind them */
        CONSTANTS_ADDRESS = 0x20003000, /* a page that cannot be written */
        CONSTANTS_BYTES = 0x1000,
        PRISTINE_OFFSET = 0x1000,       /* in FILE: what the data pages hold before a case, then the constants */
        CODE_OFFSET = 0x10000,
        CASES_OFFSET = 0x100000,
        MAX_CASES = 1024,
        XSAVE_BYTES = 832, XSAVE_SOFTWARE = 464, XSAVE_HEADER = 512, XSAVE_YMM = 576, XSAVE_YMM_BYTES = 256,
        PATCHES = 2, MAX_CHANGES = 126,
};

struct input {
        uint64_t registers[16], rip, rflags, fs_base, gs_base;
        uint32_t patch_offset[PATCHES], patch_length[PATCHES];
        uint64_t reserved[2];
        uint8_t xsave[XSAVE_BYTES];
        uint8_t patch[2048 - 1024];     /* the bytes of both patches, one behind the other */
};

struct outcome {
        uint64_t registers[16], rip, rflags, fs_base, gs_base;
        uint16_t ds, es, fs, gs;
        uint32_t vector, error_code;
        uint64_t cr2;
        uint32_t change_count, signal;
        uint8_t xsave[XSAVE_BYTES];
        struct { uint64_t offset, value; } changes[MAX_CHANGES];
        uint64_t hash, padding[3];
};

struct shared {
        uint32_t case_count, current;
};

_Static_assert(sizeof(struct input) == 2048, "the test expects this size");
_Static_assert(sizeof(struct outcome) == 3072, "the test expects this size");
_Static_assert(offsetof(struct outcome, xsave) == 192, "the test expects this place");

static uint8_t *file;
static volatile struct shared *shared;
static const struct input *inputs;
static struct outcome *outcomes;
static uint64_t *const data = (uint64_t *)DATA_ADDRESS;
static uint64_t expected[DATA_BYTES / 8];      /* the data as it was when the case began */
static int64_t current = -1;

static gregset_t main_registers;
static uint8_t main_xsave[XSAVE_BYTES];
static uint64_t main_fs_base, main_gs_base;

/* In the order of the encoding. */
static const int register_index[16] = {
        REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
        REG_R8, REG_R9, REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15,
};

static void copy(void *to, const void *from, size_t bytes)
{
        __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(bytes) : : "memory");
}

static uint64_t read_fs_base(void) { uint64_t value; __asm__ volatile("rdfsbase %0" : "=r"(value)); return value; }
static uint64_t read_gs_base(void) { uint64_t value; __asm__ volatile("rdgsbase %0" : "=r"(value)); return value; }
static void write_fs_base(uint64_t value) { __asm__ volatile("wrfsbase %0" : : "r"(value)); }
static void write_gs_base(uint64_t value) { __asm__ volatile("wrgsbase %0" : : "r"(value)); }

/* The legacy region without the bytes that the kernel uses for itself, and the upper halves of the YMM registers. */
static void load_xsave(uint8_t *to, const uint8_t *from)
{
        copy(to, from, XSAVE_SOFTWARE);
        *(uint64_t *)(to + XSAVE_HEADER) |= 7;
        copy(to + XSAVE_YMM, from + XSAVE_YMM, XSAVE_YMM_BYTES);
}

/* Undoes the last case's patches and changes. */
static void restore_data(void)
{
        const uint8_t *pristine = file + PRISTINE_OFFSET;
        const struct input *input = &inputs[current];
        for (int i = 0; i < DATA_BYTES / 8; i++)
                if (data[i] != expected[i]) data[i] = expected[i];
        for (int i = 0; i < PATCHES; i++) {
                copy((uint8_t *)data + input->patch_offset[i], pristine + input->patch_offset[i], input->patch_length[i]);
                copy((uint8_t *)expected + input->patch_offset[i], pristine + input->patch_offset[i], input->patch_length[i]);
        }
}

static void find_changes(struct outcome *outcome)
{
        uint64_t hash = 0;
        uint32_t count = 0;
        for (uint64_t i = 0; i < DATA_BYTES / 8; i++) {
                if (data[i] == expected[i]) continue;
                hash = (hash ^ i) * 0x9e3779b97f4a7c15;
                hash = ((hash ^ hash >> 29) + data[i]) * 0x9e3779b97f4a7c15;
                if (count < MAX_CHANGES) {
                        outcome->changes[count].offset = i * 8;
                        outcome->changes[count].value = data[i];
                }
                count++;
        }
        outcome->change_count = count;
        outcome->hash = hash;
}

static void take_outcome(int signal, const mcontext_t *context)
{
        struct outcome *outcome = &outcomes[current];
        outcome->fs_base = read_fs_base();
        outcome->gs_base = read_gs_base();
        __asm__ volatile("mov %%ds, %0\n mov %%es, %1\n mov %%fs, %2\n mov %%gs, %3"
                         : "=m"(outcome->ds), "=m"(outcome->es), "=m"(outcome->fs), "=m"(outcome->gs));
        if (outcome->ds | outcome->es | outcome->fs | outcome->gs)
                __asm__ volatile("mov %0, %%ds\n mov %0, %%es\n mov %0, %%fs\n mov %0, %%gs" : : "r"(0));
        for (int i = 0; i < 16; i++) outcome->registers[i] = context->gregs[register_index[i]];
        outcome->rip = context->gregs[REG_RIP];
        outcome->rflags = context->gregs[REG_EFL];
        outcome->vector = context->gregs[REG_TRAPNO];
        outcome->error_code = context->gregs[REG_ERR];
        outcome->cr2 = context->gregs[REG_CR2];
        outcome->signal = signal;
        copy(outcome->xsave, context->fpregs, XSAVE_BYTES);
        find_changes(outcome);
        restore_data();
}

static void begin_case(mcontext_t *context)
{
        const struct input *input = &inputs[current];
        const uint8_t *patch = input->patch;
        for (int i = 0; i < PATCHES; i++) {
                copy((uint8_t *)data + input->patch_offset[i], patch, input->patch_length[i]);
                copy((uint8_t *)expected + input->patch_offset[i], patch, input->patch_length[i]);
                patch += input->patch_length[i];
        }
        for (int i = 0; i < 16; i++) context->gregs[register_index[i]] = input->registers[i];
        context->gregs[REG_RIP] = input->rip;
        context->gregs[REG_EFL] = input->rflags;
        load_xsave((uint8_t *)context->fpregs, input->xsave);
        write_fs_base(input->fs_base);
        write_gs_base(input->gs_base);
}

__attribute__((used)) static void handle(int signal, siginfo_t *info, ucontext_t *user)
{
        mcontext_t *context = &user->uc_mcontext;
        (void)info;
        if (current < 0) {
                main_fs_base = read_fs_base();
                main_gs_base = read_gs_base();
                copy(main_registers, context->gregs, sizeof main_registers);
                copy(main_xsave, context->fpregs, XSAVE_BYTES);
        } else {
                take_outcome(signal, context);
        }
        current++;
        shared->current = current;
        if (current < shared->case_count) {
                begin_case(context);
                return;
        }
        current = -1;
        copy(context->gregs, main_registers, sizeof main_registers);
        load_xsave((uint8_t *)context->fpregs, main_xsave);
        write_fs_base(main_fs_base);
        write_gs_base(main_gs_base);
}

/* The kernel clears DF and TF for a handler, but leaves AC, NT and ID as the case had them. */
extern void enter(int, siginfo_t *, void *);
__asm__("enter:\n push $2\n popfq\n jmp handle\n");

static void map(uint64_t address, size_t bytes, int protection, int flags, int descriptor, off_t offset)
{
        void *place = mmap((void *)address, bytes, protection, flags | MAP_FIXED_NOREPLACE | MAP_POPULATE, descriptor, offset);
        if (place != (void *)address) {
                perror("case-runner: mmap");
                exit(1);
        }
}

int main(int argument_count, char **arguments)
{
        static uint8_t stack[1 << 16] __attribute__((aligned(64)));
        stack_t alternate = { .ss_sp = stack, .ss_size = sizeof stack };
        struct sigaction action = { .sa_sigaction = enter, .sa_flags = SA_SIGINFO | SA_ONSTACK };
        struct rlimit none = { 0, 0 };
        size_t file_bytes = CASES_OFFSET + MAX_CASES * (sizeof(struct input) + sizeof(struct outcome));
        int descriptor = argument_count == 2 ? open(arguments[1], O_RDWR) : -1;
        char byte;

        file = mmap(NULL, file_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, descriptor, 0);
        if (file == MAP_FAILED) {
                perror("case-runner: cannot map the shared file");
                return 1;
        }
        shared = (volatile struct shared *)file;
        inputs = (const struct input *)(file + CASES_OFFSET);
        outcomes = (struct outcome *)(file + CASES_OFFSET + MAX_CASES * sizeof(struct input));
        map(CODE_ADDRESS, CODE_BYTES, PROT_READ | PROT_EXEC, MAP_SHARED, descriptor, CODE_OFFSET);
        map(DATA_ADDRESS, DATA_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        map(CONSTANTS_ADDRESS, CONSTANTS_BYTES, PROT_READ, MAP_SHARED, descriptor, PRISTINE_OFFSET + DATA_BYTES);

        setrlimit(RLIMIT_CORE, &none);
        sigaltstack(&alternate, NULL);
        sigfillset(&action.sa_mask);
        for (const int *signal = (const int[]){ SIGTRAP, SIGSEGV, SIGBUS, SIGILL, SIGFPE, 0 }; *signal; signal++)
                sigaction(*signal, &action, NULL);

        while (read(0, &byte, 1) == 1) {
                memcpy(data, file + PRISTINE_OFFSET, DATA_BYTES);
                memcpy(expected, file + PRISTINE_OFFSET, DATA_BYTES);
                __asm__ volatile("int3" : : : "memory");
                if (write(1, &byte, 1) != 1) break;
        }
        return 0;
}
