/* What epoll tells, to whom and in which order: edges of pipes and event counters, exclusive entries, one-shot entries of several threads, nested sets. */
#include "show.h"
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { SETS = 4 };

static char buffer[70000];

static int control(int set, int operation, int file, uint32_t events, uint32_t data)
{
    struct epoll_event event = { .events = events, .data.u32 = data };
    return epoll_ctl(set, operation, file, &event);
}

/* At most so many events, in the order in which they are told. */
static void show_ready(int set, int most)
{
    struct epoll_event events[8];
    int count = epoll_wait(set, events, most, 0);
    printf("  ready %d:", count);
    for (int i = 0; i < count; i++)
        printf(" %u=%#x", events[i].data.u32, events[i].events);
    puts("");
}

static void edges(void)
{
    int ends[2], set = epoll_create1(0), counter = eventfd(5, EFD_SEMAPHORE);
    uint64_t one = 1;
    puts("edges of a pipe:");
    (void)!pipe(ends);
    SHOW(control(set, EPOLL_CTL_ADD, ends[0], EPOLLIN | EPOLLET, 1));
    SHOW(control(set, EPOLL_CTL_ADD, ends[1], EPOLLOUT | EPOLLET, 2));
    show_ready(set, 8);
    SHOW(write(ends[1], buffer, 10));
    show_ready(set, 8);
    SHOW(read(ends[0], buffer, 5));
    show_ready(set, 8);
    SHOW(write(ends[1], buffer, 65526));
    show_ready(set, 8);
    SHOW(read(ends[0], buffer, 65531));
    show_ready(set, 8);
    puts("edges of a counter:");
    SHOW(control(set, EPOLL_CTL_ADD, counter, EPOLLIN | EPOLLET, 3));
    show_ready(set, 8);
    SHOW(read(counter, &one, sizeof one));
    show_ready(set, 8);
    SHOW(write(counter, &one, sizeof one));
    show_ready(set, 8);
    SHOW(control(set, EPOLL_CTL_MOD, counter, EPOLLOUT | EPOLLET, 3));
    show_ready(set, 8);
    SHOW(write(counter, &one, sizeof one));
    show_ready(set, 8);
    SHOW(read(counter, &one, sizeof one));
    show_ready(set, 8);
    close(set);
    close(counter);
    close(ends[0]);
    close(ends[1]);
}

static void turns(void)
{
    int counters[4], set = epoll_create1(0), outer = epoll_create1(0);
    puts("turns:");
    for (int i = 0; i < 4; i++)
        control(set, EPOLL_CTL_ADD, counters[i] = eventfd(1, EFD_NONBLOCK), EPOLLIN, (uint32_t)i);
    control(outer, EPOLL_CTL_ADD, set, EPOLLIN | EPOLLET, 9);
    for (int i = 0; i < 4; i++)
        show_ready(set, 3);
    SHOW(control(set, EPOLL_CTL_MOD, counters[1], EPOLLIN | EPOLLONESHOT, 1));
    show_ready(set, 8);
    show_ready(set, 8);
    show_ready(outer, 8);
    show_ready(outer, 8);
    uint64_t value = 1;
    (void)!write(counters[1], &value, sizeof value);
    show_ready(outer, 8);
    (void)!write(counters[2], &value, sizeof value);
    show_ready(outer, 8);
    for (int i = 0; i < 4; i++)
        close(counters[i]);
    show_ready(set, 8);
    show_ready(outer, 8);
    close(set);
    close(outer);
}

static void refusals(void)
{
    int counter = eventfd(0, 0), set = epoll_create1(0), other = epoll_create1(0);
    puts("exclusive:");
    SHOW(control(set, EPOLL_CTL_ADD, other, EPOLLIN | EPOLLEXCLUSIVE, 0));
    SHOW(control(set, EPOLL_CTL_ADD, counter, EPOLLIN | EPOLLPRI | EPOLLEXCLUSIVE, 0));
    SHOW(control(set, EPOLL_CTL_ADD, counter, EPOLLIN | EPOLLONESHOT | EPOLLEXCLUSIVE, 0));
    SHOW(control(set, EPOLL_CTL_ADD, counter, EPOLLIN | EPOLLET | EPOLLEXCLUSIVE, 0));
    SHOW(control(set, EPOLL_CTL_MOD, counter, EPOLLIN, 0));
    SHOW(control(set, EPOLL_CTL_MOD, counter, EPOLLIN | EPOLLEXCLUSIVE, 0));
    SHOW(control(set, EPOLL_CTL_DEL, counter, 0, 0));
    SHOW(control(set, EPOLL_CTL_ADD, counter, EPOLLIN, 0));
    SHOW(control(set, EPOLL_CTL_MOD, counter, EPOLLIN | EPOLLEXCLUSIVE, 0));
    close(set);
    close(other);
    close(counter);
}

static int shared_set, woken;

static void *wait_once(void *argument)
{
    struct epoll_event event;
    int set = argument ? *(int *)argument : shared_set;
    while (epoll_wait(set, &event, 1, 300) > 0)
        __atomic_add_fetch(&woken, 1, __ATOMIC_SEQ_CST);
    return argument;
}

/* How many of several threads an event wakes: each waits in its set, or all in one. */
static void crowd(const char *name, uint32_t events, int together)
{
    int ends[2], sets[SETS];
    pthread_t threads[SETS];
    (void)!pipe(ends);
    woken = 0;
    shared_set = epoll_create1(0);
    control(shared_set, EPOLL_CTL_ADD, ends[0], events, 0);
    for (int i = 0; i < SETS; i++) {
        sets[i] = epoll_create1(0);
        if (!together)
            control(sets[i], EPOLL_CTL_ADD, ends[0], events, 0);
        pthread_create(&threads[i], NULL, wait_once, together ? NULL : &sets[i]);
    }
    usleep(50000);
    (void)!write(ends[1], "x", 1);
    for (int i = 0; i < SETS; i++)
        pthread_join(threads[i], NULL);
    printf("%s: %d\n", name, woken);
    for (int i = 0; i < SETS; i++)
        close(sets[i]);
    close(shared_set);
    close(ends[0]);
    close(ends[1]);
}

/* A process that is watched ends, and a file goes while another thread polls it. */
static void endings(void)
{
    int set = epoll_create1(0), ends[2];
    puts("a process:");
    pid_t child = fork();
    if (child == 0) {
        usleep(20000);
        _exit(0);
    }
    int process = (int)syscall(SYS_pidfd_open, child, 0);
    struct epoll_event event;
    struct pollfd polled[2] = { { process, POLLIN, 0 }, { set, POLLIN, 0 } };
    SHOW(control(set, EPOLL_CTL_ADD, process, EPOLLIN, 4));
    SHOW(poll(polled, 2, -1));
    printf("  %#x %#x\n", polled[0].revents, polled[1].revents);
    SHOW(epoll_wait(set, &event, 1, -1));
    waitpid(child, NULL, 0);
    show_ready(set, 1);
    close(process);
    show_ready(set, 1);
    puts("a pipe of which a child is the last writer:");
    (void)!pipe(ends);
    child = fork();
    if (child == 0) {
        usleep(20000);
        _exit(0);
    }
    close(ends[1]);
    SHOW(control(set, EPOLL_CTL_ADD, ends[0], 0, 5));
    SHOW(epoll_wait(set, &event, 1, -1));
    printf("  %#x\n", event.events);
    waitpid(child, NULL, 0);
    close(ends[0]);
    close(set);
}

int main(void)
{
    edges();
    turns();
    refusals();
    fflush(stdout);
    endings();
    crowd("edges, a set for each", EPOLLIN | EPOLLET, 0);
    crowd("edges, exclusive", EPOLLIN | EPOLLET | EPOLLEXCLUSIVE, 0);
    crowd("edges, one set", EPOLLIN | EPOLLET, 1);
    crowd("once, one set", EPOLLIN | EPOLLONESHOT, 1);
    crowd("once, a set for each", EPOLLIN | EPOLLONESHOT, 0);
    return 0;
}
