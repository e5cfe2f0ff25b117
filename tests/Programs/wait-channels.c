/* What /proc/PID/wchan says of processes that sleep, each in another call. */
#include "show.h"
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <linux/futex.h>

static int ends[2];
static char buffer[70000];

static void wait_in(int kind)
{
    struct pollfd file = { ends[0], POLLIN, 0 };
    struct epoll_event event;
    unsigned word = 0;
    sigset_t none;
    sigemptyset(&none);
    switch (kind) {
    case 0: (void)!read(ends[0], buffer, 1); break;
    case 1: (void)!write(ends[1], buffer, sizeof buffer); break;
    case 2: poll(&file, 1, -1); break;
    case 3: epoll_wait(epoll_create1(0), &event, 1, -1); break;
    case 4: sleep(100); break;
    case 5: waitpid(fork() ?: (prctl(PR_SET_PDEATHSIG, SIGKILL), pause(), 0), NULL, 0); break;
    case 6: syscall(SYS_futex, &word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0); break;
    case 7: sigsuspend(&none); break;
    case 8: sigwaitinfo(&none, NULL); break;
    case 9: (void)!read(eventfd(0, 0), buffer, 8); break;
    case 10: (void)!read(timerfd_create(CLOCK_MONOTONIC, 0), buffer, 8); break;
    case 11: msgrcv(msgget(IPC_PRIVATE, 0600), buffer, 8, 0, 0); break;
    case 12: raise(SIGSTOP); break;
    }
}

int main(void)
{
    static const char *const names[] = { "read", "write", "poll", "epoll_wait", "nanosleep", "wait4", "futex", "sigsuspend", "sigwaitinfo", "eventfd", "timerfd",
        "msgrcv", "stopped" };
    setvbuf(stdout, NULL, _IOLBF, 0);
    for (int kind = 0; kind < (int)(sizeof names / sizeof names[0]); kind++) {
        (void)!pipe(ends);
        pid_t child = fork();
        if (child == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            wait_in(kind);
            _exit(0);
        }
        usleep(20000);
        char path[64], name[64] = "";
        snprintf(path, sizeof path, "/proc/%d/wchan", child);
        FILE *file = fopen(path, "r");
        (void)!fgets(name, sizeof name, file);
        fclose(file);
        printf("%s: %s\n", names[kind], name);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        close(ends[0]);
        close(ends[1]);
    }
    FILE *file = fopen("/proc/self/wchan", "r");
    printf("itself: %c\n", fgetc(file));
    fclose(file);
    return 0;
}
