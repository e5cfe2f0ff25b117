/* What a handler learns, in which order signals come, and what interrupts what. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static pid_t self, child;

static const char *who(pid_t pid) { return pid == self ? "self" : pid == child ? "child" : pid == 0 ? "nobody" : "other"; }

static void tell(int signal, siginfo_t *info, void *context)
{
    (void)context;
    printf("  signal %d code %d from %s uid %d value %d errno %d\n", signal, info->si_code, who(info->si_pid), info->si_uid, info->si_value.sival_int, info->si_errno);
}

static void tell_child(int signal, siginfo_t *info, void *context)
{
    (void)context;
    printf("  signal %d code %d from %s uid %d status %d\n", signal, info->si_code, who(info->si_pid), info->si_uid, info->si_status);
}

static void tell_address(int signal, siginfo_t *info, void *context)
{
    (void)context;
    printf("  signal %d code %d address %p\n", signal, info->si_code, info->si_addr);
    _exit(0);
}

static void nothing(int signal) { (void)signal; }

static void handle(int signal, void (*handler)(int, siginfo_t *, void *), int flags)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_flags = SA_SIGINFO | flags;
    action.sa_sigaction = handler;
    sigaction(signal, &action, NULL);
}

static void send(int signal, int value) { sigqueue(self, signal, (union sigval){ .sival_int = value }); }

static void nap(void) { usleep(60000); }

static void queues(void)
{
    sigset_t all, old;
    puts("real-time signals queue in order, others do not:");
    for (int signal = SIGRTMIN; signal < SIGRTMIN + 3; signal++)
        handle(signal, tell, 0);
    handle(SIGUSR1, tell, 0);
    handle(SIGUSR2, tell, 0);
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, &old);
    send(SIGRTMIN + 2, 1);
    send(SIGRTMIN, 2);
    send(SIGUSR2, 3);
    send(SIGUSR2, 4);
    send(SIGRTMIN, 5);
    send(SIGRTMIN + 2, 6);
    kill(self, SIGRTMIN + 1);
    raise(SIGRTMIN + 1);
    raise(SIGUSR1);
    kill(self, SIGUSR1);
    sigprocmask(SIG_SETMASK, &old, NULL);

    puts("waiting for signals:");
    sigprocmask(SIG_BLOCK, &all, &old);
    siginfo_t info;
    send(SIGRTMIN + 1, 7);
    send(SIGRTMIN, 8);
    raise(SIGUSR1);
    for (int i = 0; i < 3; i++) {
        memset(&info, 0xff, sizeof info);
        int signal = sigwaitinfo(&all, &info);
        tell(signal, &info, NULL);
    }
    struct timespec none = { 0, 0 }, some = { 0, 1000000 };
    printf("  %d %d\n", sigtimedwait(&all, &info, &none), errno == EAGAIN);
    printf("  %d %d\n", sigtimedwait(&all, &info, &some), errno == EAGAIN);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

static void raw_queue(void)
{
    siginfo_t info;
    puts("rt_sigqueueinfo:");
    memset(&info, 0, sizeof info);
    info.si_code = -10;
    info.si_pid = 4711;
    info.si_uid = 12;
    info.si_value.sival_int = 99;
    printf("  %ld\n", syscall(SYS_rt_sigqueueinfo, self, SIGUSR1, &info));
    info.si_code = -1;
    printf("  %ld\n", syscall(SYS_rt_tgsigqueueinfo, self, syscall(SYS_gettid), SIGUSR1, &info));
    info.si_code = 0;
    printf("  own, SI_USER: %ld\n", syscall(SYS_rt_sigqueueinfo, self, SIGUSR1, &info));
    pid_t parent = getppid();
    printf("  parent, SI_USER: %ld", syscall(SYS_rt_sigqueueinfo, parent, SIGUSR1, &info));
    printf(" %d\n", errno == EPERM);
    printf("  bad signal: %ld", syscall(SYS_rt_sigqueueinfo, self, 65, &info));
    printf(" %d\n", errno == EINVAL);
    printf("  bad tid: %ld", syscall(SYS_rt_tgsigqueueinfo, self, 0, SIGUSR1, &info));
    printf(" %d\n", errno == EINVAL);
    printf("  bad pointer: %ld", syscall(SYS_rt_sigqueueinfo, self, SIGUSR1, 8));
    printf(" %d\n", errno == EFAULT);
}

static void limit(void)
{
    sigset_t set, old;
    struct rlimit limit, was;
    puts("a limit of pending signals:");
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, &old);
    getrlimit(RLIMIT_SIGPENDING, &was);
    limit = was;
    limit.rlim_cur = 0;
    setrlimit(RLIMIT_SIGPENDING, &limit);
    errno = 0;
    int result = sigqueue(self, SIGRTMIN, (union sigval){ .sival_int = 1 });
    printf("  %d %d\n", result, errno == EAGAIN);
    printf("  %d\n", kill(self, SIGRTMIN));
    printf("  %d\n", kill(self, SIGUSR1));
    setrlimit(RLIMIT_SIGPENDING, &was);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

static int depth;

static void nested(int signal)
{
    int now = ++depth;
    printf("  enter %d\n", now);
    if (now < 3)
        raise(signal);
    printf("  leave %d\n", now);
}

static void flags(void)
{
    struct sigaction action, after;
    memset(&action, 0, sizeof action);
    action.sa_handler = nested;
    action.sa_flags = SA_NODEFER;
    puts("SA_NODEFER:");
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    puts("deferred:");
    depth = 1;
    action.sa_flags = 0;
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    puts("SA_RESETHAND:");
    action.sa_handler = nothing;
    action.sa_flags = SA_RESETHAND;
    sigaction(SIGUSR1, &action, NULL);
    raise(SIGUSR1);
    sigaction(SIGUSR1, NULL, &after);
    printf("  default again: %d flags %#x\n", after.sa_handler == SIG_DFL, after.sa_flags & ~0x04000000);
    puts("masks of handlers:");
    handle(SIGUSR2, tell, 0);
    action.sa_handler = nested;
    action.sa_flags = 0;
    sigaddset(&action.sa_mask, SIGUSR2);
    depth = 2;
    sigaction(SIGUSR1, &action, NULL);
    sigset_t set, old;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, &old);
    raise(SIGUSR2);
    raise(SIGUSR1);
    sigsuspend(&old);
    printf("  after sigsuspend: blocked %d %d\n", sigprocmask(SIG_SETMASK, &old, &set), sigismember(&set, SIGUSR1));
    printf("sigaction(SIGKILL): %d", sigaction(SIGKILL, &action, NULL));
    printf(" %d, query: %d\n", errno == EINVAL, sigaction(SIGKILL, NULL, &after));
}

static void children(void)
{
    int status;
    puts("SIGCHLD:");
    handle(SIGCHLD, tell_child, 0);
    if ((child = fork()) == 0) {
        nap();
        _exit(7);
    }
    while (waitpid(child, &status, 0) < 0)
        ;
    if ((child = fork()) == 0)
        for (;;)
            pause();
    nap();
    kill(child, SIGSTOP);
    waitpid(child, &status, WUNTRACED);
    nap();
    kill(child, SIGCONT);
    nap();
    kill(child, SIGKILL);
    nap();
    waitpid(child, &status, 0);
    puts("SA_NOCLDSTOP:");
    handle(SIGCHLD, tell_child, SA_NOCLDSTOP);
    if ((child = fork()) == 0)
        for (;;)
            pause();
    kill(child, SIGSTOP);
    waitpid(child, &status, WUNTRACED);
    kill(child, SIGCONT);
    nap();
    kill(child, SIGTERM);
    nap();
    waitpid(child, &status, 0);
    puts("SA_NOCLDWAIT:");
    handle(SIGCHLD, tell_child, SA_NOCLDWAIT);
    if ((child = fork()) == 0) {
        nap();
        _exit(3);
    }
    int result;
    while ((result = waitpid(child, &status, 0)) < 0 && errno == EINTR)
        ;
    printf("  wait %d %d\n", result, errno == ECHILD);
    puts("SIGCHLD ignored:");
    signal(SIGCHLD, SIG_IGN);
    if ((child = fork()) == 0)
        _exit(3);
    printf("  wait %d %d\n", waitpid(child, &status, 0), errno == ECHILD);
    signal(SIGCHLD, SIG_DFL);
}

/* A child that sends this process a signal after a while, then bytes. */
static void later(int signal, int end)
{
    if ((child = fork()) != 0)
        return;
    nap();
    kill(self, signal);
    nap();
    _exit(write(end, "xyz", 3) != 3);
}

static void interrupted_calls(void)
{
    int ends[2];
    char buffer[8];
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = nothing;
    if (pipe(ends) < 0)
        return;
    puts("read with SA_RESTART, without:");
    action.sa_flags = SA_RESTART;
    sigaction(SIGUSR1, &action, NULL);
    later(SIGUSR1, ends[1]);
    printf("  %zd\n", read(ends[0], buffer, 3));
    waitpid(child, NULL, 0);
    action.sa_flags = 0;
    sigaction(SIGUSR1, &action, NULL);
    later(SIGUSR1, ends[1]);
    errno = 0;
    ssize_t got = read(ends[0], buffer, 3);
    printf("  %zd %d\n", got, errno == EINTR);
    while (waitpid(child, NULL, 0) < 0)
        ;
    got = read(ends[0], buffer, 3);
    puts("poll, nanosleep and pause with SA_RESTART:");
    action.sa_flags = SA_RESTART;
    sigaction(SIGUSR1, &action, NULL);
    struct pollfd polled = { ends[0], POLLIN, 0 };
    later(SIGUSR1, ends[1]);
    errno = 0;
    int result = poll(&polled, 1, 10000);
    printf("  %d %d\n", result, errno == EINTR);
    waitpid(child, NULL, 0);
    got = read(ends[0], buffer, 3);
    later(SIGUSR1, ends[1]);
    struct timespec time = { 10, 0 }, left = { 0, 0 };
    errno = 0;
    result = nanosleep(&time, &left);
    printf("  %d %d left %d\n", result, errno == EINTR, left.tv_sec == 9);
    waitpid(child, NULL, 0);
    got = read(ends[0], buffer, 3);
    later(SIGUSR1, ends[1]);
    errno = 0;
    result = pause();
    printf("  %d %d\n", result, errno == EINTR);
    waitpid(child, NULL, 0);
    got = read(ends[0], buffer, 3);
}

/* Stopped and continued, sleeping calls go on as if nothing had happened. */
static void stopped_calls(void)
{
    int status, ends[2];
    puts("stopped in the middle of calls:");
    for (int call = 0; call < 6; call++) {
        if (pipe(ends) < 0)
            return;
        fflush(stdout);
        if ((child = fork()) == 0) {
            struct timespec time = { 0, 100000000 }, start, end;
            struct pollfd polled = { ends[0], POLLIN, 0 };
            fd_set set;
            int word = 0, result = -1;
            FD_ZERO(&set);
            FD_SET(ends[0], &set);
            errno = 0;
            clock_gettime(CLOCK_MONOTONIC, &start);
            if (call == 0)
                result = nanosleep(&time, NULL);
            else if (call == 1)
                result = poll(&polled, 1, 100);
            else if (call == 2)
                result = (int)syscall(SYS_futex, &word, 0, 0, &time, NULL, 0);
            else if (call == 3)
                result = select(ends[0] + 1, &set, NULL, NULL, &(struct timeval){ 0, 100000 });
            else if (call == 4)
                result = ppoll(&polled, 1, &time, NULL);
            else {
                /* This one is not restarted (signal(7)). */
                sigset_t wanted;
                sigemptyset(&wanted);
                sigaddset(&wanted, SIGUSR2);
                result = sigtimedwait(&wanted, NULL, &time);
            }
            int error = errno;
            clock_gettime(CLOCK_MONOTONIC, &end);
            long milliseconds = (end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000;
            printf("  call %d: %d %s, as long as asked for: %d\n", call, result, error ? strerror(error) : "", milliseconds >= 100);
            fflush(stdout);
            _exit(0);
        }
        nap();
        kill(child, SIGSTOP);
        waitpid(child, &status, WUNTRACED);
        nap();
        kill(child, SIGCONT);
        waitpid(child, &status, 0);
        close(ends[0]);
        close(ends[1]);
    }
}

static char *stack;

static void on_other_stack(int signal)
{
    stack_t now;
    char here;
    sigaltstack(NULL, &now);
    printf("  signal %d on the other stack: %d, flags %#x\n", signal, &here > stack && &here < stack + 65536, now.ss_flags);
    stack_t again = { .ss_sp = stack, .ss_size = 65536 };
    int result = sigaltstack(&again, NULL);
    printf("  change it: %d %d\n", result, result < 0 && errno == EPERM);
}

static void other_stacks(void)
{
    struct sigaction action;
    stack_t old;
    puts("sigaltstack:");
    stack = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    memset(&action, 0, sizeof action);
    action.sa_handler = on_other_stack;
    action.sa_flags = SA_ONSTACK;
    sigaction(SIGUSR1, &action, NULL);
    for (int round = 0; round < 2; round++) {
        stack_t new = { .ss_sp = stack, .ss_size = 65536, .ss_flags = round == 0 ? 0 : (int)0x80000000 };
        printf("  set: %d\n", sigaltstack(&new, &old));
        raise(SIGUSR1);
        sigaltstack(NULL, &old);
        printf("  afterwards: flags %#x size %zu\n", old.ss_flags, old.ss_size);
    }
    stack_t small = { .ss_sp = stack, .ss_size = 1024 }, strange = { .ss_sp = stack, .ss_size = 65536, .ss_flags = 8 };
    int result = sigaltstack(&small, NULL);
    printf("  too small: %d %d\n", result, errno == ENOMEM);
    result = sigaltstack(&strange, NULL);
    printf("  bad flags: %d %d\n", result, errno == EINVAL);
    stack_t off = { .ss_flags = SS_DISABLE };
    result = sigaltstack(&off, NULL);
    sigaltstack(NULL, &old);
    printf("  off: %d flags %#x size %zu\n", result, old.ss_flags, old.ss_size);
}

static void through_exec(char *program)
{
    sigset_t set;
    int status;
    puts("fork and exec:");
    fflush(stdout);
    signal(SIGUSR1, SIG_IGN);
    signal(SIGUSR2, nothing);
    sigemptyset(&set);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    raise(SIGHUP);
    if ((child = fork()) == 0) {
        sigpending(&set);
        printf("  forked: pending %d\n", sigismember(&set, SIGHUP));
        fflush(stdout);
        raise(SIGHUP);
        execl(program, program, "look", NULL);
        _exit(1);
    }
    waitpid(child, &status, 0);
    printf("  status %#x\n", status);
}

static void look(void)
{
    sigset_t set;
    struct sigaction one, two;
    sigpending(&set);
    sigaction(SIGUSR1, NULL, &one);
    sigaction(SIGUSR2, NULL, &two);
    printf("  executed: pending %d, ignored %d, default %d\n", sigismember(&set, SIGHUP), one.sa_handler == SIG_IGN, two.sa_handler == SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    sigprocmask(SIG_UNBLOCK, &set, NULL);
    puts("  not reached");
}

/* Exceptions whose signal is blocked or ignored end the process all the same. */
static void exceptions(void)
{
    int status;
    puts("exceptions:");
    fflush(stdout);
    for (int way = 0; way < 5; way++) {
        if ((child = fork()) == 0) {
            sigset_t set;
            sigemptyset(&set);
            sigaddset(&set, SIGSEGV);
            handle(SIGSEGV, tell_address, 0);
            setvbuf(stdout, NULL, _IONBF, 0);
            if (way == 0)
                sigprocmask(SIG_BLOCK, &set, NULL);
            if (way == 1)
                signal(SIGSEGV, SIG_IGN);
            if (way <= 2)
                *(volatile int *)0x1234 = 1;
            if (way == 3)
                *(volatile int *)0x1234567800000000 = 1;
            if (way == 4)
                asm volatile("hlt");
            _exit(1);
        }
        waitpid(child, &status, 0);
        printf("  way %d: status %#x\n", way, status & 0x7f);
        fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    struct rlimit none = { 0, 0 };
    setvbuf(stdout, NULL, _IONBF, 0);
    setrlimit(RLIMIT_CORE, &none);
    self = getpid();
    if (argc > 1) {
        look();
        return 0;
    }
    queues();
    raw_queue();
    limit();
    flags();
    children();
    interrupted_calls();
    stopped_calls();
    other_stacks();
    exceptions();
    through_exec("/proc/self/exe");
    return 0;
}
