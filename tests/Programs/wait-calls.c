/* Parents and children: wait in all its ways, process groups and sessions, stops, orphans. */
#include "show.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static void nap(void) { usleep(30000); }

static pid_t start_sleeper(void)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        for (;;)
            pause();
    return child;
}

static pid_t start_ended(int status)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        _exit(status);
    return child;
}

static void waits(void)
{
    int status;
    pid_t children[4];
    siginfo_t info;
    puts("wait:");
    printf("  no child: %s\n", result(wait(&status)));
    for (int i = 0; i < 4; i++)
        children[i] = start_ended(i + 1);
    nap();
    for (int i = 0; i < 4; i++) {
        pid_t pid = wait(&status);
        printf("  child %d: %d status %d\n", i, pid == children[i], WEXITSTATUS(status));
    }
    pid_t child = start_sleeper();
    printf("  not yet: %s\n", result(waitpid(child, &status, WNOHANG)));
    printf("  not a child: %s\n", result(waitpid(getppid(), &status, 0)));
    printf("  another group: %s\n", result(waitpid(-99999, &status, 0)));
    printf("  own group, not yet: %s\n", result(waitpid(0, &status, WNOHANG)));
    printf("  bad options: %s\n", result(waitpid(-1, &status, 0x100)));
    kill(child, SIGKILL);
    printf("  killed: %d", waitpid(child, &status, 0) == child);
    printf(" status %#x\n", status);

    puts("waitid:");
    child = start_ended(9);
    memset(&info, 0, sizeof info);
    printf("  keep: %s", result(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT)));
    printf(" signal %d code %d pid %d uid %d status %d\n", info.si_signo, info.si_code, info.si_pid == child, info.si_uid, info.si_status);
    printf("  take: %s\n", result(waitid(P_ALL, 0, &info, WEXITED)));
    printf("  gone: %s\n", result(waitid(P_PID, (id_t)child, &info, WEXITED)));
    child = start_sleeper();
    memset(&info, 0xff, sizeof info);
    printf("  nothing: %s", result(waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG)));
    printf(" signal %d pid %d\n", info.si_signo, info.si_pid);
    kill(child, SIGSTOP);
    printf("  stopped, keep: %s", result(waitid(P_PID, (id_t)child, &info, WSTOPPED | WNOWAIT)));
    printf(" code %d status %d\n", info.si_code, info.si_status);
    printf("  stopped: %s", result(waitid(P_PID, (id_t)child, &info, WSTOPPED | WNOHANG)));
    printf(" pid %d\n", info.si_pid == child);
    printf("  told already: %s", result(waitid(P_PID, (id_t)child, &info, WSTOPPED | WNOHANG)));
    printf(" pid %d\n", info.si_pid);
    kill(child, SIGCONT);
    printf("  continued: %s", result(waitid(P_PID, (id_t)child, &info, WCONTINUED)));
    printf(" code %d status %d\n", info.si_code, info.si_status);
    kill(child, SIGTERM);
    printf("  ended: %s", result(waitid(P_PID, (id_t)child, &info, WEXITED | WSTOPPED)));
    printf(" code %d status %d\n", info.si_code, info.si_status);
    printf("  nothing asked for: %s\n", result(waitid(P_ALL, 0, &info, WNOHANG)));
    printf("  bad kind: %s\n", result(waitid((idtype_t)77, 0, &info, WEXITED)));
    fflush(stdout);
    child = fork();
    if (child == 0) {
        struct rlimit none = { 0, 0 };
        setrlimit(RLIMIT_CORE, &none);
        abort();
    }
    printf("  aborted: %s", result(waitid(P_PID, (id_t)child, &info, WEXITED)));
    printf(" code %d status %d\n", info.si_code, info.si_status);
}

static void stops(void)
{
    int status;
    puts("stops:");
    pid_t child = start_sleeper();
    int signals[] = { SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU };
    setpgid(child, child);
    for (int i = 0; i < 4; i++) {
        kill(child, signals[i]);
        printf("  %d", waitpid(child, &status, WUNTRACED) == child);
        printf(" %d by %d", WIFSTOPPED(status), WSTOPSIG(status) == signals[i]);
        kill(child, SIGTERM);
        nap();
        printf(", a deadly signal waits: %d", waitpid(child, &status, WUNTRACED | WNOHANG));
        if (i < 3) {
            kill(child, SIGKILL);
            waitpid(child, &status, 0);
            printf(", SIGKILL does not: %d\n", WTERMSIG(status));
            child = start_sleeper();
            setpgid(child, child);
        } else {
            kill(child, SIGCONT);
            waitpid(child, &status, 0);
            printf(", until SIGCONT: %d\n", WTERMSIG(status));
        }
    }
    /* What is sent while it is stopped is there when it goes on. */
    child = start_sleeper();
    kill(child, SIGSTOP);
    waitpid(child, &status, WUNTRACED);
    kill(child, SIGCONT);
    kill(child, SIGSTOP);
    waitpid(child, &status, WUNTRACED);
    printf("  again: %d\n", WIFSTOPPED(status));
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
}

static void groups(void)
{
    int status, ends[2];
    puts("groups and sessions:");
    printf("  leader's setsid: %s\n", result(setpgid(0, 0) < 0 ? -1 : setsid()));
    pid_t child = start_sleeper();
    printf("  into its own: %s", result(setpgid(child, child)));
    printf(" %d %d\n", getpgid(child) == child, getsid(child) == getsid(0));
    pid_t second = start_sleeper();
    printf("  second into the first's: %s", result(setpgid(second, child)));
    printf(" %d\n", getpgid(second) == child);
    printf("  into nobody's: %s\n", result(setpgid(second, 99999)));
    printf("  a stranger: %s\n", result(setpgid(99999, 0)));
    printf("  negative: %s\n", result(setpgid(0, -1)));
    printf("  parent: %s\n", result(setpgid(getppid(), 0)));
    kill(-child, SIGTERM);
    printf("  killed together: %d", waitpid(-child, &status, 0) > 0);
    printf(" %d\n", waitpid(-child, &status, 0) > 0);
    printf("  group of nobody: %s\n", result(kill(-99999, 0)));
    if (pipe(ends) < 0)
        return;
    fflush(stdout);
    child = fork();
    if (child == 0) {
        pid_t self = getpid();
        printf("  setsid: %d", setsid() == self);
        printf(" %d %d\n", getpgrp() == self, getsid(0) == self);
        printf("  again: %s\n", result(setsid()));
        printf("  a session leader's setpgid: %s\n", result(setpgid(0, 0)));
        printf("  no terminal: %s\n", result(open("/dev/tty", O_RDWR)));
        fflush(stdout);
        char byte = 'x';
        if (write(ends[1], &byte, 1) < 0)
            _exit(1);
        pause();
    }
    char byte;
    if (read(ends[0], &byte, 1) < 0)
        return;
    printf("  another session: %s\n", result(setpgid(child, getpgrp())));
    printf("  into another session: %s\n", result(setpgid(0, child)));
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    char *program = "/bin/true";
    child = fork();
    if (child == 0) {
        close(ends[0]);
        fcntl(ends[1], F_SETFD, FD_CLOEXEC);
        execl("/proc/self/exe", "wait-calls", "sleep", NULL);
        execl(program, program, NULL);
        _exit(1);
    }
    close(ends[1]);
    if (read(ends[0], &byte, 1) != 0)
        return;
    printf("  after exec: %s\n", result(setpgid(child, child)));
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    close(ends[0]);
}

struct notes { volatile int hang_ups, continued, order[4], count, adopted; volatile pid_t member; };
static struct notes *notes;

static void on_signal(int signal)
{
    if (signal == SIGHUP)
        notes->hang_ups++;
    else
        notes->continued++;
    notes->order[notes->count++ & 3] = signal;
}

/* When a group's last link to its session is gone, its stopped members are hung up and continued. */
static void orphans(void)
{
    int status;
    puts("orphans:");
    notes = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    fflush(stdout);
    pid_t shell = fork();
    if (shell == 0) {
        pid_t job = fork();
        if (job == 0) {
            setpgid(0, 0);
            signal(SIGHUP, on_signal);
            signal(SIGCONT, on_signal);
            notes->member = getpid();
            raise(SIGSTOP);
            nap();
            notes->adopted = 1;
            raise(SIGTSTP);
            raise(SIGTTIN);
            raise(SIGTTOU);
            notes->adopted = 2;
            _exit(0);
        }
        while (notes->member == 0)
            nap();
        waitpid(job, &status, WUNTRACED);
        _exit(0);
    }
    waitpid(shell, &status, 0);
    for (int i = 0; i < 100 && notes->adopted < 2; i++)
        nap();
    printf("  hung up %d, continued %d, in order %d %d\n", notes->hang_ups, notes->continued, notes->order[0], notes->order[1]);
    printf("  stop signals of the terminal have no effect: %d\n", notes->adopted == 2);
    printf("  parent afterwards is not the one before: %d\n", getppid() != shell);
}

static void zombies(void)
{
    int status;
    puts("zombies:");
    pid_t child = start_ended(3);
    nap();
    printf("  kill: %s\n", result(kill(child, SIGTERM)));
    printf("  group: %d\n", getpgid(child) == getpgrp());
    waitpid(child, &status, 0);
    printf("  status %d\n", WEXITSTATUS(status));
    printf("  gone: %s\n", result(kill(child, 0)));
    /* A grandchild outlives its parent. */
    int ends[2];
    if (pipe(ends) < 0)
        return;
    fflush(stdout);
    if ((child = fork()) == 0) {
        pid_t parent = getpid();
        if (fork() == 0) {
            while (getppid() == parent)
                usleep(1000);
            if (write(ends[1], "x", 1) < 0)
                _exit(1);
            _exit(0);
        }
        _exit(0);
    }
    waitpid(child, &status, 0);
    char byte = 0;
    printf("  adopted: %s\n", result(read(ends[0], &byte, 1)));
    printf("  not mine: %s\n", result(wait(&status)));
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc > 1 && strcmp(argv[1], "sleep") == 0)
        for (;;)
            pause();
    waits();
    stops();
    groups();
    orphans();
    zombies();
    return 0;
}
