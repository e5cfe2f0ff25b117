/* Who waits for files in poll, select or epoll sleeps while others use other files: poll-wakeups */
#define _GNU_SOURCE
#include "show.h"
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>

enum { WATCHERS = 7, ROUNDS = 3000, FEW = 100 };

/* How often the process has slept. */
static long sleeps(void)
{
    char line[256];
    long count = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (fgets(line, sizeof line, file))
        sscanf(line, "voluntary_ctxt_switches: %ld", &count);
    fclose(file);
    return count;
}

static void watch(int kind, int file)
{
    static const char *const names[] = { "poll", "select", "epoll", "edge-triggered epoll", "nested epoll", "poll of five kinds", "one-shot epoll" };
    struct epoll_event event = { EPOLLIN, { .fd = file } };
    int set = epoll_create1(0), outer = epoll_create1(0), count = 0;
    if (kind == 3)
        event.events |= EPOLLET;
    if (kind == 6)
        event.events |= EPOLLONESHOT;
    epoll_ctl(set, EPOLL_CTL_ADD, file, &event);
    event.events = EPOLLIN;
    epoll_ctl(outer, EPOLL_CTL_ADD, set, &event);
    sigset_t none;
    sigemptyset(&none);
    struct pollfd files[5] = { { file, POLLIN, 0 }, { eventfd(0, 0), POLLIN, 0 }, { timerfd_create(CLOCK_MONOTONIC, 0), POLLIN, 0 },
        { signalfd(-1, &none, 0), POLLIN, 0 }, { (int)syscall(SYS_pidfd_open, getppid(), 0), POLLIN, 0 } };
    fd_set readable;
    FD_ZERO(&readable);
    FD_SET(file, &readable);
    long before = sleeps();
    if (kind == 0) count = poll(files, 1, -1);
    if (kind == 1) count = select(file + 1, &readable, NULL, NULL, NULL);
    if (kind == 2 || kind == 3 || kind == 6) count = epoll_wait(set, &event, 1, -1);
    if (kind == 4) count = epoll_wait(outer, &event, 1, -1);
    if (kind == 5) count = poll(files, 5, -1);
    long slept = sleeps() - before;
    printf("%s: %d, slept %s\n", names[kind], count, slept < FEW ? "seldom" : "often");
    fflush(stdout);
}

/* Sends a byte there and waits for one back. */
static void play(int in, int out, int first)
{
    char byte = 0;
    for (int round = 0; round < ROUNDS; round++) {
        if (first)
            (void)!write(out, &byte, 1);
        (void)!read(in, &byte, 1);
        if (!first)
            (void)!write(out, &byte, 1);
    }
}

int main(void)
{
    int ends[WATCHERS][2], there[2], back[2];
    pid_t watchers[WATCHERS];
    (void)!pipe(there);
    (void)!pipe(back);
    for (int kind = 0; kind < WATCHERS; kind++) {
        (void)!pipe(ends[kind]);
        watchers[kind] = fork();
        if (watchers[kind] == 0) {
            watch(kind, ends[kind][0]);
            _exit(0);
        }
    }
    usleep(20000);
    pid_t player = fork();
    if (player == 0) {
        play(there[0], back[1], 0);
        _exit(0);
    }
    play(back[0], there[1], 1);
    waitpid(player, NULL, 0);
    for (int kind = 0; kind < WATCHERS; kind++) {
        (void)!write(ends[kind][1], "x", 1);
        waitpid(watchers[kind], NULL, 0);
    }
    return 0;
}
