/* Descriptors of processes: pidfd_open, CLONE_PIDFD, pidfd_send_signal, pidfd_getfd, waitid(P_PIDFD), poll. */
#define _GNU_SOURCE
#include "show.h"
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#ifndef P_PIDFD
#define P_PIDFD 3
#endif

static int pidfd_open_(pid_t pid, unsigned flags) { return (int)syscall(SYS_pidfd_open, pid, flags); }
static int pidfd_getfd_(int file, int wanted) { return (int)syscall(SYS_pidfd_getfd, file, wanted, 0); }
static int send(int file, int number, siginfo_t *info, unsigned flags) { return (int)syscall(SYS_pidfd_send_signal, file, number, info, flags); }

static void show_poll(int file)
{
    struct pollfd wanted = { file, POLLIN | POLLOUT, 0 };
    int count = poll(&wanted, 1, 0);
    printf("poll %d: %x\n", count, wanted.revents & ~POLLHUP);
}

static void show_wait(int options, int file)
{
    siginfo_t info = { 0 };
    errno = 0;
    int value = waitid(P_PIDFD, (id_t)file, &info, options);
    printf("waitid %s: signal %d code %d status %d\n", result(value), info.si_signo, info.si_code, info.si_status);
}

int main(void)
{
    char text[512];
    SHOW(pidfd_open_(0, 0));
    SHOW(pidfd_open_(-1, 0));
    SHOW(pidfd_open_(999999, 0));
    SHOW(pidfd_open_(getpid(), 0x40));
    int own = pidfd_open_(getpid(), 0);
    SHOW(fcntl(own, F_GETFD));
    SHOW(fcntl(own, F_GETFL) & O_ACCMODE);
    SHOW(read(own, text, 1));
    SHOW(write(own, text, 1));
    SHOW(send(own, 0, NULL, 0));
    SHOW(send(own, 65, NULL, 0));
    SHOW(send(own, 0, NULL, 0x100));
    SHOW(send(0, 0, NULL, 0));
    SHOW(send(99, 0, NULL, 0));
    int folder = open("/proc/self", O_DIRECTORY), named = open("/proc/self", O_PATH), other = open("/proc/self/fd", O_DIRECTORY);
    SHOW(send(folder, 0, NULL, 0));
    SHOW(send(named, 0, NULL, 0));
    SHOW(send(other, 0, NULL, 0));
    SHOW(pidfd_getfd_(folder, 0));
    close(folder);
    close(named);
    close(other);
    show_poll(own);
    snprintf(text, sizeof text, "/proc/self/fd/%d", own);
    char target[128] = { 0 };
    SHOW(readlink(text, target, sizeof target - 1));
    printf("%s\n", target);
    fflush(stdout);

    int ends[2];
    SHOW(pipe(ends));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        char byte;
        (void)!read(ends[0], &byte, 1);
        _exit(byte);
    }
    int file = pidfd_open_(child, 0), quiet = pidfd_open_(child, O_NONBLOCK);
    show_poll(file);
    show_wait(WEXITED | WNOHANG, file);
    show_wait(WEXITED, quiet);
    show_wait(WEXITED, 0);
    show_wait(WEXITED, 99);
    show_wait(0, file);
    SHOW(send(file, SIGSTOP, NULL, 0));
    show_wait(WSTOPPED, file);
    SHOW(send(file, SIGCONT, NULL, 0));
    show_wait(WCONTINUED, file);
    int copy = (int)syscall(SYS_pidfd_getfd, file, ends[1], 0);
    SHOW(syscall(SYS_pidfd_getfd, file, 99, 0));
    SHOW(syscall(SYS_pidfd_getfd, file, 0, 1));
    SHOW(syscall(SYS_pidfd_getfd, 0, 0, 0));
    SHOW(write(copy, "\7", 1));
    struct pollfd wanted = { file, POLLIN, 0 };
    SHOW(poll(&wanted, 1, -1));
    show_poll(file);
    SHOW(send(file, SIGTERM, NULL, 0));
    show_wait(WEXITED | WNOWAIT, file);
    show_wait(WEXITED, quiet);
    show_wait(WEXITED, quiet);
    SHOW(send(file, 0, NULL, 0));
    show_poll(file);
    snprintf(text, sizeof text, "/proc/self/fdinfo/%d", file);
    FILE *info_file = fopen(text, "r");
    while (fgets(text, sizeof text, info_file))
        if (strstr(text, "id:") && !strstr(text, "mnt"))
            printf("%s", text);
    fclose(info_file);

    int given = -1;
    SHOW(syscall(SYS_clone, CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD, 0, &given, 0, 0));
    child = (pid_t)syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, 0, &given, 0, 0);
    if (child == 0)
        for (;;)
            pause();
    SHOW(fcntl(given, F_GETFD));
    siginfo_t info = { .si_signo = SIGTERM, .si_code = SI_QUEUE };
    SHOW(send(given, SIGUSR1, &info, 0));
    info.si_code = 0;
    SHOW(send(given, SIGTERM, &info, 0));
    info.si_code = SI_QUEUE;
    SHOW(send(given, SIGTERM, &info, 0));
    show_wait(WEXITED, given);
    return 0;
}
