/* What operations of a kernel cost, and how that grows with their number.
 * scale [-m] [-f FILE] OPERATION N ...  does each operation N times; prints a line for each phase: name, N, nanoseconds in all, nanoseconds for one.
 *                                       -m prints a line before each phase as well, for who measures from outside.
 * scale list                            names the operations.
 * FILE (scale.data if not given) is made and removed by operations on files, as is the directory FILE.d. Built statically, it runs on any kernel. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <linux/futex.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096 };

static const char *self, *file = "scale.data";
static struct timespec mark;

static int tells_starts;

static void start(void)
{
    if (tells_starts)
        puts("start");
    fflush(stdout);
    clock_gettime(CLOCK_MONOTONIC, &mark);
}

/* Ends a phase of n operations and starts the next one. */
static void phase(const char *name, long n)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long total = (now.tv_sec - mark.tv_sec) * 1000000000L + now.tv_nsec - mark.tv_nsec;
    printf("%-24s %8ld %14ld %12ld\n", name, n, total, total / n);
    start();
}

static long check(long result, const char *what)
{
    if (result == -1) {
        fprintf(stderr, "scale: %s: %s\n", what, strerror(errno));
        exit(1);
    }
    return result;
}

static void *map(void *address, size_t bytes, int protection, int flags, int descriptor, off_t offset)
{
    void *result = mmap(address, bytes, protection, flags, descriptor, offset);
    check((long)result, "mmap");
    return result;
}

static char *anonymous(size_t bytes) { return map(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0); }

static unsigned long random_below(unsigned long limit)
{
    static unsigned long state = 1;
    state = state * 6364136223846793005UL + 1442695040888963407UL;
    return (state >> 33) % limit;
}

/* The numbers below n in a random order. */
static long *shuffled(long n)
{
    long *order = malloc(n * sizeof *order);
    for (long i = 0; i < n; i++)
        order[i] = i;
    for (long i = n - 1; i > 0; i--) {
        long other = random_below(i + 1), value = order[i];
        order[i] = order[other];
        order[other] = value;
    }
    return order;
}

static int data_file(long pages)
{
    int descriptor = check(open(file, O_RDWR | O_CREAT | O_TRUNC, 0600), file);
    check(ftruncate(descriptor, pages * PAGE), "ftruncate");
    return descriptor;
}

static pid_t child_of_fork(void) { return check(fork(), "fork"); }

static void wait_for(pid_t child)
{
    int status;
    check(waitpid(child, &status, 0), "waitpid");
    if (status != 0) {
        fprintf(stderr, "scale: a child ended with status %#x\n", status);
        exit(1);
    }
}

/* N children, each of which runs a function and then waits until a pipe closes. */
struct crowd {
    pid_t *children;
    int ends[2], ready[2];
};

static struct crowd gather(long n, void (*first)(long))
{
    struct crowd crowd = { .children = malloc(n * sizeof(pid_t)) };
    char byte = 0;
    check(pipe(crowd.ends), "pipe");
    check(pipe(crowd.ready), "pipe");
    for (long i = 0; i < n; i++) {
        crowd.children[i] = child_of_fork();
        if (crowd.children[i] != 0)
            continue;
        close(crowd.ends[1]);
        if (first)
            first(i);
        check(write(crowd.ready[1], &byte, 1), "write");
        _exit(read(crowd.ends[0], &byte, 1) == 0 ? 0 : 1);
    }
    for (long i = 0; i < n; i++)
        check(read(crowd.ready[0], &byte, 1), "read");
    return crowd;
}

static void disperse(struct crowd crowd, long n)
{
    close(crowd.ends[0]);
    close(crowd.ends[1]);
    close(crowd.ready[0]);
    close(crowd.ready[1]);
    for (long i = 0; i < n; i++)
        wait_for(crowd.children[i]);
    free(crowd.children);
}

static void fork_exec_wait(long n)
{
    for (long i = 0; i < n; i++) {
        pid_t child = child_of_fork();
        if (child == 0) {
            execl(self, self, "end", NULL);
            _exit(1);
        }
        wait_for(child);
    }
    phase("fork+exec+wait", n);
}

static void fork_wait(long n)
{
    for (long i = 0; i < n; i++) {
        pid_t child = child_of_fork();
        if (child == 0)
            _exit(0);
        wait_for(child);
    }
    phase("fork+wait", n);
}

static void processes(long n)
{
    struct crowd crowd = gather(n, NULL);
    phase("processes: fork", n);
    disperse(crowd, n);
    phase("processes: exit+wait", n);
}

static void proc_list(long n)
{
    struct crowd crowd = gather(n, NULL);
    long found = 0;
    DIR *directory = opendir("/proc");
    start();
    while (directory && readdir(directory))
        found++;
    phase("processes: ls /proc", n);
    if (directory)
        closedir(directory);
    disperse(crowd, n);
    if (found < n)
        exit(1);
}

static void groups(long n)
{
    struct crowd crowd = gather(n, NULL);
    start();
    for (long i = 0; i < n; i++)
        check(setpgid(crowd.children[i], crowd.children[i]), "setpgid");
    phase("groups: setpgid", n);
    for (long i = 0; i < n; i++)
        check(kill(-crowd.children[i], SIGCONT), "kill");
    phase("groups: kill", n);
    disperse(crowd, n);
    phase("groups: exit+wait", n);
}

static int gate;

static void *wait_at_gate(void *argument)
{
    while (__atomic_load_n(&gate, __ATOMIC_SEQ_CST) == 0)
        syscall(SYS_futex, &gate, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
    return argument;
}

static pthread_t *create_threads(long n, void *(*body)(void *))
{
    pthread_t *threads = malloc(n * sizeof *threads);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 65536);
    for (long i = 0; i < n; i++)
        if ((errno = pthread_create(&threads[i], &attributes, body, (void *)i)) != 0)
            check(-1, "pthread_create");
    return threads;
}

static void join_threads(pthread_t *threads, long n)
{
    for (long i = 0; i < n; i++)
        pthread_join(threads[i], NULL);
    free(threads);
}

static void threads(long n)
{
    gate = 0;
    pthread_t *created = create_threads(n, wait_at_gate);
    sched_yield();
    phase("threads: create", n);
    __atomic_store_n(&gate, 1, __ATOMIC_SEQ_CST);
    syscall(SYS_futex, &gate, FUTEX_WAKE_PRIVATE, (int)n, NULL, NULL, 0);
    join_threads(created, n);
    phase("threads: wake+join", n);
}

static void task_list(long n)
{
    gate = 0;
    pthread_t *created = create_threads(n, wait_at_gate);
    sched_yield();
    DIR *directory = opendir("/proc/self/task");
    long found = 0;
    start();
    while (directory && readdir(directory))
        found++;
    phase("threads: ls task", n);
    if (directory)
        closedir(directory);
    __atomic_store_n(&gate, 1, __ATOMIC_SEQ_CST);
    syscall(SYS_futex, &gate, FUTEX_WAKE_PRIVATE, (int)n, NULL, NULL, 0);
    join_threads(created, n);
    if (found != n + 3)
        exit(1);
}

static int *words;

static void *wait_for_word(void *argument)
{
    int *word = words + (long)argument;
    while (__atomic_load_n(word, __ATOMIC_SEQ_CST) == 0)
        syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, 0, NULL, NULL, 0);
    return argument;
}

static void futexes(long n)
{
    words = calloc(n, sizeof *words);
    pthread_t *created = create_threads(n, wait_for_word);
    sched_yield();
    start();
    for (long i = 0; i < n; i++) {
        words[i] = 1;
        syscall(SYS_futex, &words[i], FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
    }
    phase("futexes: wake", n);
    join_threads(created, n);
    free(words);
}

static void mappings(long n)
{
    long *order = shuffled(n);
    char *region = map(NULL, 2 * n * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    munmap(region, 2 * n * PAGE);
    start();
    for (long i = 0; i < n; i++)
        map(region + 2 * i * PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    phase("mappings: mmap", n);
    for (long i = 0; i < n; i++)
        region[2 * order[i] * PAGE] = 1;
    phase("mappings: touch", n);
    wait_for(child_of_fork() ?: (_exit(0), 0));
    phase("mappings: fork+wait", n);
    for (long i = 0; i < n; i++)
        check(mprotect(region + 2 * order[i] * PAGE, PAGE, PROT_READ), "mprotect");
    phase("mappings: mprotect", n);
    for (long i = 0; i < n; i++)
        munmap(region + 2 * order[i] * PAGE, PAGE);
    phase("mappings: munmap", n);
    free(order);
}

static void unplaced(long n)
{
    char **places = malloc(n * sizeof *places);
    long *order = shuffled(n);
    for (long i = 0; i < n; i++)
        places[i] = map(NULL, PAGE, i & 1 ? PROT_READ : PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    phase("unplaced: mmap", n);
    for (long i = 0; i < n / 2; i++)
        munmap(places[order[i]], PAGE);
    phase("unplaced: munmap half", n / 2);
    for (long i = 0; i < n / 2; i++)
        places[order[i]] = map(NULL, PAGE, i & 1 ? PROT_READ : PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    phase("unplaced: mmap in gaps", n / 2);
    for (long i = 0; i < n; i++)
        munmap(places[i], PAGE);
    free(order);
    free(places);
}

/* Each page of one file is mapped by itself. */
static void file_mappings(long n)
{
    int descriptor = data_file(n);
    long *order = shuffled(n);
    char *region = map(NULL, 2 * n * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    munmap(region, 2 * n * PAGE);
    start();
    for (long i = 0; i < n; i++)
        map(region + 2 * order[i] * PAGE, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, descriptor, order[i] * PAGE);
    phase("file mappings: mmap", n);
    for (long i = 0; i < n; i++)
        region[2 * order[i] * PAGE] = 1;
    phase("file mappings: touch", n);
    check(fsync(descriptor), "fsync");
    phase("file mappings: fsync", n);
    for (long i = 0; i < n; i++) {
        region[2 * order[i] * PAGE] = 2;
        check(msync(region + 2 * order[i] * PAGE, PAGE, MS_SYNC), "msync");
    }
    phase("file mappings: msync", n);
    for (long i = 0; i < n / 2; i++)
        if (fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, order[i] * PAGE, PAGE) == -1 && errno != EOPNOTSUPP)
            check(-1, "fallocate");
    phase("file mappings: hole", n / 2);
    check(ftruncate(descriptor, 0), "ftruncate");
    phase("file mappings: truncate", n);
    for (long i = 0; i < n; i++)
        munmap(region + 2 * order[i] * PAGE, PAGE);
    phase("file mappings: munmap", n);
    close(descriptor);
    unlink(file);
    free(order);
}

static char *shared;
static long shared_pages;

static void touch_own_page(long i) { shared[i % shared_pages * PAGE] = 1; }

/* N processes share one mapping of a file of 64 pages; each writes one page. */
static void file_sharers(long n)
{
    shared_pages = 64;
    int descriptor = data_file(shared_pages);
    shared = map(NULL, shared_pages * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
    struct crowd crowd = gather(n, touch_own_page);
    phase("file sharers: fork", n);
    check(fsync(descriptor), "fsync");
    phase("file sharers: fsync", n);
    check(ftruncate(descriptor, 0), "ftruncate");
    phase("file sharers: truncate", n);
    disperse(crowd, n);
    phase("file sharers: exit", n);
    munmap(shared, shared_pages * PAGE);
    close(descriptor);
    unlink(file);
}

static void write_all_shared(long i)
{
    for (long page = 0; page < shared_pages; page++)
        shared[page * PAGE] = (char)i;
}

/* N children copy 16 pages each of their parent's memory; then each is asked to give its own up, which looks for who maps them. */
static void copied_pages(long n)
{
    shared_pages = 16;
    shared = anonymous(shared_pages * PAGE);
    write_all_shared(1);
    struct crowd crowd = gather(n, write_all_shared);
    phase("copied pages: fork+write", n);
    disperse(crowd, n);
    phase("copied pages: exit", n);
    munmap(shared, shared_pages * PAGE);
}

static void write_and_page_out(long i)
{
    write_all_shared(i);
    madvise(shared, shared_pages * PAGE, MADV_PAGEOUT);
}

static void paged_out(long n)
{
    shared_pages = 16;
    shared = anonymous(shared_pages * PAGE);
    write_all_shared(1);
    struct crowd crowd = gather(n, write_and_page_out);
    phase("copies paged out", n);
    disperse(crowd, n);
    munmap(shared, shared_pages * PAGE);
}

static void pipes(long n)
{
    int (*ends)[2] = malloc(n * sizeof *ends);
    char byte = 0;
    for (long i = 0; i < n; i++)
        check(pipe(ends[i]), "pipe");
    phase("pipes: make", n);
    for (long i = 0; i < n; i++) {
        check(write(ends[i][1], &byte, 1), "write");
        check(read(ends[i][0], &byte, 1), "read");
    }
    phase("pipes: write+read", n);
    for (long i = 0; i < n; i++) {
        close(ends[i][0]);
        close(ends[i][1]);
    }
    phase("pipes: close", n);
    free(ends);
}

/* N processes wait for a byte of one pipe; each that gets one ends. */
static void readers(long n)
{
    int ends[2];
    char byte = 0;
    check(pipe(ends), "pipe");
    for (long i = 0; i < n; i++)
        if (child_of_fork() == 0)
            _exit(read(ends[0], &byte, 1) == 1 ? 0 : 1);
    sched_yield();
    start();
    for (long i = 0; i < n; i++) {
        check(write(ends[1], &byte, 1), "write");
        wait_for(-1);
    }
    phase("readers: wake+wait", n);
    close(ends[0]);
    close(ends[1]);
}

static void ping_pong(long n)
{
    int there[2], back[2];
    char byte = 0;
    check(pipe(there), "pipe");
    check(pipe(back), "pipe");
    pid_t child = child_of_fork();
    if (child == 0) {
        close(there[1]);
        while (read(there[0], &byte, 1) == 1)
            check(write(back[1], &byte, 1), "write");
        _exit(0);
    }
    start();
    for (long i = 0; i < n; i++) {
        check(write(there[1], &byte, 1), "write");
        check(read(back[0], &byte, 1), "read");
    }
    phase("ping-pong", n);
    for (int i = 0; i < 2; i++) {
        close(there[i]);
        close(back[i]);
    }
    wait_for(child);
}

/* A pipe's ends play ping-pong while N other processes sleep in poll. */
static void poll_forever(long i)
{
    (void)i;
    if (child_of_fork() != 0)
        return;
    int ends[2];
    check(pipe(ends), "pipe");
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    struct pollfd file = { ends[0], POLLIN, 0 };
    for (;;)
        poll(&file, 1, -1);
}

static void pings_beside(long n)
{
    struct crowd crowd = gather(n, poll_forever);
    sched_yield();
    ping_pong(200);
    disperse(crowd, n);
}

/* N processes, each of which waits in poll for a pipe of its own. */
static void pollers(long n)
{
    int (*ends)[2] = malloc(n * sizeof *ends), ready[2];
    pid_t *children = malloc(n * sizeof *children);
    char byte = 0;
    check(pipe(ready), "pipe");
    for (long i = 0; i < n; i++) {
        check(pipe(ends[i]), "pipe");
        children[i] = child_of_fork();
        if (children[i] != 0)
            continue;
        int set = epoll_create1(0);
        struct epoll_event event = { .events = EPOLLIN };
        epoll_ctl(set, EPOLL_CTL_ADD, ends[i][0], &event);
        check(write(ready[1], &byte, 1), "write");
        check(epoll_wait(set, &event, 1, -1), "epoll_wait");
        _exit(0);
    }
    for (long i = 0; i < n; i++)
        check(read(ready[0], &byte, 1), "read");
    start();
    for (long i = 0; i < n; i++) {
        check(write(ends[i][1], &byte, 1), "write");
        wait_for(children[i]);
    }
    phase("pollers: wake+wait", n);
    for (long i = 0; i < n; i++) {
        close(ends[i][0]);
        close(ends[i][1]);
    }
    free(children);
    free(ends);
}

static void epoll_items(long n)
{
    int set = check(epoll_create1(0), "epoll_create1"), (*ends)[2] = malloc(n * sizeof *ends);
    long *order = shuffled(n);
    char byte = 0;
    for (long i = 0; i < n; i++)
        check(pipe(ends[i]), "pipe");
    start();
    for (long i = 0; i < n; i++) {
        struct epoll_event event = { .events = EPOLLIN, .data.u64 = i };
        check(epoll_ctl(set, EPOLL_CTL_ADD, ends[i][0], &event), "epoll_ctl");
    }
    phase("epoll items: add", n);
    for (long i = 0; i < n; i++) {
        struct epoll_event event;
        check(write(ends[order[i]][1], &byte, 1), "write");
        check(epoll_wait(set, &event, 1, -1), "epoll_wait");
        if (event.data.u64 != (unsigned long)order[i])
            exit(1);
        check(read(ends[order[i]][0], &byte, 1), "read");
    }
    phase("epoll items: event", n);
    for (long i = 0; i < n; i++) {
        close(ends[i][0]);
        close(ends[i][1]);
    }
    close(set);
    free(order);
    free(ends);
}

static void timers(long n)
{
    timer_t *made = malloc(n * sizeof *made);
    long *order = shuffled(n);
    struct sigevent event = { .sigev_notify = SIGEV_NONE };
    for (long i = 0; i < n; i++)
        check(timer_create(CLOCK_MONOTONIC, &event, &made[i]), "timer_create");
    phase("timers: create", n);
    for (long i = 0; i < n; i++) {
        struct itimerspec time = { .it_value.tv_sec = 1000 + order[i] };
        check(timer_settime(made[order[i]], 0, &time, NULL), "timer_settime");
    }
    phase("timers: set", n);
    for (long i = 0; i < n; i++)
        check(timer_delete(made[order[i]]), "timer_delete");
    phase("timers: delete", n);
    free(order);
    free(made);
}

static void signals_queued(long n)
{
    sigset_t set;
    struct timespec none = { 0 };
    union sigval value = { .sival_int = 1 };
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    sigprocmask(SIG_BLOCK, &set, NULL);
    struct rlimit limit = { RLIM_INFINITY, RLIM_INFINITY };
    setrlimit(RLIMIT_SIGPENDING, &limit);
    start();
    for (long i = 0; i < n; i++)
        check(sigqueue(getpid(), SIGRTMIN, value), "sigqueue");
    phase("signals: queue", n);
    for (long i = 0; i < n; i++)
        check(sigtimedwait(&set, NULL, &none), "sigtimedwait");
    phase("signals: take", n);
}

static void descriptors(long n)
{
    int first = check(open("/", O_RDONLY), "open"), *made = malloc(n * sizeof *made);
    start();
    for (long i = 0; i < n; i++)
        made[i] = check(dup(first), "dup");
    phase("descriptors: dup", n);
    for (long i = 0; i < n; i++) {
        close(made[n - 1 - i]);
        made[n - 1 - i] = check(dup(first), "dup");
    }
    phase("descriptors: close+dup", n);
    for (long i = 0; i < n; i++)
        close(made[i]);
    close(first);
    free(made);
}

static char path[65536];

static const char *entry(const char *directory, long i)
{
    snprintf(path, sizeof path, "%s/file-%ld", directory, i);
    return path;
}

static void files(long n)
{
    char directory[4096];
    snprintf(directory, sizeof directory, "%s.d", file);
    check(mkdir(directory, 0700), directory);
    long *order = shuffled(n);
    start();
    for (long i = 0; i < n; i++)
        close(check(open(entry(directory, order[i]), O_CREAT | O_WRONLY, 0600), path));
    phase("files: create", n);
    struct stat status;
    for (long i = 0; i < n; i++)
        check(stat(entry(directory, i), &status), path);
    phase("files: stat", n);
    for (long i = 0; i < n; i++)
        if (stat(entry(directory, i + n), &status) == 0)
            exit(1);
    phase("files: stat missing", n);
    DIR *open_directory = opendir(directory);
    long found = 0;
    while (readdir(open_directory))
        found++;
    closedir(open_directory);
    if (found != n + 2)
        exit(1);
    phase("files: readdir", n);
    for (long i = 0; i < n; i++)
        check(unlink(entry(directory, order[i])), path);
    phase("files: unlink", n);
    rmdir(directory);
    free(order);
}

/* Pages of a file of N pages, one changed at a time and made durable: as a database writes. */
static void durable(long n)
{
    static char page[PAGE];
    int descriptor = check(open(file, O_RDWR | O_CREAT | O_TRUNC, 0600), file);
    for (long i = 0; i < n; i++)
        check(write(descriptor, page, PAGE), "write");
    check(fsync(descriptor), "fsync");
    long *order = shuffled(n);
    start();
    for (long i = 0; i < n; i++) {
        check(pwrite(descriptor, page, 1, order[i] * PAGE), "pwrite");
        check(fdatasync(descriptor), "fdatasync");
    }
    phase("durable: pwrite+sync", n);
    close(descriptor);
    unlink(file);
    free(order);
}

/* A path of N directories, each in the other. */
static void deep_path(long n)
{
    char directory[4096];
    snprintf(directory, sizeof directory, "%s.d", file);
    int home = check(open(".", O_RDONLY | O_DIRECTORY), "open");
    check(mkdir(directory, 0700), directory);
    check(chdir(directory), directory);
    start();
    for (long i = 0; i < n; i++) {
        check(mkdir("d", 0700), "mkdir");
        check(chdir("d"), "chdir");
    }
    phase("deep path: mkdir+chdir", n);
    for (long i = 0; i < n; i++) {
        check(chdir(".."), "chdir");
        check(rmdir("d"), "rmdir");
    }
    phase("deep path: rmdir", n);
    check(fchdir(home), "fchdir");
    close(home);
    rmdir(directory);
}

/* N GiB of address space, one page in each GiB touched. */
static void sparse(long n)
{
    const unsigned long gibibyte = 1UL << 30;
    char *region = map(NULL, n * gibibyte, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    for (long i = 0; i < n; i++)
        region[i * gibibyte] = 1;
    phase("sparse GiB: touch", n);
    check(mprotect(region, n * gibibyte, PROT_READ), "mprotect");
    phase("sparse GiB: mprotect", n);
    wait_for(child_of_fork() ?: (_exit(0), 0));
    phase("sparse GiB: fork+wait", n);
    check(madvise(region, n * gibibyte, MADV_DONTNEED), "madvise");
    phase("sparse GiB: DONTNEED", n);
    char *moved = mremap(region, n * gibibyte, (n + 1) * gibibyte, MREMAP_MAYMOVE);
    check((long)moved, "mremap");
    phase("sparse GiB: mremap", n);
    munmap(moved, (n + 1) * gibibyte);
    phase("sparse GiB: munmap", n);
}

/* N mappings of which one grows again and again. */
static void remap(long n)
{
    size_t bytes = PAGE;
    char *region = anonymous(bytes);
    for (long i = 0; i < n; i++) {
        region = mremap(region, bytes, bytes + PAGE, MREMAP_MAYMOVE);
        check((long)region, "mremap");
        bytes += PAGE;
        region[bytes - 1] = 1;
    }
    phase("mremap: grow by a page", n);
    munmap(region, bytes);
    phase("mremap: munmap", n);
}

static void heap_steps(long n)
{
    char *first = sbrk(0);
    for (long i = 0; i < n; i++)
        check((long)sbrk(PAGE), "sbrk");
    phase("brk: grow by a page", n);
    for (long i = 0; i < n; i++)
        first[i * PAGE] = 1;
    phase("brk: touch", n);
    for (long i = 0; i < n; i++)
        sbrk(-PAGE);
    phase("brk: shrink by a page", n);
}

static void touch(long n)
{
    char *region = anonymous(n * PAGE);
    madvise(region, n * PAGE, MADV_NOHUGEPAGE);
    start();
    for (long i = 0; i < n; i++)
        region[i * PAGE] = 1;
    phase("touch", n);
    munmap(region, n * PAGE);
    phase("untouch", n);
}

/* One page written and read again and again, in steps of N kilobytes in all. */
static void read_write(long n)
{
    static char block[65536];
    int descriptor = data_file(0);
    start();
    for (long done = 0; done < n; done += 64)
        check(write(descriptor, block, sizeof block), "write");
    phase("KiB written", n);
    lseek(descriptor, 0, SEEK_SET);
    for (long done = 0; done < n; done += 64)
        check(read(descriptor, block, sizeof block), "read");
    phase("KiB read", n);
    close(descriptor);
    unlink(file);
    phase("KiB freed", n);
}

/* A line that tells one run of operations from the next. */
static void print_mark(long n) { printf("mark %ld\n", n); }

static void calls(long n)
{
    for (long i = 0; i < n; i++)
        syscall(SYS_getppid);
    phase("getppid", n);
}

static const struct operation {
    const char *name;
    void (*run)(long);
} operations[] = {
    { "fork-exec-wait", fork_exec_wait }, { "fork-wait", fork_wait }, { "processes", processes }, { "groups", groups }, { "proc-list", proc_list },
    { "threads", threads }, { "task-list", task_list }, { "futexes", futexes }, { "mappings", mappings }, { "unplaced", unplaced },
    { "file-mappings", file_mappings }, { "file-sharers", file_sharers }, { "copied-pages", copied_pages }, { "paged-out", paged_out },
    { "pipes", pipes }, { "ping-pong", ping_pong }, { "readers", readers }, { "pings-beside", pings_beside }, { "pollers", pollers },
    { "epoll-items", epoll_items }, { "timers", timers }, { "signals", signals_queued }, { "descriptors", descriptors }, { "files", files }, { "durable", durable },
    { "deep-path", deep_path },
    { "sparse", sparse }, { "remap", remap }, { "brk", heap_steps }, { "touch", touch }, { "read-write", read_write }, { "calls", calls },
    { "mark", print_mark },
};

int main(int argc, char **argv)
{
    enum { COUNT = sizeof operations / sizeof operations[0] };
    self = argv[0];
    int at = 1;
    if (argc == 2 && strcmp(argv[1], "end") == 0)
        return 0;
    if (argc == 2 && strcmp(argv[1], "list") == 0) {
        for (int i = 0; i < COUNT; i++)
            puts(operations[i].name);
        return 0;
    }
    if (at < argc && strcmp(argv[at], "-m") == 0) {
        tells_starts = 1;
        at++;
    }
    if (at + 1 < argc && strcmp(argv[at], "-f") == 0) {
        file = argv[at + 1];
        at += 2;
    }
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (at == argc || (argc - at) % 2 != 0) {
        fprintf(stderr, "usage: scale [-m] [-f FILE] OPERATION N ... or scale list\n");
        return 2;
    }
    for (; at < argc; at += 2) {
        int i = 0;
        while (i < COUNT && strcmp(argv[at], operations[i].name) != 0)
            i++;
        if (i == COUNT || atol(argv[at + 1]) < 1) {
            fprintf(stderr, "scale: no operation '%s' %s times; 'scale list' names them\n", argv[at], argv[at + 1]);
            return 2;
        }
        start();
        operations[i].run(atol(argv[at + 1]));
    }
    return 0;
}
