/* Threads as the C libraries make them: futexes of all kinds, robust lists, thread ids, and how threads and their process end. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MILLISECOND = 1000000 };

static const char *result(long value)
{
    static char text[4][64];
    static int next;
    char *here = text[next++ % 4];
    snprintf(here, 64, value < 0 ? "%ld %s" : "%ld", value, strerror(errno));
    return here;
}

static long futex(volatile int *word, int operation, int value, const void *time, volatile int *other, int more)
{
    return syscall(SYS_futex, word, operation, value, time, other, more);
}

static void nap(void) { usleep(50000); }

static void after(struct timespec *time, clockid_t clock, long nanoseconds)
{
    clock_gettime(clock, time);
    time->tv_nsec += nanoseconds;
    time->tv_sec += time->tv_nsec / 1000000000;
    time->tv_nsec %= 1000000000;
}

static volatile int word, other_word, stage, woken_in[16];
static atomic_int woken;
static int sleeper_bits = -1;
static volatile int sleeper_tid;

/* Waits until a thread of this process sleeps. */
static void await_sleep(volatile int *tid)
{
    char name[64], text[256];
    while (*tid == 0)
        usleep(1000);
    snprintf(name, sizeof name, "/proc/self/task/%d/stat", *tid);
    for (;;) {
        int file = open(name, O_RDONLY);
        ssize_t length = file < 0 ? 0 : read(file, text, sizeof text - 1);
        close(file);
        text[length > 0 ? length : 0] = 0;
        char *state = strrchr(text, ')');
        if (state == NULL || state[2] == 'S')
            return;
        usleep(1000);
    }
}

static void *sleeper(void *argument)
{
    long number = (long)argument;
    sleeper_tid = (int)syscall(SYS_gettid);
    long got = futex(&word, sleeper_bits == -1 ? FUTEX_WAIT_PRIVATE : FUTEX_WAIT_BITSET_PRIVATE, 0, NULL, NULL, sleeper_bits == -1 ? 0 : 1 << number);
    woken_in[number] = got == 0 ? stage : -1;
    woken++;
    return NULL;
}

/* So many threads have been woken since the start; the next ones are another stage's. */
static void settle(int count)
{
    while (woken < count)
        usleep(1000);
    stage++;
}

static void start(pthread_t *threads, int count)
{
    stage = 1;
    woken = 0;
    for (long i = 0; i < count; i++) {
        sleeper_tid = 0;
        pthread_create(&threads[i], NULL, sleeper, (void *)i);
        await_sleep(&sleeper_tid);
    }
}

static void finish(pthread_t *threads, int count)
{
    for (int i = 0; i < count; i++)
        pthread_join(threads[i], NULL);
    printf("  woken by call:");
    for (int i = 0; i < count; i++)
        printf(" %d", woken_in[i]);
    puts("");
}

static void futexes(void)
{
    pthread_t threads[4];
    struct timespec time = { 0, 10 * MILLISECOND };
    puts("futexes:");
    printf("  value differs: %s\n", result(futex(&word, FUTEX_WAIT, 1, NULL, NULL, 0)));
    printf("  time-out: %s\n", result(futex(&word, FUTEX_WAIT, 0, &time, NULL, 0)));
    after(&time, CLOCK_MONOTONIC, 10 * MILLISECOND);
    printf("  absolute: %s\n", result(futex(&word, FUTEX_WAIT_BITSET, 0, &time, NULL, 1)));
    after(&time, CLOCK_REALTIME, 10 * MILLISECOND);
    printf("  of day: %s\n", result(futex(&word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 0, &time, NULL, 1)));
    printf("  passed: %s\n", result(futex(&word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 0, &time, NULL, 1)));
    printf("  no bits: %s\n", result(futex(&word, FUTEX_WAIT_BITSET, 0, NULL, NULL, 0)));
    printf("  no bits to wake: %s\n", result(futex(&word, FUTEX_WAKE_BITSET, 1, NULL, NULL, 0)));
    printf("  odd address: %s\n", result(futex((int *)((char *)&word + 1), FUTEX_WAIT, 0, NULL, NULL, 0)));
    printf("  bad address: %s\n", result(futex((int *)16, FUTEX_WAIT, 0, NULL, NULL, 0)));
    printf("  shared wake, bad address: %s\n", result(futex((int *)16, FUTEX_WAKE, 1, NULL, NULL, 0)));
    time = (struct timespec){ 0, -1 };
    printf("  bad time: %s\n", result(futex(&word, FUTEX_WAIT, 0, &time, NULL, 0)));
    printf("  unknown operation: %s\n", result(futex(&word, 99, 0, NULL, NULL, 0)));
    printf("  wake with a clock: %s\n", result(futex(&word, FUTEX_WAKE | FUTEX_CLOCK_REALTIME, 0, NULL, NULL, 0)));

    start(threads, 4);
    printf("  wake 1: %s\n", result(futex(&word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0)));
    settle(1);
    printf("  move 2: %s\n", result(futex(&word, FUTEX_CMP_REQUEUE_PRIVATE, 0, (void *)2, &other_word, 0)));
    printf("  value differs: %s\n", result(futex(&word, FUTEX_CMP_REQUEUE_PRIVATE, 0, (void *)2, &other_word, 1)));
    printf("  wake here: %s\n", result(futex(&word, FUTEX_WAKE_PRIVATE, 9, NULL, NULL, 0)));
    settle(2);
    printf("  wake there: %s\n", result(futex(&other_word, FUTEX_WAKE_PRIVATE, 9, NULL, NULL, 0)));
    finish(threads, 4);

    start(threads, 3);
    printf("  requeue, wake 1 move the rest: %s\n", result(futex(&word, FUTEX_REQUEUE_PRIVATE, 1, (void *)9, &other_word, 0)));
    settle(1);
    printf("  wake there: %s\n", result(futex(&other_word, FUTEX_WAKE_PRIVATE, 9, NULL, NULL, 0)));
    finish(threads, 3);

    sleeper_bits = 0;
    start(threads, 4);
    printf("  wake bit 2: %s\n", result(futex(&word, FUTEX_WAKE_BITSET_PRIVATE, 9, NULL, NULL, 1 << 2)));
    settle(1);
    printf("  wake bits 0 and 3: %s\n", result(futex(&word, FUTEX_WAKE_BITSET_PRIVATE, 9, NULL, NULL, 9)));
    settle(3);
    printf("  wake any: %s\n", result(futex(&word, FUTEX_WAKE_PRIVATE, 9, NULL, NULL, 0)));
    finish(threads, 4);
    sleeper_bits = -1;

    start(threads, 2);
    other_word = 5;
    printf("  wake and add: %s", result(futex(&other_word, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, &word, FUTEX_OP(FUTEX_OP_ADD, 7, FUTEX_OP_CMP_EQ, 0))));
    printf(", word %d\n", word);
    word = 0;
    printf("  compare fails: %s", result(futex(&other_word, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, &word, FUTEX_OP(FUTEX_OP_OR, 6, FUTEX_OP_CMP_GT, 3))));
    printf(", word %d\n", word);
    word = 0xff;
    printf("  and-not, shifted: %s", result(futex(&other_word, FUTEX_WAKE_OP_PRIVATE, 1, (void *)0, &word, FUTEX_OP((FUTEX_OP_ANDN | FUTEX_OP_OPARG_SHIFT), 4, FUTEX_OP_CMP_LT, 3))));
    printf(", word %#x\n", word);
    printf("  exclusive or: %s", result(futex(&other_word, FUTEX_WAKE_OP_PRIVATE, 1, (void *)0, &word, FUTEX_OP(FUTEX_OP_XOR, 15, FUTEX_OP_CMP_NE, 0xef))));
    printf(", word %#x\n", word);
    printf("  set: %s", result(futex(&other_word, FUTEX_WAKE_OP_PRIVATE, 1, (void *)1, &word, FUTEX_OP(FUTEX_OP_SET, 0, FUTEX_OP_CMP_GE, 1))));
    printf(", word %d\n", word);
    finish(threads, 2);
}

static void shared_futexes(void)
{
    puts("futexes in shared memory:");
    volatile int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    volatile int *private = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    *private = 0;
    fflush(stdout);
    for (int way = 0; way < 3; way++) {
        pid_t child = fork();
        struct timespec time = { way == 0 ? 10 : 0, way == 0 ? 0 : 200 * MILLISECOND };
        if (child == 0) {
            long got = futex(way == 2 ? private : shared, way == 1 ? FUTEX_WAIT_PRIVATE : FUTEX_WAIT, 0, &time, NULL, 0);
            printf("  child: %s\n", result(got));
            fflush(stdout);
            _exit(0);
        }
        long count;
        do {
            nap();
            count = futex(way == 2 ? private : shared, way == 1 ? FUTEX_WAKE_PRIVATE : FUTEX_WAKE, 1, NULL, NULL, 0);
        } while (way == 0 && count == 0);
        wait(NULL);
        printf("  parent woke %ld\n", count);
        fflush(stdout);
    }
}

static pthread_mutex_t *robust;

/* In the same shared page: a child has the lock. */
static volatile int *is_taken;

static void *owner(void *argument)
{
    pthread_mutex_lock(robust);
    return argument;
}

static void robust_mutexes(char *program)
{
    pthread_mutexattr_t attributes;
    pthread_t thread;
    puts("robust mutexes:");
    robust = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    is_taken = (volatile int *)((char *)robust + 2048);
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    pthread_mutex_init(robust, &attributes);
    pthread_create(&thread, NULL, owner, NULL);
    pthread_join(thread, NULL);
    int got = pthread_mutex_lock(robust);
    printf("  owner's thread ended: %s\n", strerror(got));
    pthread_mutex_consistent(robust);
    pthread_mutex_unlock(robust);
    fflush(stdout);
    for (int way = 0; way < 3; way++) {
        pid_t child = fork();
        if (child == 0) {
            pthread_mutex_lock(robust);
            *is_taken = 1;
            nap();
            if (way == 0)
                _exit(0);
            if (way == 1)
                kill(getpid(), SIGKILL);
            execl(program, program, "nothing", NULL);
        }
        while (!*is_taken)
            usleep(1000);
        *is_taken = 0;
        got = pthread_mutex_lock(robust);
        printf("  owner's process ended, way %d: %s\n", way, strerror(got));
        pthread_mutex_consistent(robust);
        pthread_mutex_unlock(robust);
        wait(NULL);
    }
    got = pthread_mutex_trylock(robust);
    printf("  afterwards: %d\n", got);
    pthread_mutex_unlock(robust);
    struct robust_list_head *head;
    size_t length;
    printf("  get_robust_list: %s", result(syscall(SYS_get_robust_list, 0, &head, &length)));
    printf(" length %zu\n", length);
    printf("  of nobody: %s\n", result(syscall(SYS_get_robust_list, 99999, &head, &length)));
    printf("  bad length: %s\n", result(syscall(SYS_set_robust_list, head, 23)));
}

static volatile int child_tid, parent_tid, seen_tid;
static char child_stack[65536] __attribute__((aligned(16)));

static int raw_thread(void *argument)
{
    seen_tid = (int)syscall(SYS_gettid);
    syscall(SYS_exit, 0);
    return argument != NULL;
}

static void raw_clone(void)
{
    puts("clone:");
    int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
    child_tid = 77;
    int tid = clone(raw_thread, child_stack + sizeof child_stack, flags, NULL, &parent_tid, NULL, &child_tid);
    struct timespec time = { 1, 0 };
    while (child_tid == 77 && futex(&child_tid, FUTEX_WAIT, 77, &time, NULL, 0) == 0)
        ;
    printf("  ids agree: %d %d, cleared: %d\n", tid == parent_tid, tid == seen_tid, child_tid);
    printf("  thread without signals: %s\n", result(clone(raw_thread, child_stack + sizeof child_stack, CLONE_VM | CLONE_THREAD, NULL)));
    printf("  signals without memory: %s\n", result(clone(raw_thread, child_stack + sizeof child_stack, CLONE_SIGHAND, NULL)));
    struct { uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls; } arguments;
    memset(&arguments, 0, sizeof arguments);
    arguments.exit_signal = SIGCHLD;
    fflush(stdout);
    long pid = syscall(SYS_clone3, &arguments, sizeof arguments);
    if (pid == 0)
        _exit(5);
    int status;
    if (pid > 0 && waitpid((pid_t)pid, &status, 0) == pid)
        printf("  clone3: status %d\n", WEXITSTATUS(status));
    arguments.exit_signal = 65;
    printf("  bad signal: %s\n", result(syscall(SYS_clone3, &arguments, sizeof arguments)));
    arguments.exit_signal = 0;
    printf("  too short: %s\n", result(syscall(SYS_clone3, &arguments, 32)));
    arguments.stack_size = 100;
    printf("  stack without address: %s\n", result(syscall(SYS_clone3, &arguments, sizeof arguments)));
    struct { uint64_t words[20]; } longer;
    memset(&longer, 0, sizeof longer);
    longer.words[19] = 1;
    printf("  too long: %s\n", result(syscall(SYS_clone3, &longer, sizeof longer)));

    /* A child with another exit signal is waited for only when asked. */
    pid = syscall(SYS_clone, 0L, NULL, NULL, NULL, 0L);
    if (pid == 0)
        _exit(6);
    printf("  wait: %s\n", result(waitpid(-1, &status, 0)));
    printf("  wait for clones: %d", waitpid(-1, &status, __WCLONE) == pid);
    printf(" status %d\n", WEXITSTATUS(status));
    printf("  set_tid_address: %d\n", syscall(SYS_set_tid_address, &child_tid) == getpid());
}

static volatile int first_signalled;
static pthread_t main_thread;

static void note_thread(int signal)
{
    (void)signal;
    first_signalled = pthread_equal(pthread_self(), main_thread) ? 1 : 2;
}

static void *wait_for_signal(void *argument)
{
    sigset_t none;
    sigemptyset(&none);
    *(volatile int *)argument = (int)syscall(SYS_gettid);
    /* Blocked until here, so that it cannot come too early. */
    sigsuspend(&none);
    return NULL;
}

static void directed_signals(void)
{
    pthread_t thread;
    volatile int tid = 0;
    sigset_t set;
    puts("signals to threads:");
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    main_thread = pthread_self();
    signal(SIGUSR1, note_thread);
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    pthread_create(&thread, NULL, wait_for_signal, (void *)&tid);
    await_sleep(&tid);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    kill(getpid(), SIGUSR1);
    printf("  process: thread %d\n", first_signalled);
    printf("  tgkill: %s\n", result(syscall(SYS_tgkill, getpid(), tid, SIGUSR1)));
    pthread_join(thread, NULL);
    printf("  thread %d\n", first_signalled);
    printf("  ended thread: %s\n", result(syscall(SYS_tgkill, getpid(), tid, SIGUSR1)));
    printf("  other process: %s\n", result(syscall(SYS_tgkill, 1, getpid(), 0)));
    printf("  tkill: %s\n", result(syscall(SYS_tkill, getpid(), 0)));
    pthread_sigmask(SIG_BLOCK, &set, NULL);
    pthread_create(&thread, NULL, wait_for_signal, (void *)&tid);
    kill(getpid(), SIGUSR1);
    pthread_join(thread, NULL);
    printf("  blocked by the first thread: thread %d\n", first_signalled);
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
}

static void *sleep_somehow(void *argument)
{
    int ends[2], number = (int)(long)argument;
    struct timespec time = { 1000, 0 };
    if (pipe(ends) < 0)
        return NULL;
    char byte;
    switch (number % 6) {
    case 0: nanosleep(&time, NULL); break;
    case 1: if (read(ends[0], &byte, 1) < 0) break; break;
    case 2: futex(&word, FUTEX_WAIT, 0, NULL, NULL, 0); break;
    case 3: pause(); break;
    case 4: wait(NULL); break;
    case 5: for (;;) ;
    }
    return NULL;
}

static void *end_process(void *argument)
{
    nap();
    exit((int)(long)argument);
}

static void *call_exec(void *argument)
{
    nap();
    execl(argument, argument, "ids", NULL);
    return NULL;
}

static void *last_one(void *argument)
{
    nap();
    printf("  the last thread is still here\n");
    fflush(stdout);
    return argument;
}

static void endings(char *program)
{
    int status;
    pthread_t thread;
    puts("endings:");
    fflush(stdout);
    word = 0;
    for (int way = 0; way < 6; way++) {
        pid_t child = fork();
        if (child == 0) {
            if (way != 3)
                for (long i = 0; i < 12; i++)
                    pthread_create(&thread, NULL, sleep_somehow, (void *)i);
            nap();
            if (way == 0)
                exit(3);
            if (way == 1)
                pthread_create(&thread, NULL, end_process, (void *)4L);
            if (way == 2)
                pthread_create(&thread, NULL, call_exec, program);
            if (way == 3) {
                pthread_create(&thread, NULL, last_one, NULL);
                pthread_exit(NULL);
            }
            if (way == 4)
                raise(SIGKILL);
            if (way == 5)
                *(volatile int *)0 = 1;
            pause();
        }
        waitpid(child, &status, 0);
        printf("  way %d: status %#x\n", way, status & 0xff7f);
        fflush(stdout);
    }
    /* A first thread that has ended does not make the process a zombie that can be waited for. */
    pid_t child = fork();
    if (child == 0) {
        pthread_create(&thread, NULL, sleep_somehow, (void *)3L);
        pthread_exit(NULL);
    }
    nap();
    printf("  first thread gone: wait %d", waitpid(child, &status, WNOHANG));
    printf(", kill %d\n", kill(child, SIGTERM));
    waitpid(child, &status, 0);
    printf("  status %#x\n", status);
}

static volatile int vfork_order;

static void vforks(char *program)
{
    int status;
    puts("vfork:");
    fflush(stdout);
    pid_t child = vfork();
    if (child == 0) {
        vfork_order = 1;
        _exit(vfork_order + 8);
    }
    printf("  child was first: %d\n", vfork_order);
    waitpid(child, &status, 0);
    printf("  status %d\n", WEXITSTATUS(status));
    fflush(stdout);
    child = vfork();
    if (child == 0) {
        execl(program, program, "nothing", NULL);
        _exit(1);
    }
    waitpid(child, &status, 0);
    printf("  status %d\n", WEXITSTATUS(status));
}

static void scheduling(void)
{
    cpu_set_t cpus;
    struct sched_param parameters = { 0 };
    struct timespec time;
    puts("scheduling:");
    printf("  policy %s\n", result(sched_getscheduler(0)));
    printf("  set other: %s\n", result(sched_setscheduler(0, SCHED_OTHER, &parameters)));
    parameters.sched_priority = 5;
    printf("  set other with a priority: %s\n", result(sched_setscheduler(0, SCHED_OTHER, &parameters)));
    printf("  priorities %d %d %d %d\n", sched_get_priority_min(SCHED_FIFO), sched_get_priority_max(SCHED_FIFO), sched_get_priority_min(SCHED_OTHER),
           sched_get_priority_max(SCHED_OTHER));
    printf("  bad policy: %s\n", result(sched_get_priority_max(77)));
    printf("  getparam: %s", result(sched_getparam(0, &parameters)));
    printf(" %d\n", parameters.sched_priority);
    printf("  nobody: %s\n", result(sched_getscheduler(99999)));
    CPU_ZERO(&cpus);
    printf("  affinity: %d", sched_getaffinity(0, sizeof cpus, &cpus));
    printf(" CPU 0 %d\n", CPU_ISSET(0, &cpus));
    CPU_ZERO(&cpus);
    printf("  no CPU: %s\n", result(sched_setaffinity(0, sizeof cpus, &cpus)));
    CPU_SET(0, &cpus);
    printf("  CPU 0: %s\n", result(sched_setaffinity(0, sizeof cpus, &cpus)));
    printf("  here: %d\n", sched_getcpu());
    printf("  yield: %s\n", result(sched_yield()));
    printf("  interval: %s\n", result(sched_rr_get_interval(0, &time)));
    long barriers = syscall(SYS_membarrier, 0, 0, 0);
    printf("  membarrier: global %ld private %ld\n", barriers & 1, barriers >> 3 & 3);
    printf("  unregistered: %s\n", result(syscall(SYS_membarrier, 8, 0, 0)));
    printf("  register: %s\n", result(syscall(SYS_membarrier, 16, 0, 0)));
    printf("  private: %s\n", result(syscall(SYS_membarrier, 8, 0, 0)));
    printf("  global: %s\n", result(syscall(SYS_membarrier, 1, 0, 0)));
    printf("  unknown: %s\n", result(syscall(SYS_membarrier, 4096, 0, 0)));
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc > 1) {
        if (strcmp(argv[1], "ids") == 0)
            printf("  executed by another thread: first thread %d\n", syscall(SYS_gettid) == getpid());
        return argc > 1 && strcmp(argv[1], "nothing") == 0 ? 0 : 9;
    }
    char *program = "/proc/self/exe";
    futexes();
    shared_futexes();
    robust_mutexes(program);
    raw_clone();
    directed_signals();
    vforks(program);
    scheduling();
    endings(program);
    return 0;
}
