/* Threads share one address space: what one writes the others read, and one first touch serves all. What is their own is a stack, each a VMA with a
 * guard page below it, and their thread-local variables. A lock made of one word and futex keeps a shared counter exact. */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "../common/sample.h"

enum { THREADS = 4, PAGES = 64 };

struct thread {
    pthread_t handle;
    int number;
    char *stack;           /* the address of a variable on it */
    int *own;              /* where this thread's copy of own_count is */
    long faults;           /* of the second touch of the shared pages */
    int others_seen;       /* bytes found that other threads wrote */
};

static struct options options;
static struct thread threads[THREADS];
static unsigned char shared_pages[PAGES * PAGE_BYTES] __attribute__((aligned(PAGE_BYTES)));
static pthread_barrier_t barrier;
static __thread int own_count;

/* The lock: 0 free, 1 taken, 2 taken and somebody may sleep. The kernel hears of it only when threads meet. */
static atomic_int lock_word;
static atomic_long sleeps;
static long counter;

static void lock(void)
{
    int free = 0;
    if (atomic_compare_exchange_strong(&lock_word, &free, 1))
        return;
    while (atomic_exchange(&lock_word, 2) != 0) {
        atomic_fetch_add(&sleeps, 1);
        syscall(SYS_futex, &lock_word, FUTEX_WAIT_PRIVATE, 2, NULL, NULL, 0);
    }
}

static void unlock(void)
{
    if (atomic_exchange(&lock_word, 0) == 2)
        syscall(SYS_futex, &lock_word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

static long thread_faults(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_THREAD, &usage) != 0)
        fail("getrusage");
    return usage.ru_minflt;
}

static void *work(void *argument)
{
    struct thread *self = argument;
    char on_stack = 0;
    self->stack = &on_stack;
    self->own = &own_count;

    /* Each thread writes its part of the pages, and after that all of them read all. */
    for (int page = self->number; page < PAGES; page += THREADS)
        shared_pages[page * PAGE_BYTES] = (unsigned char)(self->number + 1);
    pthread_barrier_wait(&barrier);
    long before = thread_faults();
    for (int page = 0; page < PAGES; page++)
        self->others_seen += page % THREADS != self->number && shared_pages[page * PAGE_BYTES] == page % THREADS + 1;
    self->faults = thread_faults() - before;

    for (long i = 0; i < options.count; i++) {
        lock();
        counter++;
        own_count++;
        unlock();
    }
    /* Nobody leaves before main has looked at the stacks. */
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    return NULL;
}

/* Finds the VMA of an address, and what lies right below it. */
static void show_stack(const struct thread *thread)
{
    FILE *maps = fopen("/proc/self/maps", "r");
    unsigned long start, end, last_start = 0, last_end = 0, address = (unsigned long)thread->stack;
    char rights[5], last_rights[5] = "", line[512];
    if (maps == NULL)
        fail("/proc/self/maps");
    while (fgets(line, sizeof line, maps) != NULL && sscanf(line, "%lx-%lx %4s", &start, &end, rights) == 3) {
        if (address >= start && address < end) {
            printf("thread %d: its stack is a VMA of %lu KiB, %s; below it a guard of %lu KiB, %s\n", thread->number, (end - start) / 1024, rights,
                   last_end == start ? (last_end - last_start) / 1024 : 0, last_rights);
            if (options.verbose)
                printf("  %lx-%lx, thread-local variable at %p\n", start, end, (void *)thread->own);
        }
        last_start = start;
        last_end = end;
        memcpy(last_rights, rights, sizeof rights);
    }
    fclose(maps);
}

int main(int argc, char **argv)
{
    options = read_options(argc, argv, "ROUNDS", 20000, 10000000);
    pthread_barrier_init(&barrier, NULL, THREADS + 1);
    for (int i = 0; i < THREADS; i++) {
        threads[i].number = i;
        if (pthread_create(&threads[i].handle, NULL, work, &threads[i]) != 0)
            fail("pthread_create");
    }
    pthread_barrier_wait(&barrier); /* all have written */
    pthread_barrier_wait(&barrier); /* all have counted */
    for (int i = 0; i < THREADS; i++)
        printf("thread %d: read %d pages that others wrote, faults per page: %ld\n", i, threads[i].others_seen, faults_per_page(threads[i].faults, PAGES));
    for (int i = 0; i < THREADS; i++)
        show_stack(&threads[i]);
    for (int i = 0; i < THREADS; i++)
        printf("thread %d: its own count is %d\n", i, *threads[i].own);
    printf("the shared counter is %ld, %d times %ld: %s\n", counter, THREADS, options.count, counter == THREADS * options.count ? "nothing lost" : "LOST");
    if (options.verbose)
        printf("  %ld sleeps on the lock\n", (long)sleeps);
    pthread_barrier_wait(&barrier);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i].handle, NULL);
    return 0;
}
