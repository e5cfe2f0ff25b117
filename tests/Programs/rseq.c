/* Restartable sequences: the C library's registration, errors, and sequences that signals and other threads interrupt. */
#define _GNU_SOURCE
#include "show.h"
#include <linux/rseq.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/rseq.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>

static struct rseq *area(void) { return (struct rseq *)((char *)__builtin_thread_pointer() + __rseq_offset); }

/* Counts in a sequence until it is interrupted; returns how far it came. */
static unsigned long spin(void)
{
    unsigned long count = 0;
    __asm__ volatile(
        ".pushsection .data\n"
        ".balign 32\n"
        "3: .long 0, 0\n"
        ".quad 1f, 2f - 1f, 4f\n"
        ".popsection\n"
        "leaq 3b(%%rip), %%rax\n"
        "movq %%rax, %[sequence]\n"
        "1: incq %[count]\n"
        "pause\n"
        "jmp 1b\n"
        "2: ud2\n"
        ".long 0x53053053\n"
        "4:\n"
        : [count] "+r"(count), [sequence] "=m"(area()->rseq_cs)
        :
        : "rax", "memory", "cc");
    return count;
}

static volatile sig_atomic_t handled;

static void on_alarm(int number) { handled = 1 + (area()->rseq_cs == 0); }

static void show_child(void (*run)(void))
{
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        run();
        _exit(0);
    }
    int status;
    waitpid(pid, &status, 0);
    printf("status %x\n", status);
}

static void bad_signature(void)
{
    static char code[64] __attribute__((aligned(32)));
    static struct rseq_cs sequence = { 0, 0, (unsigned long)0, 0, 0 };
    sequence.start_ip = (unsigned long)&spin;
    sequence.post_commit_offset = 1;
    sequence.abort_ip = (unsigned long)code + 8;
    area()->rseq_cs = (unsigned long)&sequence;
    raise(SIGALRM);
}

static void bad_pointer_in_area(void)
{
    area()->rseq_cs = 8;
    raise(SIGALRM);
}

int main(void)
{
    printf("size %u, flags %u, registered %d\n", __rseq_size >= 20, __rseq_flags, __rseq_offset != 0);
    printf("cpu %s, start %s\n", (int)area()->cpu_id >= 0 ? "known" : "unknown", area()->cpu_id_start == area()->cpu_id ? "the same" : "another");
    SHOW(syscall(SYS_rseq, area(), 32, 0, 0x53053053));
    SHOW(syscall(SYS_rseq, area(), 32, 0, 0x1234));
    SHOW(syscall(SYS_rseq, (char *)area() + 32, 32, 0, 0x53053053));
    SHOW(syscall(SYS_rseq, area(), 32, 2, 0x53053053));
    SHOW(syscall(SYS_rseq, area(), 32, 1, 0x1234));
    SHOW(syscall(SYS_rseq, (char *)area() + 32, 32, 1, 0x53053053));
    struct sigaction action = { .sa_handler = on_alarm };
    sigaction(SIGALRM, &action, NULL);
    struct itimerval time = { { 0 }, { 0, 20000 } };
    setitimer(ITIMER_REAL, &time, NULL);
    while (handled == 0)
        spin();
    printf("a signal aborts\n");
    printf("handled %d\n", handled);
    /* Another process on the same CPU. */
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(sched_getcpu(), &cpus);
    sched_setaffinity(0, sizeof cpus, &cpus);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        for (;;)
            ;
    printf("another process aborts: %d\n", spin() > 0);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    show_child(bad_signature);
    show_child(bad_pointer_in_area);
    SHOW(syscall(SYS_rseq, area(), 32, 1, 0x53053053));
    printf("cpu %d\n", (int)area()->cpu_id);
    SHOW(syscall(SYS_rseq, area(), 32, 1, 0x53053053));
    SHOW(syscall(SYS_rseq, area(), 31, 0, 0x53053053));
    SHOW(syscall(SYS_rseq, (char *)area() + 4, 32, 0, 0x53053053));
    SHOW(syscall(SYS_rseq, area(), 32, 0, 0x53053053));
    return 0;
}
