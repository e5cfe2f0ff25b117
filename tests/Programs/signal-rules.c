/* What signals do: handler flags, alternate stacks, children's states, waiting, stopping, parents that end, threads and exec. */
#define _GNU_SOURCE
#include "show.h"
#include <linux/futex.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#ifndef SS_AUTODISARM
#define SS_AUTODISARM (1u << 31)
#endif

static volatile int depth, deepest, handled;
static volatile siginfo_t last;
static volatile int on_alternate;
static char *alternate;

static void set(int number, void (*handler)(int, siginfo_t *, void *), int flags, int blocked)
{
    struct sigaction action = { .sa_sigaction = handler, .sa_flags = flags | SA_SIGINFO };
    if (blocked)
        sigaddset(&action.sa_mask, blocked);
    sigaction(number, &action, NULL);
}

static void set_plain(int number, void (*handler)(int))
{
    struct sigaction action = { .sa_handler = handler };
    sigaction(number, &action, NULL);
}

static void nest(int number, siginfo_t *info, void *context)
{
    handled++;
    if (++depth > deepest)
        deepest = depth;
    if (handled < 3)
        raise(number);
    depth--;
}

static void note(int number, siginfo_t *info, void *context)
{
    char here;
    stack_t stack;
    handled++;
    last = *info;
    on_alternate = &here >= alternate && &here < alternate + 65536;
    sigaltstack(NULL, &stack);
    printf("  handler %d: code %d alternate %d flags %x\n", number, info->si_code, on_alternate, stack.ss_flags & ~SS_AUTODISARM);
}

static void flags(void)
{
    static const int tables[] = { 0, SA_NODEFER, SA_RESETHAND, SA_NODEFER | SA_RESETHAND };
    for (int index = 0; index < 4; index++) {
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0) {
            depth = deepest = handled = 0;
            set(SIGUSR1, nest, tables[index], 0);
            raise(SIGUSR1);
            struct sigaction now;
            sigaction(SIGUSR1, NULL, &now);
            printf("flags %x: handled %d deepest %d, then %s\n", tables[index], handled, deepest, now.sa_handler == SIG_DFL ? "default" : "a handler");
            fflush(stdout);
            _exit(0);
        }
        int status;
        waitpid(pid, &status, 0);
        printf("status %x\n", status);
    }
    /* A mask that blocks another signal while the handler runs. */
    handled = 0;
    set(SIGUSR2, note, 0, 0);
    set(SIGUSR1, note, 0, SIGUSR2);
    sigset_t both, old;
    sigemptyset(&both);
    sigaddset(&both, SIGUSR1);
    sigaddset(&both, SIGUSR2);
    sigprocmask(SIG_BLOCK, &both, &old);
    raise(SIGUSR2);
    raise(SIGUSR1);
    sigprocmask(SIG_SETMASK, &old, NULL);
}

static void stacks(void)
{
    stack_t stack = { .ss_sp = alternate, .ss_size = 65536 }, old;
    SHOW(sigaltstack(&(stack_t){ .ss_sp = alternate, .ss_size = 100 }, NULL));
    SHOW(sigaltstack(&(stack_t){ .ss_sp = alternate, .ss_size = 65536, .ss_flags = 8 }, NULL));
    SHOW(sigaltstack(&stack, NULL));
    set(SIGUSR1, note, SA_ONSTACK, 0);
    raise(SIGUSR1);
    set(SIGUSR1, note, 0, 0);
    raise(SIGUSR1);
    stack.ss_flags = (int)SS_AUTODISARM;
    SHOW(sigaltstack(&stack, &old));
    printf("old flags %x\n", old.ss_flags);
    set(SIGUSR1, note, SA_ONSTACK, 0);
    raise(SIGUSR1);
    SHOW(sigaltstack(NULL, &old));
    printf("flags %x\n", old.ss_flags);
    raise(SIGUSR1);
    stack.ss_flags = SS_DISABLE;
    SHOW(sigaltstack(&stack, NULL));
    raise(SIGUSR1);
}

static void show_info(const char *what, const siginfo_t *info)
{
    printf("%s: signal %d code %d status %d\n", what, info->si_signo, info->si_code, info->si_status);
}

static void children(void)
{
    siginfo_t info;
    sigset_t child_set;
    sigemptyset(&child_set);
    sigaddset(&child_set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &child_set, NULL);
    set_plain(SIGCHLD, SIG_DFL);
    set(SIGCHLD, note, 0, 0);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0)
        for (;;)
            pause();
    kill(pid, SIGSTOP);
    sigwaitinfo(&child_set, &info);
    show_info("stopped", &info);
    memset(&info, 0, sizeof info);
    SHOW(waitid(P_ALL, 0, &info, WEXITED | WNOHANG));
    printf("pid %d\n", info.si_pid);
    SHOW(waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOWAIT));
    show_info("kept", &info);
    SHOW(waitid(P_PGID, (id_t)getpgrp(), &info, WSTOPPED));
    show_info("group", &info);
    SHOW(waitid(P_PID, (id_t)pid, &info, WSTOPPED | WNOHANG) + info.si_pid * 0);
    kill(pid, SIGCONT);
    sigwaitinfo(&child_set, &info);
    show_info("continued", &info);
    SHOW(waitid(P_PGID, 0, &info, WCONTINUED | WNOWAIT));
    SHOW(waitid(P_ALL, 0, &info, WCONTINUED));
    show_info("continued", &info);
    kill(pid, SIGTERM);
    sigwaitinfo(&child_set, &info);
    show_info("killed", &info);
    int status;
    SHOW(waitpid(pid, &status, 0) == pid);
    printf("status %x\n", status);
    SHOW(waitpid(pid, &status, 0));
    SHOW(waitid(P_PGID, 999999, &info, WEXITED));
    SHOW(waitid(9, 0, &info, WEXITED));
    SHOW(waitid(P_ALL, 0, &info, 0));
    SHOW(waitpid(-1, &status, 0x40));
    /* No signal for stops, none at all and no zombie. */
    set(SIGCHLD, note, SA_NOCLDSTOP, 0);
    pid = fork();
    if (pid == 0)
        for (;;)
            pause();
    kill(pid, SIGSTOP);
    SHOW(waitpid(pid, &status, WUNTRACED) == pid);
    SHOW(sigtimedwait(&child_set, &info, &(struct timespec){ 0, 10000000 }));
    kill(pid, SIGKILL);
    SHOW(sigtimedwait(&child_set, &info, &(struct timespec){ 10, 0 }));
    show_info("killed", &info);
    waitpid(pid, NULL, 0);
    set(SIGCHLD, note, SA_NOCLDWAIT, 0);
    pid = fork();
    if (pid == 0)
        _exit(3);
    SHOW(waitpid(pid, &status, 0));
    SHOW(sigtimedwait(&child_set, &info, &(struct timespec){ 0, 10000000 }));
    set_plain(SIGCHLD, SIG_IGN);
    pid = fork();
    if (pid == 0)
        _exit(3);
    SHOW(waitpid(-1, &status, 0));
    set_plain(SIGCHLD, SIG_DFL);
    sigprocmask(SIG_UNBLOCK, &child_set, NULL);
    printf("rlimit core: status of SIGABRT without a dump: ");
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
        abort();
    }
    waitpid(pid, &status, 0);
    printf("%x\n", status);
}

static void sleeps(void)
{
    /* Calls that go on after a stop as if nothing had been. */
    for (int kind = 0; kind < 5; kind++) {
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0) {
            struct timespec start, end, wanted = { 0, 100000000 };
            static unsigned word;
            long value = 0;
            clock_gettime(CLOCK_MONOTONIC, &start);
            errno = 0;
            if (kind == 0) value = nanosleep(&wanted, NULL);
            if (kind == 1) value = poll(NULL, 0, 100);
            if (kind == 2) value = syscall(SYS_futex, &word, FUTEX_WAIT, 0, &wanted, NULL, 0);
            if (kind == 3) value = clock_nanosleep(CLOCK_MONOTONIC, 0, &wanted, NULL);
            if (kind == 4) value = select(0, NULL, NULL, NULL, &(struct timeval){ 0, 100000 });
            const char *text = result(value);
            clock_gettime(CLOCK_MONOTONIC, &end);
            long took = (end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000;
            printf("kind %d: %s, long enough %d\n", kind, text, took >= 99);
            fflush(stdout);
            _exit(0);
        }
        usleep(30000);
        kill(pid, SIGSTOP);
        waitpid(pid, NULL, WUNTRACED);
        usleep(10000);
        kill(pid, SIGCONT);
        waitpid(pid, NULL, 0);
    }
    /* With a handler: interrupted, or made again where the flag says so and the call may. */
    for (int restart = 0; restart < 2; restart++) {
        handled = 0;
        set(SIGALRM, nest, restart ? SA_RESTART : 0, 0);
        struct itimerval once = { { 0 }, { 0, 20000 } };
        struct timespec wanted = { 0, 60000000 };
        handled = 10;
        setitimer(ITIMER_REAL, &once, NULL);
        printf("nanosleep %s\n", result(nanosleep(&wanted, NULL)));
        setitimer(ITIMER_REAL, &once, NULL);
        printf("poll %s\n", result(poll(NULL, 0, 60)));
        int ends[2];
        char byte;
        (void)!pipe(ends);
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0) {
            usleep(80000);
            (void)!write(ends[1], "x", 1);
            _exit(0);
        }
        setitimer(ITIMER_REAL, &once, NULL);
        printf("read %s\n", result(read(ends[0], &byte, 1)));
        setitimer(ITIMER_REAL, &once, NULL);
        int status;
        pid_t other = fork();
        if (other == 0) {
            usleep(80000);
            _exit(0);
        }
        printf("waitpid %s\n", result(waitpid(other, &status, 0) > 0 ? 1 : -1));
        setitimer(ITIMER_REAL, &(struct itimerval){ { 0 }, { 0, 0 } }, NULL);
        while (waitpid(-1, NULL, 0) > 0 || errno == EINTR)
            ;
        close(ends[0]);
        close(ends[1]);
    }
}

static void waiting(void)
{
    sigset_t set;
    siginfo_t info;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN + 1);
    sigaddset(&set, SIGRTMIN);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    SHOW(sigtimedwait(&set, &info, &(struct timespec){ 0, 0 }));
    SHOW(sigtimedwait(&set, &info, &(struct timespec){ 0, 2000000000 }));
    SHOW(sigtimedwait(&set, &info, &(struct timespec){ -1, 0 }));
    sigqueue(getpid(), SIGRTMIN + 1, (union sigval){ .sival_int = 1 });
    sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = 2 });
    sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = 3 });
    kill(getpid(), SIGUSR1);
    kill(getpid(), SIGUSR1);
    for (int index = 0; index < 5; index++) {
        int number = sigtimedwait(&set, &info, &(struct timespec){ 0, 0 });
        printf("took %d code %d value %d\n", number < 0 ? number : number >= SIGRTMIN ? number - SIGRTMIN + 100 : number, number < 0 ? 0 : info.si_code,
            number < SIGRTMIN ? 0 : info.si_value.sival_int);
    }
    SHOW(syscall(SYS_tgkill, getpid(), getpid(), 0));
    SHOW(syscall(SYS_tgkill, getpid(), 999999, 0));
    SHOW(syscall(SYS_tgkill, getpid(), 0, 0));
    SHOW(syscall(SYS_tgkill, -1, getpid(), 0));
    SHOW(syscall(SYS_tgkill, 0, getpid(), 0));
    SHOW(syscall(SYS_tgkill, getppid(), getpid(), 0));
    SHOW(syscall(SYS_tgkill, getpid(), getpid(), 65));
    SHOW(syscall(SYS_tkill, -1, 0));
    SHOW(syscall(SYS_tkill, 999999, 0));
    SHOW(syscall(SYS_rt_sigqueueinfo, getppid(), 0, &(siginfo_t){ .si_code = SI_USER }));
    SHOW(syscall(SYS_rt_sigqueueinfo, getppid(), 0, &(siginfo_t){ .si_code = SI_QUEUE }));
    SHOW(kill(999999, 0));
    SHOW(kill(-999999, 0));
    SHOW(kill(0, 65));
    SHOW(sigaction(SIGKILL, &(struct sigaction){ .sa_handler = SIG_IGN }, NULL));
    SHOW(sigaction(65, NULL, NULL));
}

static void *exec_self(void *unused)
{
    execl("/proc/self/exe", "signal-rules", "told", NULL);
    return NULL;
}

static void *wait_for_ever(void *unused)
{
    for (;;)
        pause();
    return NULL;
}

static void *spin_for_ever(void *unused)
{
    for (;;)
        ;
    return NULL;
}

static void *end_group(void *unused) { exit(5); }

static void threads(void)
{
    int status;
    for (int kind = 0; kind < 4; kind++) {
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0) {
            pthread_t thread;
            for (int index = 0; index < 10; index++)
                pthread_create(&thread, NULL, index & 1 ? wait_for_ever : spin_for_ever, NULL);
            if (kind == 0)
                exec_self(NULL);
            pthread_create(&thread, NULL, kind == 1 ? exec_self : end_group, NULL);
            if (kind == 3)
                pthread_exit(NULL);
            for (;;)
                pause();
        }
        waitpid(pid, &status, 0);
        printf("threads %d: status %x\n", kind, status);
    }
}

static volatile int stage;

static void parents(void)
{
    int ends[2];
    char byte = 0;
    int status;
    (void)!pipe(ends);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        /* The grandchild gets a signal when the child ends, and a new parent. */
        pid_t middle = getpid();
        if (fork() == 0) {
            prctl(PR_SET_PDEATHSIG, SIGUSR1);
            int number = 0;
            prctl(PR_GET_PDEATHSIG, &number);
            sigset_t set;
            siginfo_t info;
            sigemptyset(&set);
            sigaddset(&set, SIGUSR1);
            sigprocmask(SIG_BLOCK, &set, NULL);
            (void)!write(ends[1], "r", 1);
            int taken = sigwaitinfo(&set, &info);
            printf("parent died: %d, asked for %d, code %d, parent is another %d\n", taken, number, info.si_code, getppid() != middle);
            fflush(stdout);
            (void)!write(ends[1], "x", 1);
            _exit(9);
        }
        (void)!read(ends[0], &byte, 1);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    (void)!read(ends[0], &byte, 1);
    SHOW(waitpid(-1, &status, 0));
    /* A subreaper takes orphans. */
    SHOW(prctl(PR_SET_CHILD_SUBREAPER, 1));
    int is = 0;
    prctl(PR_GET_CHILD_SUBREAPER, &is);
    printf("subreaper %d\n", is);
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        is = 7;
        prctl(PR_GET_CHILD_SUBREAPER, &is);
        printf("inherited %d\n", is);
        fflush(stdout);
        if (fork() == 0) {
            usleep(20000);
            _exit(11);
        }
        _exit(0);
    }
    waitpid(pid, &status, 0);
    SHOW(waitpid(-1, &status, 0) > 0);
    printf("orphan's status %x\n", status);
    prctl(PR_SET_CHILD_SUBREAPER, 0);
    /* vfork: the child runs first, in the parent's memory. */
    stage = 0;
    pid = vfork();
    if (pid == 0) {
        stage = 1;
        usleep(20000);
        stage = 2;
        _exit(4);
    }
    printf("vfork: stage %d\n", stage);
    waitpid(pid, &status, 0);
    printf("status %x\n", status);
    /* A pipe without readers. */
    close(ends[0]);
    set_plain(SIGPIPE, SIG_IGN);
    SHOW(write(ends[1], "x", 1));
    set_plain(SIGPIPE, SIG_DFL);
    fflush(stdout);
    pid = fork();
    if (pid == 0) {
        (void)!write(ends[1], "x", 1);
        _exit(0);
    }
    waitpid(pid, &status, 0);
    printf("status %x\n", status);
}

int main(int count, char **arguments)
{
    if (count > 1) {
        printf("told: one thread\n");
        return 6;
    }
    setrlimit(RLIMIT_CORE, &(struct rlimit){ 0, 0 });
    alternate = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    static void (*const parts[])(void) = { flags, stacks, children, sleeps, waiting, threads, parents };
    for (unsigned index = 0; index < sizeof parts / sizeof *parts; index++) {
        printf("== part %u\n", index);
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0) {
            parts[index]();
            fflush(stdout);
            _exit(0);
        }
        int status;
        waitpid(pid, &status, 0);
        printf("part ended %x\n", status);
    }
    return 0;
}
