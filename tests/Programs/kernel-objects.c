/* kernel-objects [KIND...]: takes as many of each kind of thing the kernel keeps for programs as it gets, in one process after the other, until it is
   refused or killed; then gives all back. Says how each kind ended. A kernel that is short of memory may say no, or kill, but has to live. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORKERS = 400, MANY = 60000 };

static volatile int *outcome;

static void pause_for_ever(void)
{
    for (;;)
        pause();
}

static char *reserve(unsigned long bytes, int protection)
{
    return mmap(NULL, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

/* Neighbours differ, so that they stay areas of their own. Each function returns 0 when it has all a process may have, else the error. */
static int areas(void)
{
    for (int i = 0; i < MANY; i++)
        if (reserve(4096, i % 2 ? PROT_READ : PROT_NONE) == MAP_FAILED)
            return errno;
    return 0;
}

static int splits(void)
{
    char *memory = reserve((unsigned long)MANY << 12, PROT_READ | PROT_WRITE);
    for (unsigned long i = 1; memory != MAP_FAILED && i < MANY; i += 2)
        if (mprotect(memory + (i << 12), 4096, PROT_READ) != 0)
            return errno;
    return memory == MAP_FAILED ? errno : 0;
}

/* The leader has many areas: each worker costs a copy of all of them. */
static void before_forks(void)
{
    for (int i = 0; i < 20000; i++)
        if (reserve(4096, i % 2 ? PROT_READ : PROT_READ | PROT_WRITE) == MAP_FAILED)
            return;
}

static int forks(void) { return 0; }

static int page_tables(void)
{
    char *memory = reserve(1UL << 34, PROT_READ);
    if (memory == MAP_FAILED)
        return errno;
    for (unsigned long at = 0; at < 1UL << 34; at += 2 << 20)
        (void)*(volatile char *)(memory + at);
    return 0;
}

static void *thread(void *unused)
{
    pause_for_ever();
    return unused;
}

static int threads(void)
{
    pthread_attr_t attributes;
    pthread_t id;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 16384);
    for (int i = 0; i < 4000; i++) {
        int error = pthread_create(&id, &attributes, thread, NULL);
        if (error != 0)
            return error;
    }
    return 0;
}

static int file(void) { return open("/proc/self/status", O_RDONLY); }
static int event(void) { return eventfd(1, 0); }
static int timer_file(void) { return timerfd_create(CLOCK_MONOTONIC, 0); }
static int memory_file(void)
{
    int descriptor = memfd_create("sparse", 0);
    for (int level = 12; descriptor >= 0 && level < 60; level += 6)
        if (pwrite(descriptor, "x", 1, 1UL << level) != 1)
            return -1;
    return descriptor;
}

static int descriptors(int (*make)(void))
{
    int descriptor;
    while ((descriptor = make()) >= 0) { }
    return errno == EMFILE ? 0 : errno;
}

static int files(void) { return descriptors(file); }
static int events(void) { return descriptors(event); }
static int timer_files(void) { return descriptors(timer_file); }
static int memory_files(void) { return descriptors(memory_file); }

static int pipes(void)
{
    static char full[65536];
    int ends[2];
    while (pipe2(ends, O_NONBLOCK) == 0)
        if (write(ends[1], full, sizeof full) < 0)
            return errno;
    return errno == EMFILE ? 0 : errno;
}

static int watched(void)
{
    struct epoll_event wanted = { .events = EPOLLIN };
    int sets[500], events[500], count = 0;
    while (count < 500 && (events[count] = eventfd(0, 0)) >= 0 && (sets[count] = epoll_create1(0)) >= 0)
        count++;
    if (count < 400)
        return errno;
    for (int set = 0; set < count; set++)
        for (int i = 0; i < count; i++)
            if (epoll_ctl(sets[set], EPOLL_CTL_ADD, events[i], &wanted) != 0)
                return errno;
    return 0;
}

static int timers(void)
{
    timer_t id;
    for (int i = 0; i < MANY; i++)
        if (timer_create(CLOCK_MONOTONIC, NULL, &id) != 0)
            return errno;
    return 0;
}

static int signals(void)
{
    sigset_t all;
    union sigval value = { 0 };
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    while (sigqueue(getpid(), SIGRTMIN + 1, value) == 0) { }
    return errno;
}

static int segments(void)
{
    for (int i = 0; i < 200; i++) {
        int id = shmget(IPC_PRIVATE, 256 << 10, 0600);
        char *memory = id < 0 ? (char *)-1 : shmat(id, NULL, 0);
        shmctl(id, IPC_RMID, NULL);
        if (memory == (char *)-1)
            return errno;
        memset(memory, 1, 256 << 10);
    }
    return 0;
}

static char name[300];

static int tree(void)
{
    memset(name, 'n', 200);
    for (int i = 0; i < 20000; i++) {
        sprintf(name + 200, "-%d", i);
        if (i % 3 == 0 ? mkdir(name, 0700) : i % 3 == 1 ? mknod(name, S_IFREG | 0600, 0) : symlink(name, name))
            return errno;
    }
    return 0;
}

/* What is left when areas have taken everything: a long text of the kernel's, and long arguments. */
static int texts(void)
{
    static char text[65536];
    int error = areas();
    int maps = open("/proc/self/smaps", O_RDONLY);
    while (read(maps, text, sizeof text) > 0) { }
    close(maps);
    return error;
}

static int arguments(void)
{
    static char text[120000], *list[17];
    int error = areas();
    memset(text, 'a', sizeof text - 1);
    for (int i = 0; i < 16; i++)
        list[i] = text;
    execv("/nowhere", list);
    return error != 0 ? error : errno == ENOENT ? 0 : errno;
}

static const struct { const char *name; int (*take)(void); void (*before)(void); } kinds[] = {
    { "areas", areas }, { "splits", splits }, { "forks", forks, before_forks }, { "page-tables", page_tables }, { "threads", threads }, { "files", files },
    { "events", events }, { "timer-files", timer_files }, { "memory-files", memory_files }, { "pipes", pipes }, { "watched", watched },
    { "timers", timers }, { "signals", signals }, { "segments", segments }, { "tree", tree }, { "texts", texts }, { "arguments", arguments },
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static void work(int kind)
{
    int error = kinds[kind].take();
    if (error != 0)
        *outcome = error;
    pause_for_ever();
}

/* Starts worker after worker until something is refused. */
static void lead(int kind)
{
    struct timespec moment = { 0, 20000000 };
    if (kinds[kind].before)
        kinds[kind].before();
    for (int i = 0; i < WORKERS && *outcome == 0; i++) {
        pid_t worker = fork();
        if (worker == 0)
            work(kind);
        if (worker < 0)
            *outcome = errno;
        nanosleep(&moment, NULL);
        if (waitpid(-1, NULL, WNOHANG) > 0)
            *outcome = -1;
    }
}

static void clean_up(void)
{
    for (int i = 0; i < 20000; i++) {
        sprintf(name + 200, "-%d", i);
        if ((i % 3 == 0 ? rmdir(name) : unlink(name)) != 0 && errno == ENOENT && i > 100)
            return;
    }
}

static void run(int kind)
{
    int status;
    *outcome = 0;
    pid_t leader = fork();
    if (leader < 0) {
        printf("%s: no leader, %s\n", kinds[kind].name, strerror(errno));
        return;
    }
    if (leader == 0) {
        setpgid(0, 0);
        lead(kind);
        _exit(0);
    }
    setpgid(leader, leader);
    while (waitpid(leader, &status, 0) < 0) { }
    kill(-leader, SIGKILL);
    while (kill(-leader, 0) == 0)
        usleep(1000);
    int is_killed = WIFSIGNALED(status) || *outcome == -1;
    printf("%s: %s\n", kinds[kind].name, is_killed ? "killed" : *outcome != 0 ? strerror(*outcome) : "no limit found");
    memset(name, 'n', 200);
    if (kinds[kind].take == tree)
        clean_up();
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    outcome = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    *outcome = 0;
    if (chdir("/tmp") != 0)
        return 1;
    for (int kind = 0; kind < KINDS; kind++) {
        int is_wanted = argc == 1;
        for (int i = 1; i < argc; i++)
            is_wanted |= strcmp(argv[i], kinds[kind].name) == 0;
        if (is_wanted)
            run(kind);
    }
    puts("alive");
    return 0;
}
