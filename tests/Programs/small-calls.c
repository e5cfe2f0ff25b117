/* System calls that are only a few lines each; prints what they return. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void identities(void)
{
    struct utsname name;
    uname(&name);
    printf("uname: %s %s\n", name.sysname, name.machine);
    printf("own ids: %d\n", getpid() == gettid() && getpgid(0) == getpgrp() && getppid() > 0);
    printf("setpgid to a stranger's group: %d\n", setpgid(0, 30000) < 0 && errno == EPERM);
    char text[16] = "";
    prctl(PR_SET_NAME, "a name that is too long");
    prctl(PR_GET_NAME, text);
    printf("name: %s\n", text);
}

static void scheduling(void)
{
    printf("priorities: %d %d, policy %d\n", sched_get_priority_min(SCHED_FIFO), sched_get_priority_max(SCHED_FIFO), sched_getscheduler(0));
    errno = 0;
    printf("niceness: %d %d\n", getpriority(PRIO_PROCESS, 0), errno);
    printf("nobody's: %d\n", sched_getscheduler(4194303) < 0 && errno == ESRCH);
    struct rlimit limit;
    getrlimit(RLIMIT_STACK, &limit);
    printf("stack limit: %lu\n", (unsigned long)limit.rlim_cur);
}

static void waited_signals(void)
{
    sigset_t set;
    siginfo_t info;
    struct timespec moment = {0, 1000000};
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, NULL);
    printf("nothing to take: %d\n", sigtimedwait(&set, &info, &moment) < 0 && errno == EAGAIN);
    raise(SIGUSR2);
    printf("taken: %d\n", sigtimedwait(&set, &info, &moment));
    pid_t pid = fork();
    if (pid == 0) {
        usleep(1000);
        kill(getppid(), SIGUSR2);
        _exit(9);
    }
    int taken = sigwaitinfo(&set, &info);
    printf("taken after a sleep: %d, from the child: %d\n", taken, info.si_pid == pid);
    memset(&info, 0, sizeof info);
    int result = waitid(P_PID, (id_t)pid, &info, WEXITED);
    printf("waitid: %d, child: %d, code %d, status %d\n", result, info.si_pid == pid, info.si_code, info.si_status);
    printf("no child: %d\n", waitid(P_ALL, 0, &info, WEXITED) < 0 && errno == ECHILD);
}

static void memory_calls(void)
{
    unsigned char resident[4];
    volatile char *memory = mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memory[4096] = 1;
    memory[3 * 4096] = 1;
    mincore((void *)memory, 4 * 4096, resident);
    printf("resident: %d %d %d %d\n", resident[0] & 1, resident[1] & 1, resident[2] & 1, resident[3] & 1);
    munmap((void *)(memory + 4096), 4096);
    printf("hole: %d %d\n", mincore((void *)memory, 4 * 4096, resident) < 0 && errno == ENOMEM,
           madvise((void *)memory, 4 * 4096, MADV_DONTNEED) < 0 && errno == ENOMEM);
    printf("dropped: %d\n", memory[3 * 4096]);
    printf("unaligned: %d\n", munmap((void *)(memory + 1), 4096) < 0 && errno == EINVAL);
    printf("mprotect of a hole: %d\n", mprotect((void *)memory, 4 * 4096, PROT_READ) < 0 && errno == ENOMEM);
    const int anonymous = MAP_PRIVATE | MAP_ANONYMOUS;
    void *taken = mmap((void *)memory, 4096, PROT_READ, anonymous | MAP_FIXED_NOREPLACE, -1, 0);
    printf("fixed, not replacing: %d\n", taken == MAP_FAILED && errno == EEXIST);
    void *huge = mmap(NULL, 1 << 21, PROT_READ, anonymous | MAP_HUGETLB, -1, 0);
    printf("huge pages: %d\n", huge == MAP_FAILED && errno == ENOMEM);
    printf("2 MiB aligned: %d\n", ((unsigned long)mmap(NULL, 4 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) & 0x1fffff) == 0);
    void *heap = sbrk(0);
    printf("brk: %d %d\n", sbrk(100000) == heap, sbrk(-100000) == (char *)heap + 100000);
}

static void time_calls(void)
{
    struct timespec before, after, span = {0, 20000000};
    clock_gettime(CLOCK_MONOTONIC, &before);
    nanosleep(&span, NULL);
    clock_gettime(CLOCK_MONOTONIC, &after);
    long passed = (after.tv_sec - before.tv_sec) * 1000000000 + after.tv_nsec - before.tv_nsec;
    printf("slept at least as long: %d\n", passed >= 20000000);
    struct timespec wrong = {0, 1000000000};
    printf("bad time: %d\n", nanosleep(&wrong, NULL) < 0 && errno == EINVAL);
    printf("bad clock: %d\n", clock_gettime(77, &before) < 0 && errno == EINVAL);
    struct itimerval timer = {{0, 0}, {100, 0}}, old;
    setitimer(ITIMER_REAL, &timer, NULL);
    getitimer(ITIMER_REAL, &old);
    printf("timer: %d, alarm: %u\n", old.it_value.tv_sec >= 99, alarm(0));
}

int main(void)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    identities();
    scheduling();
    waited_signals();
    memory_calls();
    time_calls();
    return 0;
}
