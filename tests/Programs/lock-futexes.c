/* Futexes with priority inheritance: plain calls, pthread's mutexes, owners that die, requeueing; and futex_waitv. */
#define _GNU_SOURCE
#include "show.h"
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

struct word { unsigned long value, address; unsigned flags, reserved; };

static unsigned *word, *other;

static long futex(unsigned *address, int operation, unsigned value, void *time, unsigned *second, unsigned compared)
{
    return syscall(SYS_futex, address, operation, value, time, second, compared);
}

static pid_t id(void) { return (pid_t)syscall(SYS_gettid); }

static struct timespec soon(int clock, long milliseconds)
{
    struct timespec time;
    clock_gettime(clock, &time);
    time.tv_nsec += milliseconds * 1000000;
    time.tv_sec += time.tv_nsec / 1000000000;
    time.tv_nsec %= 1000000000;
    return time;
}

/* A word without the number of the thread in it. */
static void show_word(const char *what, unsigned value)
{
    unsigned owner = value & FUTEX_TID_MASK;
    printf("  %s: %s%s%s\n", what, owner == 0 ? "free" : owner == (unsigned)id() ? "mine" : "another's", value & FUTEX_WAITERS ? " waiters" : "",
        value & FUTEX_OWNER_DIED ? " owner died" : "");
}

static void wait_until_waited(unsigned *address)
{
    while (!(__atomic_load_n(address, __ATOMIC_SEQ_CST) & FUTEX_WAITERS))
        sched_yield();
    usleep(20000);
}

static void *take_and_give(void *unused)
{
    printf("other: lock %s\n", result(futex(word, FUTEX_LOCK_PI, 0, NULL, NULL, 0)));
    show_word("other sees", *word);
    printf("other: unlock %s\n", result(futex(word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0)));
    return NULL;
}

static void calls(void)
{
    pthread_t thread;
    *word = 0;
    SHOW(futex(word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
    SHOW(futex(word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    show_word("locked", *word);
    SHOW(futex(word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    SHOW(futex(word, FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0));
    SHOW(futex(word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
    show_word("unlocked", *word);
    SHOW(futex(word, FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0));
    show_word("tried", *word);
    *word = 0x3ffffff0;
    SHOW(futex(word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    *word = 0;
    SHOW(futex((unsigned *)((char *)word + 1), FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    SHOW(futex((unsigned *)8, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    SHOW(futex(word, FUTEX_LOCK_PI, 0, &(struct timespec){ 0, -1 }, NULL, 0));
    SHOW(futex(word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    pthread_create(&thread, NULL, take_and_give, NULL);
    wait_until_waited(word);
    show_word("waited for", *word);
    long value = futex(word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0);
    pthread_join(thread, NULL);
    printf("unlock %s\n", result(value));
    show_word("in the end", *word);
}

static void *hold(void *step)
{
    futex(word, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
    *(volatile int *)step = 1;
    while (*(volatile int *)step != 2)
        sched_yield();
    futex(word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0);
    return NULL;
}

static void on_signal(int number) { }

static void times(void)
{
    pthread_t thread;
    volatile int step = 0;
    *word = 0;
    pthread_create(&thread, NULL, hold, (void *)&step);
    while (step != 1)
        sched_yield();
    SHOW(futex(word, FUTEX_TRYLOCK_PI, 0, NULL, NULL, 0));
    struct timespec time = soon(CLOCK_REALTIME, 30);
    SHOW(futex(word, FUTEX_LOCK_PI, 0, &time, NULL, 0));
    time = soon(CLOCK_MONOTONIC, 30);
    SHOW(futex(word, FUTEX_LOCK_PI2, 0, &time, NULL, 0));
    /* A signal does not end it, with a handler that does not restart calls neither. */
    struct sigaction action = { .sa_handler = on_signal };
    sigaction(SIGALRM, &action, NULL);
    ualarm(10000, 0);
    time = soon(CLOCK_REALTIME, 50);
    SHOW(futex(word, FUTEX_LOCK_PI, 0, &time, NULL, 0));
    SHOW(futex(word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
    step = 2;
    pthread_join(thread, NULL);
    SHOW(futex(word, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    SHOW(futex(word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
}

/* pthread's own: error-checking, robust and plain mutexes with PTHREAD_PRIO_INHERIT, in one process and shared. */
static pthread_mutex_t *make(int kind, int robust, int shared)
{
    pthread_mutexattr_t attributes;
    pthread_mutex_t *mutex = (pthread_mutex_t *)(other + 64);
    pthread_mutexattr_init(&attributes);
    pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
    pthread_mutexattr_settype(&attributes, kind);
    pthread_mutexattr_setrobust(&attributes, robust);
    pthread_mutexattr_setpshared(&attributes, shared);
    printf("init %d\n", pthread_mutex_init(mutex, &attributes));
    return mutex;
}

static volatile long counter;

static void *count(void *mutex)
{
    for (int round = 0; round < 2000; round++) {
        pthread_mutex_lock(mutex);
        long seen = counter;
        if (round % 64 == 0)
            sched_yield();
        counter = seen + 1;
        pthread_mutex_unlock(mutex);
    }
    return NULL;
}

static void *lock_and_end(void *mutex)
{
    printf("lock %d\n", pthread_mutex_lock(mutex));
    usleep(30000);
    return NULL;
}

static void mutexes(void)
{
    pthread_t threads[4];
    pthread_mutex_t *mutex = make(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_STALLED, PTHREAD_PROCESS_PRIVATE);
    for (int index = 0; index < 4; index++)
        pthread_create(&threads[index], NULL, count, mutex);
    for (int index = 0; index < 4; index++)
        pthread_join(threads[index], NULL);
    printf("counted %ld\n", counter);
    mutex = make(PTHREAD_MUTEX_ERRORCHECK, PTHREAD_MUTEX_ROBUST, PTHREAD_PROCESS_PRIVATE);
    printf("%d\n", pthread_mutex_lock(mutex));
    printf("%d\n", pthread_mutex_lock(mutex));
    printf("%d\n", pthread_mutex_unlock(mutex));
    printf("%d\n", pthread_mutex_unlock(mutex));
    pthread_create(&threads[0], NULL, lock_and_end, mutex);
    pthread_join(threads[0], NULL);
    printf("owner died: %d\n", pthread_mutex_lock(mutex));
    printf("consistent %d\n", pthread_mutex_consistent(mutex));
    printf("unlock %d\n", pthread_mutex_unlock(mutex));
    pthread_create(&threads[0], NULL, lock_and_end, mutex);
    usleep(10000);
    printf("owner dies meanwhile: %d\n", pthread_mutex_lock(mutex));
    printf("consistent %d\n", pthread_mutex_consistent(mutex));
    printf("unlock %d\n", pthread_mutex_unlock(mutex));
    pthread_join(threads[0], NULL);
    mutex = make(PTHREAD_MUTEX_NORMAL, PTHREAD_MUTEX_ROBUST, PTHREAD_PROCESS_SHARED);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        pthread_mutex_lock(mutex);
        usleep(30000);
        kill(getpid(), SIGKILL);
    }
    usleep(10000);
    printf("process dies meanwhile: %d\n", pthread_mutex_lock(mutex));
    printf("consistent %d\n", pthread_mutex_consistent(mutex));
    printf("unlock %d\n", pthread_mutex_unlock(mutex));
    waitpid(pid, NULL, 0);
}

static void *wait_requeue(void *unused)
{
    long value = futex(word, FUTEX_WAIT_REQUEUE_PI, 7, NULL, other, 0);
    long given = value == 0 ? futex(other, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0) : 0;
    printf("requeued: %ld, unlock %ld\n", value, given);
    return NULL;
}

static void requeue(void)
{
    pthread_t threads[3];
    *word = 7;
    *other = 0;
    SHOW(futex(word, FUTEX_WAIT_REQUEUE_PI, 8, NULL, other, 0));
    SHOW(futex(word, FUTEX_WAIT_REQUEUE_PI, 7, NULL, word, 0));
    struct timespec time = soon(CLOCK_MONOTONIC, 20);
    SHOW(futex(word, FUTEX_WAIT_REQUEUE_PI, 7, &time, other, 0));
    SHOW(futex(word, FUTEX_CMP_REQUEUE_PI, 1, (void *)10, other, 8));
    SHOW(futex(word, FUTEX_CMP_REQUEUE_PI, 2, (void *)10, other, 7));
    SHOW(futex(word, FUTEX_CMP_REQUEUE_PI, 1, (void *)10, other, 7));
    for (int index = 0; index < 3; index++)
        pthread_create(&threads[index], NULL, wait_requeue, NULL);
    usleep(50000);
    SHOW(futex(word, FUTEX_WAKE, 1, NULL, NULL, 0));
    SHOW(futex(other, FUTEX_LOCK_PI, 0, NULL, NULL, 0));
    SHOW(futex(word, FUTEX_CMP_REQUEUE_PI, 1, (void *)10, other, 7));
    show_word("lock", *other);
    long value = futex(other, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0);
    for (int index = 0; index < 3; index++)
        pthread_join(threads[index], NULL);
    printf("unlock %s\n", result(value));
    pthread_create(&threads[0], NULL, wait_requeue, NULL);
    usleep(30000);
    *other = 0;
    value = futex(word, FUTEX_CMP_REQUEUE_PI, 1, NULL, other, 7);
    pthread_join(threads[0], NULL);
    printf("requeue %s\n", result(value));
}

static void *take_urgently(void *unused)
{
    struct sched_param urgent = { 10 };
    if (sched_setscheduler(0, SCHED_FIFO, &urgent) < 0)
        perror("sched_setscheduler");
    futex(word, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
    futex(word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0);
    return NULL;
}

/* Field 18 of the thread's stat. */
static void show_priority(const char *when)
{
    char text[1024];
    FILE *file = fopen("/proc/thread-self/stat", "r");
    (void)!fgets(text, sizeof text, file);
    fclose(file);
    char *rest, *field = strtok_r(strrchr(text, ')'), " ", &rest);
    for (int number = 2; number < 18; number++)
        field = strtok_r(NULL, " ", &rest);
    printf("priority %s: %s\n", when, field);
}

/* Who holds a lock runs with the priority of the most urgent waiter; root may ask for that. */
static void inherit(void)
{
    pthread_t thread;
    *word = 0;
    futex(word, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
    show_priority("at first");
    pthread_create(&thread, NULL, take_urgently, NULL);
    wait_until_waited(word);
    show_priority("while waited for");
    futex(word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0);
    pthread_join(thread, NULL);
    show_priority("in the end");
}

static void *wake_other(void *unused)
{
    usleep(30000);
    printf("wake %s\n", result(futex(other, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 5, NULL, NULL, 0)));
    return NULL;
}

static void vector(void)
{
    struct word words[3] = { { 1, (unsigned long)word, 2 | FUTEX_PRIVATE_FLAG, 0 }, { 2, (unsigned long)other, 2 | FUTEX_PRIVATE_FLAG, 0 } };
    struct timespec time = soon(CLOCK_MONOTONIC, 20);
    *word = 1;
    *other = 2;
    SHOW(syscall(SYS_futex_waitv, words, 0, 0, NULL, 0));
    SHOW(syscall(SYS_futex_waitv, words, 129, 0, NULL, 0));
    SHOW(syscall(SYS_futex_waitv, words, 2, 1, NULL, 0));
    SHOW(syscall(SYS_futex_waitv, words, 3, 0, NULL, 0));
    SHOW(syscall(SYS_futex_waitv, NULL, 1, 0, NULL, 0));
    SHOW(syscall(SYS_futex_waitv, words, 2, 0, &time, 7));
    SHOW(syscall(SYS_futex_waitv, words, 2, 0, &time, CLOCK_MONOTONIC));
    words[1].value = 3;
    SHOW(syscall(SYS_futex_waitv, words, 2, 0, NULL, 0));
    words[1].value = 2;
    pthread_t thread;
    pthread_create(&thread, NULL, wake_other, NULL);
    long value = syscall(SYS_futex_waitv, words, 2, 0, NULL, 0);
    pthread_join(thread, NULL);
    printf("waitv %s\n", result(value));
}

static void *wait_in_vain(void *deadline)
{
    return futex(word, FUTEX_LOCK_PI, 0, deadline, NULL, 0) == 0 ? "locked" : strerror(errno);
}

/* Waiters that give up at the same moment, and a lock that is given up when nobody waits any more. */
static void together(void)
{
    pthread_t threads[4];
    void *ends[4];
    for (int round = 0; round < 3; round++) {
        *word = 0;
        struct timespec deadline = soon(CLOCK_REALTIME, 50);
        futex(word, FUTEX_LOCK_PI, 0, NULL, NULL, 0);
        for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, wait_in_vain, &deadline);
        for (int i = 0; i < 4; i++) pthread_join(threads[i], &ends[i]);
        printf("together: %s, %s, %s, %s\n", (char *)ends[0], (char *)ends[1], (char *)ends[2], (char *)ends[3]);
        show_word("kept", *word);
        SHOW(futex(word, FUTEX_UNLOCK_PI, 0, NULL, NULL, 0));
        show_word("given up", *word);
    }
}

int main(void)
{
    word = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    other = word + 16;
    setvbuf(stdout, NULL, _IOLBF, 0);
    calls();
    times();
    mutexes();
    requeue();
    inherit();
    together();
    /* Private words are for memory that is. */
    vector();
    return 0;
}
