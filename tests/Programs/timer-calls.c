/* Timers of all kinds, sleeps, and the clocks of CPU time: what is due, how often, and what is refused. */
#include "show.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <sys/times.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MILLISECOND = 1000000 };

static volatile int fired, last_signal, last_code, last_value;

static void count(int signal, siginfo_t *info, void *context)
{
    (void)context;
    fired++;
    last_signal = signal;
    last_code = info->si_code;
    last_value = info->si_value.sival_int;
}

static void handle(int signal)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    action.sa_sigaction = count;
    sigaction(signal, &action, NULL);
}

static void sleep_milliseconds(long milliseconds)
{
    struct timespec time = { milliseconds / 1000, milliseconds % 1000 * MILLISECOND };
    while (nanosleep(&time, &time) < 0)
        ;
}

static double seconds(clockid_t clock)
{
    struct timespec time;
    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void burn(double length)
{
    double end = seconds(CLOCK_PROCESS_CPUTIME_ID) + length;
    while (seconds(CLOCK_PROCESS_CPUTIME_ID) < end)
        for (volatile int i = 0; i < 10000; i++)
            ;
}

static void alarms(void)
{
    struct itimerval value, old;
    puts("alarm and setitimer:");
    handle(SIGALRM);
    printf("  alarm: %u\n", alarm(100));
    printf("  alarm: %u\n", alarm(2));
    printf("  alarm: %u\n", alarm(0));
    value = (struct itimerval){ { 0, 20000 }, { 0, 10000 } };
    printf("  set: %s\n", result(setitimer(ITIMER_REAL, &value, NULL)));
    fired = 0;
    while (fired < 3)
        pause();
    getitimer(ITIMER_REAL, &old);
    printf("  signal %d code %d, interval %ld, left within the interval: %d\n", last_signal, last_code, (long)old.it_interval.tv_usec,
           old.it_value.tv_usec > 0 && old.it_value.tv_usec <= 20000);
    value = (struct itimerval){ { 0, 0 }, { 0, 0 } };
    setitimer(ITIMER_REAL, &value, &old);
    printf("  stopped: interval %ld\n", (long)old.it_interval.tv_usec);
    fired = 0;
    sleep_milliseconds(50);
    printf("  fired %d\n", fired);
    value.it_value.tv_usec = 1000000;
    printf("  too many microseconds: %s\n", result(setitimer(ITIMER_REAL, &value, NULL)));
    printf("  no such timer: %s\n", result(syscall(SYS_setitimer, 3, &value, NULL)));
    for (int which = ITIMER_VIRTUAL; which <= ITIMER_PROF; which++) {
        int signal = which == ITIMER_VIRTUAL ? SIGVTALRM : SIGPROF;
        handle(signal);
        fired = 0;
        value = (struct itimerval){ { 0, 30000 }, { 0, 30000 } };
        setitimer(which, &value, NULL);
        sleep_milliseconds(100);
        printf("  timer %d while asleep: %d\n", which, fired);
        double start = seconds(CLOCK_PROCESS_CPUTIME_ID);
        while (fired < 2)
            for (volatile int i = 0; i < 10000; i++)
                ;
        double used = seconds(CLOCK_PROCESS_CPUTIME_ID) - start;
        printf("  timer %d while busy: signal %d code %d, in time: %d\n", which, last_signal, last_code, used > 0.04 && used < 0.2);
        value = (struct itimerval){ { 0, 0 }, { 0, 0 } };
        setitimer(which, &value, NULL);
    }
    alarm(50);
    if (fork() == 0) {
        printf("  child's alarm: %u\n", alarm(0));
        exit(0);
    }
    wait(NULL);
    alarm(0);
}

static void posix_timers(void)
{
    timer_t timer, second;
    struct sigevent event;
    struct itimerspec value, old;
    sigset_t set, before;
    puts("timer_create:");
    memset(&event, 0, sizeof event);
    event.sigev_notify = SIGEV_SIGNAL;
    event.sigev_signo = SIGRTMIN;
    event.sigev_value.sival_int = 42;
    handle(SIGRTMIN);
    printf("  create: %s\n", result(timer_create(CLOCK_MONOTONIC, &event, &timer)));
    value = (struct itimerspec){ { 0, 0 }, { 0, 10 * MILLISECOND } };
    fired = 0;
    printf("  set: %s\n", result(timer_settime(timer, 0, &value, NULL)));
    while (fired < 1)
        pause();
    printf("  signal %d code %d value %d overrun %d\n", last_signal - SIGRTMIN, last_code, last_value, timer_getoverrun(timer));
    timer_gettime(timer, &old);
    printf("  over: left %d\n", old.it_value.tv_sec != 0 || old.it_value.tv_nsec != 0);

    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &set, &before);
    value = (struct itimerspec){ { 0, 100 * MILLISECOND }, { 0, 100 * MILLISECOND } };
    timer_settime(timer, 0, &value, NULL);
    sleep_milliseconds(450);
    fired = 0;
    siginfo_t info;
    int signal = sigwaitinfo(&set, &info);
    printf("  blocked for 450 ms: signal %d overrun %d, told the same: %d\n", signal - SIGRTMIN, info.si_overrun >= 3, timer_getoverrun(timer) == info.si_overrun);
    sigprocmask(SIG_SETMASK, &before, NULL);
    timer_gettime(timer, &old);
    printf("  interval %ld, left within it: %d\n", old.it_interval.tv_nsec, old.it_value.tv_nsec > 0 && old.it_value.tv_nsec <= 100 * MILLISECOND);
    printf("  delete: %s\n", result(timer_delete(timer)));
    printf("  again: %s\n", result(timer_delete(timer)));

    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    now.tv_sec++;
    timer_create(CLOCK_REALTIME, NULL, &timer);
    value = (struct itimerspec){ { 0, 0 }, now };
    fired = 0;
    printf("  absolute: %s\n", result(timer_settime(timer, TIMER_ABSTIME, &value, NULL)));
    timer_gettime(timer, &old);
    printf("  left below a second: %d\n", old.it_value.tv_sec == 0 && old.it_value.tv_nsec > 0);
    while (fired < 1)
        pause();
    printf("  signal %d code %d\n", last_signal, last_code);
    value.it_value.tv_sec -= 100;
    fired = 0;
    timer_settime(timer, TIMER_ABSTIME, &value, NULL);
    while (fired < 1)
        pause();
    puts("  a time that has passed fires at once");
    timer_delete(timer);

    event.sigev_notify = SIGEV_NONE;
    timer_create(CLOCK_MONOTONIC, &event, &timer);
    value = (struct itimerspec){ { 0, 0 }, { 100, 0 } };
    timer_settime(timer, 0, &value, NULL);
    timer_gettime(timer, &old);
    printf("  without signal: left %d\n", old.it_value.tv_sec == 99);
    timer_delete(timer);

    event.sigev_notify = SIGEV_SIGNAL;
    timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer);
    timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &second);
    value = (struct itimerspec){ { 0, 0 }, { 0, 50 * MILLISECOND } };
    fired = 0;
    timer_settime(timer, 0, &value, NULL);
    timer_settime(second, 0, &value, NULL);
    sleep_milliseconds(100);
    printf("  on CPU time, asleep: %d\n", fired);
    burn(0.1);
    printf("  busy: %d, code %d\n", fired, last_code);
    timer_delete(timer);
    timer_delete(second);

    printf("  coarse clock: %s\n", result(syscall(SYS_timer_create, CLOCK_MONOTONIC_COARSE, &event, &timer)));
    printf("  bad clock: %s\n", result(syscall(SYS_timer_create, 77, &event, &timer)));
    event.sigev_signo = 65;
    printf("  bad signal: %s\n", result(syscall(SYS_timer_create, CLOCK_MONOTONIC, &event, &timer)));
    value.it_value.tv_nsec = 1000000000;
    printf("  no timer: %s\n", result(syscall(SYS_timer_gettime, 77, &value)));
}

static void timer_files(void)
{
    struct itimerspec value, old;
    uint64_t count;
    puts("timerfd:");
    int file = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    printf("  flags %#x %#x\n", fcntl(file, F_GETFD), fcntl(file, F_GETFL));
    value = (struct itimerspec){ { 0, 100 * MILLISECOND }, { 0, 100 * MILLISECOND } };
    printf("  set: %s\n", result(timerfd_settime(file, 0, &value, NULL)));
    struct pollfd polled = { file, POLLIN, 0 };
    printf("  poll: %d\n", poll(&polled, 1, 0));
    printf("  poll: %d\n", poll(&polled, 1, 1000));
    printf("  read: %s", result(read(file, &count, sizeof count)));
    printf(" count %d\n", count >= 1);
    sleep_milliseconds(350);
    printf("  read: %s", result(read(file, &count, sizeof count)));
    printf(" count %d\n", count >= 3);
    timerfd_gettime(file, &old);
    printf("  interval %ld, left within it: %d\n", old.it_interval.tv_nsec, old.it_value.tv_nsec > 0 && old.it_value.tv_nsec <= 100 * MILLISECOND);
    printf("  short read: %s\n", result(read(file, &count, 7)));
    printf("  write: %s\n", result(write(file, &count, 8)));
    value = (struct itimerspec){ { 0, 0 }, { 0, 0 } };
    timerfd_settime(file, 0, &value, &old);
    printf("  stopped: interval %ld\n", old.it_interval.tv_nsec);
    fcntl(file, F_SETFL, O_NONBLOCK);
    printf("  read: %s\n", result(read(file, &count, sizeof count)));
    clock_gettime(CLOCK_MONOTONIC, &value.it_value);
    printf("  absolute, passed: %s\n", result(timerfd_settime(file, TFD_TIMER_ABSTIME, &value, NULL)));
    printf("  poll: %d\n", poll(&polled, 1, 1000));
    printf("  read: %s", result(read(file, &count, sizeof count)));
    printf(" count %d\n", (int)count);
    printf("  bad clock: %s\n", result(timerfd_create(CLOCK_PROCESS_CPUTIME_ID, 0)));
    printf("  bad flags: %s\n", result(timerfd_create(CLOCK_MONOTONIC, 7)));
    printf("  not a timer: %s\n", result(timerfd_settime(1, 0, &value, NULL)));
    printf("  not open: %s\n", result(timerfd_settime(99, 0, &value, NULL)));
    close(file);
}

static void *idle(void *argument)
{
    pause();
    return argument;
}

static void clocks(void)
{
    struct timespec time, left;
    clockid_t clock;
    puts("clocks:");
    for (int id = 0; id < 13; id++) {
        /* The alarm clocks need a clock chip. */
        if (id == CLOCK_REALTIME_ALARM || id == CLOCK_BOOTTIME_ALARM)
            continue;
        int got = clock_gettime(id, &time);
        printf("  clock %d: %d\n", id, got);
    }
    printf("  boot not before monotonic: %d\n", seconds(CLOCK_BOOTTIME) >= seconds(CLOCK_MONOTONIC) - 1000);
    double process = seconds(CLOCK_PROCESS_CPUTIME_ID), thread = seconds(CLOCK_THREAD_CPUTIME_ID);
    sleep_milliseconds(200);
    printf("  asleep, CPU time stands: %d %d\n", seconds(CLOCK_PROCESS_CPUTIME_ID) - process < 0.1, seconds(CLOCK_THREAD_CPUTIME_ID) - thread < 0.1);
    burn(0.05);
    printf("  busy, it runs: %d %d\n", seconds(CLOCK_PROCESS_CPUTIME_ID) - process >= 0.05, seconds(CLOCK_THREAD_CPUTIME_ID) - thread >= 0.05);
    printf("  clock of self: %d, agrees: %d\n", clock_getcpuclockid(0, &clock), seconds(clock) >= process);
    pid_t child = fork();
    if (child == 0)
        for (;;)
            pause();
    printf("  clock of child: %d", clock_getcpuclockid(child, &clock));
    printf(", small: %d\n", seconds(clock) < 0.05);
    kill(child, SIGKILL);
    wait(NULL);
    printf("  clock of nobody: %s\n", result(clock_gettime(clock, &time)));
    pthread_t other;
    pthread_create(&other, NULL, idle, NULL);
    printf("  clock of a thread: %d", pthread_getcpuclockid(other, &clock));
    printf(", small: %d\n", seconds(clock) < 0.05);
    printf("  device clock: %s\n", result(clock_gettime((~5 << 3) | 3, &time)));

    time = (struct timespec){ 0, -1 };
    printf("  negative sleep: %s\n", result(nanosleep(&time, &left)));
    time = (struct timespec){ 0, 1000000000 };
    printf("  too many nanoseconds: %s\n", result(nanosleep(&time, &left)));
    time = (struct timespec){ 0, 10 * MILLISECOND };
    printf("  coarse: %d\n", clock_nanosleep(CLOCK_MONOTONIC_COARSE, 0, &time, NULL));
    printf("  thread's CPU: %d\n", clock_nanosleep(CLOCK_THREAD_CPUTIME_ID, 0, &time, NULL));
    printf("  no clock: %d\n", clock_nanosleep(77, 0, &time, NULL));
    printf("  boot: %d\n", clock_nanosleep(CLOCK_BOOTTIME, 0, &time, NULL));
    clock_gettime(CLOCK_MONOTONIC, &time);
    printf("  passed: %d\n", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL));
    time.tv_sec++;
    double start = seconds(CLOCK_MONOTONIC);
    printf("  absolute: %d", clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL));
    printf(", long enough: %d\n", seconds(CLOCK_MONOTONIC) - start > 0.9);
    handle(SIGALRM);
    signal(SIGALRM, SIG_IGN);
    alarm(1);
    time = (struct timespec){ 2, 0 };
    start = seconds(CLOCK_MONOTONIC);
    printf("  ignored signal: %d", clock_nanosleep(CLOCK_REALTIME, 0, &time, &left));
    printf(", long enough: %d\n", seconds(CLOCK_MONOTONIC) - start > 1.9);
}

static void usage(void)
{
    struct rusage own, children;
    struct tms ticks;
    puts("resource usage:");
    burn(0.05);
    int nothing = open("/dev/null", O_WRONLY), zero = open("/dev/zero", O_RDONLY);
    static char buffer[1 << 20];
    for (int i = 0; i < 200; i++)
        if (read(zero, buffer, sizeof buffer) < 0)
            break;
    close(nothing);
    getrusage(RUSAGE_SELF, &own);
    times(&ticks);
    printf("  user %d system %d, ticks %d %d\n", own.ru_utime.tv_sec + own.ru_utime.tv_usec > 0, own.ru_stime.tv_sec + own.ru_stime.tv_usec > 0,
           ticks.tms_utime > 0, ticks.tms_stime > 0);
    getrusage(RUSAGE_CHILDREN, &children);
    long faults = children.ru_minflt;
    if (fork() == 0) {
        burn(0.1);
        static volatile char pages[4 << 20];
        for (size_t i = 0; i < sizeof pages; i += 4096)
            pages[i] = 1;
        _exit(0);
    }
    int status;
    struct rusage waited;
    wait4(-1, &status, 0, &waited);
    getrusage(RUSAGE_CHILDREN, &children);
    times(&ticks);
    printf("  wait4: CPU %d faults %d\n", waited.ru_utime.tv_usec + waited.ru_stime.tv_usec >= 80000, waited.ru_minflt >= 1024);
    printf("  children: CPU %d faults %d ticks %d\n", children.ru_utime.tv_usec + children.ru_stime.tv_usec >= 80000, children.ru_minflt - faults >= 1024,
           ticks.tms_cutime + ticks.tms_cstime >= 8);
    getrusage(RUSAGE_THREAD, &own);
    printf("  thread: %d\n", own.ru_utime.tv_sec + own.ru_utime.tv_usec > 0);
    printf("  bad: %s\n", result(getrusage(2, &own)));

    /* A process that exceeds its CPU time. */
    pid_t child = fork();
    if (child == 0) {
        struct rlimit limit = { 1, 2 };
        setrlimit(RLIMIT_CPU, &limit);
        handle(SIGXCPU);
        fired = 0;
        while (fired < 1)
            for (volatile int i = 0; i < 10000; i++)
                ;
        printf("  SIGXCPU code %d after a second: %d\n", last_code, seconds(CLOCK_PROCESS_CPUTIME_ID) < 1.3);
        fflush(stdout);
        /* The hard limit is reached at once, where waiting for it would take another second. */
        limit.rlim_max = 1;
        setrlimit(RLIMIT_CPU, &limit);
        for (;;)
            ;
    }
    waitpid(child, &status, 0);
    printf("  ended by %d\n", WTERMSIG(status));
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    alarms();
    posix_timers();
    timer_files();
    clocks();
    usage();
    return 0;
}
