/* A thread that changes who it is by a raw system call changes itself alone; the C library's calls change all; started by root: thread-users DIRECTORY */
#include "show.h"
#include <grp.h>
#include <linux/capability.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { NOBODY = 65534 };

static const char *folder;
static char path[512];
static pthread_barrier_t step;

static void show_users(const char *who)
{
    uid_t ids[3];
    gid_t groups[8];
    char name[64], line[256];
    getresuid(&ids[0], &ids[1], &ids[2]);
    printf("  %s: users %d %d %d, group %d, %d groups\n", who, ids[0], ids[1], ids[2], getegid(), getgroups(8, groups));
    snprintf(name, sizeof name, "/proc/self/task/%ld/status", syscall(SYS_gettid));
    FILE *file = fopen(name, "r");
    while (fgets(line, sizeof line, file))
        if (strncmp(line, "Uid:", 4) == 0)
            printf("  %s", line);
        else if (strncmp(line, "CapEff:", 7) == 0)
            printf("  capabilities: %s\n", strtoul(line + 7, NULL, 16) ? "some" : "none");
    fclose(file);
}

static const char *file(const char *name)
{
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void show_owner(const char *name)
{
    struct stat status = { 0 };
    SHOW(stat(file(name), &status));
    printf("  of %d\n", status.st_uid);
}

static void *become_nobody(void *victim)
{
    gid_t groups[2] = { 7, 8 };
    SHOW(syscall(SYS_setgroups, 2, groups));
    SHOW(syscall(SYS_setresuid, NOBODY, NOBODY, NOBODY));
    show_users("thread");
    SHOW(open(file("root-only"), O_RDONLY));
    SHOW(close(open(file("of-thread"), O_CREAT | O_WRONLY, 0600)));
    SHOW(kill(*(pid_t *)victim, 0));
    SHOW(kill(getpid(), 0));
    SHOW(syscall(SYS_setresuid, 0, 0, 0));
    SHOW(setpriority(PRIO_PROCESS, 0, -1));
    SHOW(mlock(path, sizeof path));
    pid_t child = (pid_t)syscall(SYS_fork);
    if (child == 0) {
        show_users("child of the thread");
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    pthread_barrier_wait(&step);
    /* The other thread looks at things as root. */
    pthread_barrier_wait(&step);
    SHOW(open(file("root-only"), O_RDONLY));
    SHOW(mlock(path, sizeof path));
    return NULL;
}

static void *follow(void *unused)
{
    pthread_barrier_wait(&step);
    /* The other thread makes both a user. */
    pthread_barrier_wait(&step);
    show_users("thread that follows");
    return unused;
}

static void *drop_capabilities(void *unused)
{
    struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct data[2] = { 0 };
    SHOW(syscall(SYS_capset, &header, data));
    show_users("thread without capabilities");
    SHOW(open(file("nobodys"), O_RDONLY));
    header.pid = getpid();
    SHOW(syscall(SYS_capget, &header, data));
    printf("  the process has %s\n", data[0].effective ? "some" : "none");
    return unused;
}

static void *execute(void *unused)
{
    if (syscall(SYS_setresuid, 3, 3, 3) == 0)
        execl("/proc/self/exe", "thread-users", "show", (char *)NULL);
    return unused;
}

int main(int argc, char **argv)
{
    pthread_t thread;
    folder = argv[1];
    if (argc == 2 && strcmp(folder, "show") == 0) {
        show_users("program that a thread has executed");
        return 0;
    }
    setvbuf(stdout, NULL, _IOLBF, 0);
    pid_t victim = fork();
    if (victim == 0) {
        pause();
        _exit(0);
    }
    umask(0);
    struct rlimit none = { 0, 0 };
    setrlimit(RLIMIT_MEMLOCK, &none);
    SHOW(chmod(folder, 0777));
    SHOW(close(open(file("root-only"), O_CREAT | O_WRONLY, 0600)));
    SHOW(close(open(file("nobodys"), O_CREAT | O_WRONLY, 0)));
    SHOW(chown(path, NOBODY, NOBODY));
    pthread_create(&thread, NULL, drop_capabilities, NULL);
    pthread_join(thread, NULL);
    SHOW(close(open(file("nobodys"), O_RDONLY)));
    pthread_barrier_init(&step, NULL, 2);
    pthread_create(&thread, NULL, become_nobody, &victim);
    pthread_barrier_wait(&step);
    show_users("main");
    SHOW(close(open(file("root-only"), O_RDONLY)));
    SHOW(kill(victim, 0));
    SHOW(mlock(folder, 1));
    show_owner("of-thread");
    pthread_barrier_wait(&step);
    pthread_join(thread, NULL);
    pthread_create(&thread, NULL, follow, NULL);
    pthread_barrier_wait(&step);
    SHOW(setresgid(5, 5, 5));
    SHOW(setresuid(0, 4, 0));
    pthread_barrier_wait(&step);
    pthread_join(thread, NULL);
    show_users("main");
    SHOW(setresuid(0, 0, 0));
    kill(victim, SIGKILL);
    waitpid(victim, NULL, 0);
    SHOW(unlink(file("root-only")));
    SHOW(unlink(file("nobodys")));
    SHOW(unlink(file("of-thread")));
    pthread_create(&thread, NULL, execute, NULL);
    pthread_join(thread, NULL);
    return 1;
}
