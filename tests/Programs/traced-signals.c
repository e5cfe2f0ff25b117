// Gets signals of many kinds: handled, ignored, by default; in and between system calls. Traced here and natively, they must look the same.
// A child waits until its parent does, so that their order is the same, too.
#define _GNU_SOURCE
#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int ends[2];

// Long enough that the call to be interrupted has begun.
enum { Delay = 200 * 1000 };

static void on_signal(int number)
{
    (void)number;
}

static void on_signal_with_info(int number, siginfo_t *info, void *context)
{
    (void)number;
    (void)info;
    (void)context;
    write(ends[1], "x", 1);
}

static void handle(int number, int flags)
{
    struct sigaction action = { .sa_flags = flags };
    if (flags & SA_SIGINFO) action.sa_sigaction = on_signal_with_info;
    else action.sa_handler = on_signal;
    sigaction(number, &action, 0);
}

static void interrupted_calls(void)
{
    struct itimerval once = { { 0, 0 }, { 0, Delay } };
    struct timespec moment = { 9, 0 };
    char byte;
    pipe(ends);
    handle(SIGALRM, SA_RESTART | SA_SIGINFO);
    setitimer(ITIMER_REAL, &once, 0);
    read(ends[0], &byte, 1);
    handle(SIGALRM, 0);
    setitimer(ITIMER_REAL, &once, 0);
    nanosleep(&moment, &moment);
    setitimer(ITIMER_REAL, &once, 0);
    pause();
}

static void sent_signals(void)
{
    sigset_t set;
    handle(SIGUSR1, SA_SIGINFO);
    raise(SIGUSR1);
    sigqueue(getpid(), SIGUSR1, (union sigval){ .sival_int = 7 });
    sigfillset(&set);
    sigprocmask(SIG_BLOCK, &set, 0);
    kill(getpid(), SIGUSR1);
    sigprocmask(SIG_UNBLOCK, &set, 0);
    signal(SIGINT, SIG_IGN);
    raise(SIGINT);
    raise(SIGWINCH);
}

static void in_child(void (*work)(void))
{
    pid_t child = fork();
    if (child == 0) {
        usleep(Delay);
        work();
    }
    int status;
    waitpid(child, &status, 0);
}

static void end(void) { _exit(4); }
static void touch(void) { *(volatile int *)16 = 1; }
static void divide(void) { __asm__ volatile("xorl %%ecx, %%ecx; divl %%ecx" : : : "eax", "ecx", "edx"); }
static void terminate(void) { kill(getpid(), SIGTERM); }

int main(void)
{
    interrupted_calls();
    sent_signals();
    in_child(end);
    in_child(touch);
    in_child(divide);
    in_child(terminate);
    return 6;
}
