/* RLIMIT_RTTIME: CPU time of a real-time thread without sleep; root alone may try. */
#include "show.h"
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

static volatile int exceeded;

static void on_limit(int number)
{
    (void)number;
    exceeded++;
}

static long cpu_milliseconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void spin(long milliseconds)
{
    long end = cpu_milliseconds() + milliseconds;
    while (cpu_milliseconds() < end)
        ;
}

/* Spins several times, and sleeps in between or not. */
static void run(const char *name, int policy, rlim_t soft, rlim_t hard, int times, int sleeps)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = { soft * 1000, hard * 1000 };
        struct sched_param parameters = { .sched_priority = policy == SCHED_OTHER ? 0 : 1 };
        signal(SIGXCPU, on_limit);
        if (setrlimit(RLIMIT_RTTIME, &limit) != 0 || sched_setscheduler(0, policy, &parameters) != 0)
            _exit(99);
        for (int i = 0; i < times; i++) {
            spin(40);
            if (sleeps)
                usleep(1000);
        }
        getrlimit(RLIMIT_RTTIME, &limit);
        printf("  exceeded %d times, soft limit %lu ms\n", exceeded, (unsigned long)limit.rlim_cur / 1000);
        fflush(stdout);
        _exit(0);
    }
    int status;
    waitpid(child, &status, 0);
    printf("%s: %#x\n", name, status);
}

int main(void)
{
    run("not real-time", SCHED_OTHER, 50, 80, 3, 0);
    run("below the limit", SCHED_FIFO, 200, 400, 3, 0);
    run("sleeps", SCHED_FIFO, 90, 150, 5, 1);
    run("beyond the soft limit", SCHED_FIFO, 60, 1000, 3, 0);
    run("beyond the hard limit", SCHED_RR, 60, 100, 6, 0);
    return 0;
}
