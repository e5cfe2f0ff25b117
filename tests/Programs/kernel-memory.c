/* Tries to reach what belongs to the kernel: by loads, stores, jumps, privileged instructions, system calls and forged signal frames. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static sigjmp_buf back;
static siginfo_t seen;

static const unsigned long addresses[] = {
    0x0000800000000000, 0x00007fffffffffff, 0x7fffffffffffffff, 0x8000000000000000, 0xffff7fffffffffff, 0xffff800000000000,
    0xffff888000000000, 0xffff888000200000, 0xffffffff80200000, 0xffffffff80201000, 0xfffffffffffff000, 0xffffffffffffffff,
};
enum { ADDRESSES = sizeof addresses / sizeof *addresses };

static void handler(int signal, siginfo_t *information, void *context)
{
    seen = *information;
    siglongjmp(back, 1);
}

static void result(const char *what, unsigned long address, int failed)
{
    if (failed)
        printf("%s %016lx: signal %d, code %d, at %p\n", what, address, seen.si_signo, seen.si_code, seen.si_addr);
    else
        printf("%s %016lx: nothing happened\n", what, address);
}

static void try_accesses(void)
{
    for (int i = 0; i < ADDRESSES; i++) {
        unsigned long address = addresses[i];
        if (sigsetjmp(back, 1) == 0) {
            (void)*(volatile char *)address;
            result("load from", address, 0);
        } else
            result("load from", address, 1);
        if (sigsetjmp(back, 1) == 0) {
            *(volatile char *)address = 1;
            result("store to", address, 0);
        } else
            result("store to", address, 1);
        if (sigsetjmp(back, 1) == 0) {
            ((void (*)(void))address)();
            result("jump to", address, 0);
        } else
            result("jump to", address, 1);
    }
}

#define TRY(text, ...)                                     \
    do {                                                   \
        if (sigsetjmp(back, 1) == 0) {                     \
            __asm__ volatile(text __VA_ARGS__);            \
            printf("%s: nothing happened\n", text);        \
        } else                                             \
            printf("%s: signal %d, code %d, at %p\n", text, seen.si_signo, seen.si_code, seen.si_addr); \
    } while (0)

static void try_instructions(void)
{
    TRY("cli");
    TRY("sti");
    TRY("hlt");
    TRY("in $0x60, %%al", ::: "rax");
    TRY("out %%al, $0x80", ::: "memory");
    TRY("rdmsr", ::"c"(0xc0000080) : "rax", "rdx");
    TRY("wrmsr", ::"c"(0xc0000082), "a"(0), "d"(0));
    TRY("mov %%cr3, %%rax", ::: "rax");
    TRY("mov %%rax, %%cr3", ::"a"(0));
    TRY("mov %%rax, %%cr0", ::"a"(0));
    TRY("mov %%rax, %%cr4", ::"a"(0));
    TRY("mov %%rax, %%dr7", ::"a"(0));
    TRY("invlpg (%%rsp)", ::: "memory");
    TRY("lgdt (%%rsp)", ::: "memory");
    TRY("lidt (%%rsp)", ::: "memory");
    TRY("lldt %%ax", ::"a"(0));
    TRY("ltr %%ax", ::"a"(0x40));
    TRY("clts", ::);
    TRY("wbinvd", ::: "memory");
    TRY("swapgs", ::);
    TRY("sysretq", ::: "rcx", "r11");
    TRY("int $0x0e", ::);
    TRY("int $0x20", ::);
    TRY("mov %%eax, %%ss", ::"a"(0x18));
    TRY("mov %%eax, %%ds", ::"a"(0x10));
}

static void show(const char *name, unsigned long address, long value)
{
    printf("%s %016lx: %ld %s\n", name, address, value < 0 ? -1 : value, value < 0 ? strerrorname_np(errno) : "");
}

static void try_calls(void)
{
    int ends[2], file = open("/dev/zero", O_RDWR), null = open("/dev/null", O_RDWR);
    if (pipe(ends) != 0 || write(ends[1], "abcdefgh", 8) != 8)
        exit(1);
    for (int i = 0; i < ADDRESSES; i++) {
        unsigned long address = addresses[i];
        void *pointer = (void *)address;
        struct iovec vector = { pointer, 16 };
        show("read", address, syscall(SYS_read, ends[0], pointer, 4));
        show("read of zeros", address, syscall(SYS_read, file, pointer, 4096));
        show("write", address, syscall(SYS_write, ends[1], pointer, 4));
        show("readv", address, syscall(SYS_readv, ends[0], &vector, 1));
        show("readv's vector", address, syscall(SYS_readv, ends[0], pointer, 1));
        show("writev", address, syscall(SYS_writev, ends[1], &vector, 1));
        show("open", address, syscall(SYS_open, pointer, O_RDONLY));
        show("stat", address, syscall(SYS_stat, "/", pointer));
        show("fstat", address, syscall(SYS_fstat, file, pointer));
        show("getcwd", address, syscall(SYS_getcwd, pointer, 100));
        show("pipe", address, syscall(SYS_pipe, pointer));
        show("poll", address, syscall(SYS_poll, pointer, 1, 0));
        show("select", address, syscall(SYS_select, 1, pointer, NULL, NULL, &(struct timeval){ 0 }));
        show("nanosleep", address, syscall(SYS_nanosleep, pointer, NULL));
        show("sigaction", address, syscall(SYS_rt_sigaction, SIGUSR1, pointer, NULL, 8));
        show("old sigaction", address, syscall(SYS_rt_sigaction, SIGUSR1, NULL, pointer, 8));
        show("sigprocmask", address, syscall(SYS_rt_sigprocmask, SIG_BLOCK, NULL, pointer, 8));
        show("sigaltstack", address, syscall(SYS_sigaltstack, NULL, pointer));
        show("uname", address, syscall(SYS_uname, pointer));
        show("clock_gettime", address, syscall(SYS_clock_gettime, CLOCK_MONOTONIC, pointer));
        show("getrandom", address, syscall(SYS_getrandom, pointer, 8, 0));
        show("futex", address, syscall(SYS_futex, pointer, 1, 1, NULL, NULL, 0));
        show("execve", address, syscall(SYS_execve, pointer, NULL, NULL));
        show("execve's arguments", address, syscall(SYS_execve, "/proc/self/exe", pointer, NULL));
        show("mmap", address, syscall(SYS_mmap, address & ~4095ul, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0));
        show("munmap", address, syscall(SYS_munmap, address & ~4095ul, 4096));
        show("mprotect", address, syscall(SYS_mprotect, address & ~4095ul, 4096, PROT_READ));
        show("madvise", address, syscall(SYS_madvise, address & ~4095ul, 4096, MADV_DONTNEED));
        show("mlock", address, syscall(SYS_mlock, address & ~4095ul, 4096));
        show("mincore", address, syscall(SYS_mincore, address & ~4095ul, 4096, (void *)&ends));
        show("mincore's vector", address, syscall(SYS_mincore, (unsigned long)&ends & ~4095ul, 4096, pointer));
        show("mremap", address, syscall(SYS_mremap, address & ~4095ul, 4096, 8192, MREMAP_MAYMOVE));
        show("FS base", address, syscall(SYS_arch_prctl, 0x1002, address));
        show("GS base", address, syscall(SYS_arch_prctl, 0x1001, address));
        show("write to null", address, syscall(SYS_write, null, pointer, 1));
    }
    printf("%d\n", (int)read(ends[0], &file, 0));
}

static int forgery;

static void forge(int signal, siginfo_t *information, void *context)
{
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    unsigned short *selectors = (unsigned short *)&registers[REG_CSGSFS];
    switch (forgery) {
    case 0: registers[REG_RIP] = (greg_t)0xffffffff80200000; break;
    case 1: registers[REG_RIP] = 0x0000800000000000; break;
    case 2: registers[REG_RSP] = (greg_t)0xffff888000001000; registers[REG_RIP] = 0; break;
    case 3: selectors[0] = 0x10; break;
    case 4: selectors[3] = 0x18; break;
    case 5: registers[REG_EFL] |= 0x3000 | 1 << 17; break; /* IOPL and VM do not come in */
    case 6: ((ucontext_t *)context)->uc_mcontext.fpregs = (void *)0xffff888000000000; break;
    default: ((ucontext_t *)context)->uc_mcontext.fpregs->mxcsr = 0xffffffff; break;
    }
}

static void try_frames(void)
{
    for (forgery = 0; forgery < 8; forgery++) {
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0) {
            struct sigaction action = { .sa_sigaction = forge, .sa_flags = SA_SIGINFO };
            sigaction(SIGUSR1, &action, NULL);
            for (int signal = 0; signal < 2; signal++)
                sigaction(signal == 0 ? SIGSEGV : SIGBUS, &(struct sigaction){ .sa_handler = SIG_DFL }, NULL);
            raise(SIGUSR1);
            unsigned long flags;
            __asm__ volatile("pushfq; pop %0" : "=r"(flags));
            _exit((flags & 0x3000) != 0 ? 1 : 0);
        }
        int status;
        waitpid(pid, &status, 0);
        printf("forged frame %d: status %x\n", forgery, status & ~0x80);
    }
}

int main(void)
{
    static char stack[65536];
    sigaltstack(&(stack_t){ .ss_sp = stack, .ss_size = sizeof stack }, NULL);
    struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_ONSTACK };
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    sigaction(SIGILL, &action, NULL);
    sigaction(SIGTRAP, &action, NULL);
    try_accesses();
    try_instructions();
    try_calls();
    try_frames();
    return 0;
}
