/* Waiting for several things: epoll in all its ways, eventfd, signalfd, and pipes of other sizes. */
#include "show.h"
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>

static char buffer[300000];

static void nap(void) { usleep(20000); }

static int compare(const void *left, const void *right)
{
    return (int)((const struct epoll_event *)left)->data.u32 - (int)((const struct epoll_event *)right)->data.u32;
}

/* What is ready, sorted. */
static void show_ready(int set, int timeout)
{
    struct epoll_event events[8];
    int count = epoll_wait(set, events, 8, timeout);
    printf("  ready %d:", count);
    if (count > 0) {
        qsort(events, (size_t)count, sizeof events[0], compare);
        for (int i = 0; i < count; i++)
            printf(" %u=%#x", events[i].data.u32, events[i].events);
    }
    puts(count < 0 ? strerror(errno) : "");
}

static int control(int set, int operation, int file, uint32_t events, uint32_t data)
{
    struct epoll_event event = { .events = events, .data.u32 = data };
    return epoll_ctl(set, operation, file, &event);
}

static void levels_and_edges(void)
{
    int first[2], second[2], set;
    puts("level-triggered:");
    SHOW(pipe(first));
    SHOW(pipe(second));
    set = epoll_create1(EPOLL_CLOEXEC);
    SHOW(fcntl(set, F_GETFD));
    SHOW(control(set, EPOLL_CTL_ADD, first[0], EPOLLIN, 1));
    SHOW(control(set, EPOLL_CTL_ADD, first[1], EPOLLOUT, 2));
    SHOW(control(set, EPOLL_CTL_ADD, second[0], EPOLLIN | EPOLLRDHUP, 3));
    show_ready(set, 0);
    SHOW(write(first[1], "abc", 3));
    show_ready(set, 0);
    show_ready(set, 0);
    SHOW(control(set, EPOLL_CTL_MOD, first[1], 0, 2));
    show_ready(set, 0);
    SHOW(read(first[0], buffer, 10));
    show_ready(set, 0);
    SHOW(close(second[1]));
    show_ready(set, -1);
    SHOW(control(set, EPOLL_CTL_DEL, second[0], 0, 0));
    show_ready(set, 10);
    puts("edge-triggered:");
    SHOW(control(set, EPOLL_CTL_MOD, first[0], EPOLLIN | EPOLLET, 4));
    SHOW(write(first[1], "abc", 3));
    show_ready(set, 0);
    show_ready(set, 0);
    SHOW(write(first[1], "d", 1));
    show_ready(set, 0);
    SHOW(read(first[0], buffer, 1));
    show_ready(set, 0);
    SHOW(control(set, EPOLL_CTL_MOD, first[0], EPOLLIN | EPOLLET, 5));
    show_ready(set, 0);
    SHOW(read(first[0], buffer, 10));
    show_ready(set, 0);
    puts("once:");
    SHOW(control(set, EPOLL_CTL_MOD, first[0], EPOLLIN | EPOLLONESHOT, 6));
    SHOW(write(first[1], "abc", 3));
    show_ready(set, 0);
    show_ready(set, 0);
    SHOW(write(first[1], "abc", 3));
    show_ready(set, 0);
    SHOW(control(set, EPOLL_CTL_MOD, first[0], EPOLLIN | EPOLLONESHOT, 7));
    show_ready(set, 0);
    puts("descriptors that are closed:");
    int copy = dup(first[0]);
    SHOW(control(set, EPOLL_CTL_ADD, copy, EPOLLIN, 8));
    show_ready(set, 0);
    SHOW(close(copy));
    show_ready(set, 0);
    SHOW(close(first[0]));
    show_ready(set, 0);
    close(first[1]);
    close(second[0]);
    close(set);
}

static void errors(void)
{
    int set = epoll_create(1), other = epoll_create1(0), ends[2], sets[8];
    struct epoll_event event = { 0 };
    puts("refused:");
    SHOW(pipe(ends));
    SHOW(epoll_create(0));
    SHOW(epoll_create1(1));
    SHOW(control(set, EPOLL_CTL_ADD, ends[0], EPOLLIN, 1));
    SHOW(control(set, EPOLL_CTL_ADD, ends[0], EPOLLIN, 1));
    SHOW(control(set, EPOLL_CTL_MOD, ends[1], EPOLLIN, 1));
    SHOW(control(set, EPOLL_CTL_DEL, ends[1], EPOLLIN, 1));
    SHOW(control(set, EPOLL_CTL_ADD, set, EPOLLIN, 1));
    SHOW(control(ends[0], EPOLL_CTL_ADD, ends[1], EPOLLIN, 1));
    SHOW(control(set, EPOLL_CTL_ADD, 77, EPOLLIN, 1));
    SHOW(control(77, EPOLL_CTL_ADD, ends[1], EPOLLIN, 1));
    SHOW(control(set, 9, ends[1], EPOLLIN, 1));
    SHOW(epoll_ctl(set, EPOLL_CTL_ADD, ends[1], (struct epoll_event *)bad_pointer));
    SHOW(epoll_wait(set, &event, 0, 0));
    SHOW(epoll_wait(77, &event, 1, 0));
    SHOW(epoll_wait(ends[0], &event, 1, 0));
    int file = open("/proc/self/exe", O_RDONLY), nothing = open("/dev/null", O_RDWR);
    SHOW(control(set, EPOLL_CTL_ADD, file, EPOLLIN, 1));
    SHOW(control(set, EPOLL_CTL_ADD, nothing, EPOLLIN, 1));
    SHOW(read(set, buffer, 8));
    puts("nested:");
    SHOW(control(other, EPOLL_CTL_ADD, set, EPOLLIN, 9));
    SHOW(control(set, EPOLL_CTL_ADD, other, EPOLLIN, 9));
    show_ready(other, 0);
    SHOW(write(ends[1], "x", 1));
    show_ready(other, 0);
    struct pollfd polled = { other, POLLIN, 0 };
    SHOW(poll(&polled, 1, 0));
    SHOW(polled.revents);
    for (int i = 0; i < 8; i++)
        sets[i] = epoll_create1(0);
    for (int i = 0; i < 7; i++)
        printf("  depth %d: %d\n", i, control(sets[i + 1], EPOLL_CTL_ADD, sets[i], EPOLLIN, 0));
    for (int i = 0; i < 8; i++)
        close(sets[i]);
    close(set);
    close(other);
    close(file);
    close(nothing);
    close(ends[0]);
    close(ends[1]);
}

static int wake_end;

static void *wake_later(void *argument)
{
    nap();
    return write(wake_end, "x", 1) == 1 ? argument : NULL;
}

static void on_signal(int signal) { printf("  signal %d\n", signal); }

static void interrupted(void)
{
    int set = epoll_create1(0), ends[2], status;
    pthread_t thread;
    struct epoll_event event;
    sigset_t set_of_signals, none;
    puts("waiting:");
    SHOW(pipe(ends));
    wake_end = ends[1];
    SHOW(control(set, EPOLL_CTL_ADD, ends[0], EPOLLIN, 1));
    pthread_create(&thread, NULL, wake_later, NULL);
    show_ready(set, 10000);
    pthread_join(thread, NULL);
    SHOW(read(ends[0], buffer, 1));
    struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
    sigaction(SIGALRM, &action, NULL);
    ualarm(20000, 0);
    show_ready(set, 10000);
    sigemptyset(&none);
    sigemptyset(&set_of_signals);
    sigaddset(&set_of_signals, SIGALRM);
    sigprocmask(SIG_BLOCK, &set_of_signals, NULL);
    raise(SIGALRM);
    show_ready(set, 20);
    SHOW(epoll_pwait(set, &event, 1, 1000, &none));
    struct timespec short_time = { 0, 1000000 };
    SHOW(epoll_pwait2(set, &event, 1, &short_time, NULL));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        show_ready(set, 200);
        fflush(stdout);
        _exit(0);
    }
    nap();
    kill(child, SIGSTOP);
    waitpid(child, &status, WUNTRACED);
    kill(child, SIGCONT);
    waitpid(child, &status, 0);
    sigprocmask(SIG_UNBLOCK, &set_of_signals, NULL);
    close(set);
    close(ends[0]);
    close(ends[1]);
}

static void *add_later(void *argument)
{
    uint64_t value = 3;
    nap();
    return write(*(int *)argument, &value, sizeof value) == 8 ? argument : NULL;
}

static void *take_later(void *argument)
{
    uint64_t value;
    nap();
    return read(*(int *)argument, &value, sizeof value) == 8 ? argument : NULL;
}

static void event_counters(void)
{
    uint64_t value = 0;
    pthread_t thread;
    puts("eventfd:");
    int counter = eventfd(2, EFD_NONBLOCK | EFD_CLOEXEC), set = epoll_create1(0);
    SHOW(fcntl(counter, F_GETFL));
    SHOW(read(counter, &value, 8));
    SHOW(value);
    SHOW(read(counter, &value, 8));
    SHOW(control(set, EPOLL_CTL_ADD, counter, EPOLLIN | EPOLLET, 1));
    value = 5;
    SHOW(write(counter, &value, 8));
    show_ready(set, 0);
    show_ready(set, 0);
    SHOW(write(counter, &value, 8));
    show_ready(set, 0);
    SHOW(read(counter, &value, 8));
    SHOW(value);
    SHOW(read(counter, &value, 7));
    value = ~0ULL;
    SHOW(write(counter, &value, 8));
    value = ~0ULL - 1;
    SHOW(write(counter, &value, 8));
    value = 1;
    SHOW(write(counter, &value, 8));
    struct pollfd polled = { counter, POLLIN | POLLOUT, 0 };
    SHOW(poll(&polled, 1, 0));
    SHOW(polled.revents);
    fcntl(counter, F_SETFL, 0);
    pthread_create(&thread, NULL, take_later, &counter);
    SHOW(write(counter, &value, 8));
    pthread_join(thread, NULL);
    SHOW(read(counter, &value, 8));
    SHOW(value);
    pthread_create(&thread, NULL, add_later, &counter);
    SHOW(read(counter, &value, 8));
    SHOW(value);
    pthread_join(thread, NULL);
    close(counter);
    counter = eventfd(2, EFD_SEMAPHORE | EFD_NONBLOCK);
    SHOW(read(counter, &value, 8));
    SHOW(value);
    SHOW(read(counter, &value, 8));
    SHOW(read(counter, &value, 8));
    SHOW(eventfd(0, 77));
    SHOW(lseek(counter, 0, SEEK_SET));
    struct stat status;
    SHOW(fstat(counter, &status));
    printf("  mode %o\n", status.st_mode);
    close(counter);
    close(set);
}

static void signal_files(void)
{
    sigset_t mask;
    struct signalfd_siginfo info[3];
    puts("signalfd:");
    sigemptyset(&mask);
    sigaddset(&mask, SIGUSR1);
    sigaddset(&mask, SIGRTMIN);
    sigaddset(&mask, SIGCHLD);
    sigprocmask(SIG_BLOCK, &mask, NULL);
    int file = signalfd(-1, &mask, SFD_NONBLOCK | SFD_CLOEXEC);
    SHOW(read(file, info, sizeof info));
    sigqueue(getpid(), SIGRTMIN, (union sigval){ .sival_int = 7 });
    raise(SIGUSR1);
    struct pollfd polled = { file, POLLIN, 0 };
    SHOW(poll(&polled, 1, 0));
    SHOW(read(file, info, sizeof info));
    for (int i = 0; i < 2; i++)
        printf("  signal %u code %d mine %d value %d\n", info[i].ssi_signo, info[i].ssi_code, info[i].ssi_pid == (uint32_t)getpid(), info[i].ssi_int);
    SHOW(read(file, info, 100));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        nap();
        _exit(4);
    }
    SHOW(poll(&polled, 1, 10000));
    SHOW(read(file, info, sizeof info));
    printf("  signal %u code %d child's %d status %d\n", info[0].ssi_signo, info[0].ssi_code, info[0].ssi_pid == (uint32_t)child, info[0].ssi_status);
    wait(NULL);
    sigdelset(&mask, SIGUSR1);
    SHOW(signalfd(file, &mask, 0) == file);
    raise(SIGUSR1);
    SHOW(poll(&polled, 1, 0));
    SHOW(signalfd(0, &mask, 0));
    SHOW(signalfd(-1, &mask, 5));
    close(file);
}

static void pipe_sizes(void)
{
    int ends[2];
    long total = 0;
    puts("sizes of pipes:");
    SHOW(pipe2(ends, O_NONBLOCK));
    SHOW(fcntl(ends[0], F_GETPIPE_SZ));
    SHOW(write(ends[1], buffer, 100000));
    SHOW(fcntl(ends[0], F_SETPIPE_SZ, 4096));
    SHOW(fcntl(ends[0], F_SETPIPE_SZ, 200000));
    SHOW(write(ends[1], buffer, 300000));
    SHOW(fcntl(ends[1], F_GETPIPE_SZ));
    SHOW(fcntl(ends[0], F_SETPIPE_SZ, 65536));
    for (ssize_t length; (length = read(ends[0], buffer, 7777)) > 0;)
        total += length;
    printf("  read %ld\n", total);
    SHOW(fcntl(ends[0], F_SETPIPE_SZ, 1));
    for (int i = 0; i < 5000; i++)
        buffer[i] = (char)(i * 7);
    SHOW(write(ends[1], buffer, 5000));
    SHOW(fcntl(ends[0], F_SETPIPE_SZ, 8193));
    SHOW(write(ends[1], buffer + 4096, 904));
    SHOW(read(ends[0], buffer + 100000, 100000));
    SHOW(memcmp(buffer, buffer + 100000, 5000));
    /* Full, with its oldest and newest bytes in one page. */
    SHOW(fcntl(ends[0], F_SETPIPE_SZ, 8192));
    for (int i = 0; i < 10000; i++)
        buffer[i] = (char)(i * 13);
    SHOW(write(ends[1], buffer, 8192));
    SHOW(read(ends[0], buffer + 100000, 4096 + 1000));
    SHOW(write(ends[1], buffer, 4096));
    SHOW(fcntl(ends[0], F_SETPIPE_SZ, 65536));
    SHOW(write(ends[1], buffer, 8192));
    SHOW(read(ends[0], buffer + 100000, 100000));
    SHOW(memcmp(buffer + 5096, buffer + 100000, 3096));
    SHOW(memcmp(buffer, buffer + 103096, 4096));
    SHOW(memcmp(buffer, buffer + 107192, 8192));
    close(ends[0]);
    close(ends[1]);
}

/* select and ppoll say how much time was left. */
static void remaining_time(void)
{
    int ends[2];
    fd_set set;
    struct timeval time = { 10, 0 };
    puts("time left:");
    SHOW(pipe(ends));
    SHOW(write(ends[1], "x", 1));
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    SHOW(select(ends[0] + 1, &set, NULL, NULL, &time));
    SHOW(time.tv_sec >= 9 && time.tv_sec <= 10);
    FD_ZERO(&set);
    time = (struct timeval){ 0, 10000 };
    SHOW(select(0, NULL, NULL, NULL, &time));
    SHOW(time.tv_sec == 0 && time.tv_usec == 0);
    time = (struct timeval){ -1, 0 };
    SHOW(select(0, NULL, NULL, NULL, &time));
    SHOW(select(-1, NULL, NULL, NULL, NULL));
    struct timespec timespec = { 0, 1000000000 };
    SHOW(ppoll(NULL, 0, &timespec, NULL));
    close(ends[0]);
    close(ends[1]);
}

int main(void)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    levels_and_edges();
    errors();
    interrupted();
    event_counters();
    signal_files();
    pipe_sizes();
    remaining_time();
    return 0;
}
