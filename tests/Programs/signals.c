/* Signals in all their ways: handlers, masks, alarms, exceptions, stops; prints what a Linux program sees. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static volatile sig_atomic_t last_signal;
static volatile double scratch;

/* Uses SSE registers, which must come back unharmed. */
static void note(int signal)
{
    last_signal = signal;
    double product = 3.5;
    for (int i = 0; i < 10; i++)
        product *= 1.5;
    scratch = product;
}

/* Skips the two-byte instruction that faulted; int3 has been executed already. */
static void skip(int signal, siginfo_t *info, void *context)
{
    greg_t *registers = ((ucontext_t *)context)->uc_mcontext.gregs;
    printf("signal %d, code %d, error %lld, trap %lld, at the instruction: %d\n", signal, info->si_code, registers[REG_ERR], registers[REG_TRAPNO],
           info->si_addr == (void *)registers[REG_RIP]);
    if (signal != SIGTRAP)
        registers[REG_RIP] += 2;
}

static void handle(int signal, void (*handler)(int, siginfo_t *, void *))
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_flags = SA_SIGINFO;
    action.sa_sigaction = handler;
    sigaction(signal, &action, NULL);
}

static void handlers_and_masks(void)
{
    double kept = 1.25;
    signal(SIGUSR1, note);
    raise(SIGUSR1);
    printf("handler saw %d, floating point kept: %d\n", last_signal, kept * 2 == 2.5);

    sigset_t set, old, pending;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, &old);
    last_signal = 0;
    raise(SIGUSR1);
    sigpending(&pending);
    printf("blocked: handler saw %d, pending: %d\n", last_signal, sigismember(&pending, SIGUSR1));
    sigprocmask(SIG_SETMASK, &old, NULL);
    printf("unblocked: handler saw %d\n", last_signal);
}

static void interrupted_sleep(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = note;
    sigaction(SIGALRM, &action, NULL);
    struct timespec time = {60, 0}, left = {0, 0};
    alarm(1);
    int result = nanosleep(&time, &left);
    printf("sleep: %d, EINTR: %d, time left: %d, handler saw %d\n", result, errno == EINTR, left.tv_sec > 0 && left.tv_sec < 60, last_signal);
}

static void exceptions(void)
{
    handle(SIGILL, skip);
    handle(SIGFPE, skip);
    handle(SIGTRAP, skip);
    asm volatile("ud2");
    asm volatile("xor %%ecx, %%ecx; mov $1, %%eax; cltd; idivl %%ecx" ::: "eax", "ecx", "edx");
    asm volatile("int3");
}

static void stop_and_continue(void)
{
    int status;
    pid_t pid = fork();
    if (pid == 0)
        for (;;)
            pause();
    kill(pid, SIGSTOP);
    waitpid(pid, &status, WUNTRACED);
    printf("stopped: %d by %d\n", WIFSTOPPED(status), WSTOPSIG(status));
    kill(pid, SIGCONT);
    waitpid(pid, &status, WCONTINUED);
    printf("continued: %d\n", WIFCONTINUED(status));
    kill(pid, SIGTERM);
    waitpid(pid, &status, 0);
    printf("ended by %d\n", WTERMSIG(status));

    pid = fork();
    if (pid == 0)
        for (;;)
            ;
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    printf("busy loop ended by %d\n", WTERMSIG(status));
}

static void bad_pointers(void)
{
    printf("write: EFAULT %d\n", write(1, (void *)8, 4) < 0 && errno == EFAULT);
    printf("kernel address: EFAULT %d\n", write(1, (void *)0xffff888000000000, 4) < 0 && errno == EFAULT);
    printf("sigaction: EFAULT %d\n", sigpending((sigset_t *)16) < 0 && errno == EFAULT);
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    handlers_and_masks();
    interrupted_sleep();
    exceptions();
    stop_and_continue();
    bad_pointers();
    kill(getpid(), SIGTERM);
    return 0;
}
