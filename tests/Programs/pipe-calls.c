/* Pipes between processes, poll and select, sendfile, SIGPIPE. */
#include "show.h"
#include <sched.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/wait.h>

static char buffer[70000];

static void on_signal(int number) { printf("signal %d\n", number); }

static void within_one_process(void)
{
    int ends[2], available = 0;
    SHOW(pipe(ends));
    SHOW(write(ends[1], "abc", 3));
    SHOW(ioctl(ends[0], FIONREAD, &available));
    SHOW(available);
    SHOW(read(ends[0], buffer, 2));
    SHOW(read(ends[0], buffer, 10));
    SHOW(fcntl(ends[0], F_SETFL, O_NONBLOCK));
    SHOW(read(ends[0], buffer, 10));
    SHOW(lseek(ends[0], 0, SEEK_SET));
    SHOW(pread(ends[0], buffer, 1, 0));
    SHOW(read(ends[1], buffer, 1));
    SHOW(write(ends[0], buffer, 1));
    SHOW(fcntl(ends[1], F_SETFL, O_NONBLOCK));
    SHOW(write(ends[1], buffer, 70000));
    SHOW(write(ends[1], buffer, 1));
    struct pollfd polled[3] = { { ends[0], POLLIN | POLLOUT, 0 }, { ends[1], POLLOUT | POLLIN, 0 }, { 99, POLLIN, 0 } };
    SHOW(poll(polled, 3, 0));
    SHOW(polled[0].revents);
    SHOW(polled[1].revents);
    SHOW(polled[2].revents);
    SHOW(read(ends[0], buffer, 70000));
    SHOW(poll(polled, 2, 0));
    SHOW(polled[1].revents);
    signal(SIGPIPE, on_signal);
    SHOW(close(ends[0]));
    SHOW(poll(polled + 1, 1, 0));
    SHOW(polled[1].revents);
    SHOW(write(ends[1], "x", 1));
    SHOW(close(ends[1]));
}

static void waiting_for_a_child(void)
{
    int ends[2], status;
    SHOW(pipe2(ends, O_CLOEXEC));
    SHOW(fcntl(ends[0], F_GETFD));
    if (fork() == 0)
    {
        close(ends[0]);
        usleep(20000);
        _exit(write(ends[1], "child", 5) == 5 ? 3 : 1);
    }
    close(ends[1]);
    struct pollfd polled = { ends[0], POLLIN, 0 };
    SHOW(poll(&polled, 1, 5000));
    SHOW(polled.revents & POLLIN);
    SHOW(read(ends[0], buffer, 10));
    SHOW(read(ends[0], buffer, 10));
    SHOW(poll(&polled, 1, 0));
    SHOW(polled.revents);
    SHOW(wait(&status) > 0);
    SHOW(status);
    close(ends[0]);
}

static void selecting(void)
{
    int ends[2];
    fd_set set;
    struct timeval timeout = { 0, 1000 };
    SHOW(pipe(ends));
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    SHOW(select(ends[0] + 1, &set, 0, 0, &timeout));
    SHOW(FD_ISSET(ends[0], &set) != 0);
    SHOW(write(ends[1], "x", 1));
    FD_SET(ends[0], &set);
    SHOW(select(ends[0] + 1, &set, 0, 0, 0));
    SHOW(FD_ISSET(ends[0], &set) != 0);
    FD_ZERO(&set);
    FD_SET(90, &set);
    SHOW(select(91, &set, 0, 0, &timeout));
    SHOW(poll(0, 0, 1));
    close(ends[0]);
    close(ends[1]);
}

/* More than a pipe holds, in pieces that do not fit each other. */
static void large_transfer(void)
{
    int ends[2], status;
    long total = 0, length;
    unsigned hash = 0;
    SHOW(pipe(ends));
    fflush(stdout);
    if (fork() == 0)
    {
        close(ends[0]);
        for (int i = 0; i < 70000; i++) buffer[i] = (char)(i % 251);
        for (int i = 0; i < 10; i++) total += write(ends[1], buffer, 70000);
        _exit(total == 700000 ? 7 : 1);
    }
    close(ends[1]);
    for (int i = 0; (length = read(ends[0], buffer, 1 + i * 37 % 5000)) > 0; i++)
    {
        /* The writer fills up what was read, so that both ends come to be in one page. */
        sched_yield();
        total += length;
        for (int i = 0; i < length; i++) hash = hash * 31 + (unsigned char)buffer[i];
    }
    SHOW(total);
    SHOW(hash);
    SHOW(wait(&status) > 0);
    SHOW(status);
    close(ends[0]);
}

static void sending(void)
{
    int ends[2], file = open("sent", O_CREAT | O_RDWR, 0644);
    off_t offset = 1;
    SHOW(write(file, buffer, 8192));
    SHOW(lseek(file, 0, SEEK_SET));
    SHOW(pipe(ends));
    SHOW(sendfile(ends[1], file, &offset, 100));
    SHOW(offset);
    SHOW(sendfile(ends[1], file, 0, 10));
    SHOW(lseek(file, 0, SEEK_CUR));
    SHOW(fsync(ends[0]));
}

int main(int count, char **arguments)
{
    setvbuf(stdout, 0, _IOLBF, 0);
    if (count != 2 || chdir(arguments[1]) < 0) return 2;
    within_one_process();
    waiting_for_a_child();
    selecting();
    large_transfer();
    sending();
    return 0;
}
