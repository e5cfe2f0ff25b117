/*
 * Children that make random system calls, half of them with arguments that fit the call; every other child is an unprivileged user. The kernel must
 * outlive them all, and nothing of theirs may be left: random-calls CALLS SEED [CALLS-PER-CHILD]
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { NOBODY = 65534, DESCRIPTORS = 24, AREAS = 8, AREA_BYTES = 8 * 4096, LAST_CALL = 470, CHILD_MICROSECONDS = 100000, PATIENCE_MICROSECONDS = 250000 };

static unsigned long state;
static unsigned char *memory;
static volatile long *made; /* calls, counted by all children */
static char *const paths[] = { "/", "/tmp", "/tmp/random", "/tmp/random/file", "/proc/self/maps", "/proc/self/mem", "/proc/self/fd", "/proc/self/task",
    "/proc/meminfo", "/proc/self/status", "/dev/null", "/dev/zero", "/dev/full", "/dev/tty", "/proc/self/exe", "/dev/shm", "/proc/1/status", "/proc/sys/vm",
    "file", "../random", "/tmp/random/link", "/proc/self/pagemap", "/proc/self/smaps", "/proc/1/mem", "/proc/self/oom_score_adj", "/sys/kernel/mm" };

static unsigned long next(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static unsigned long below(unsigned long limit) { return next() % limit; }

static unsigned long area_address(void) { return (unsigned long)memory + below(AREAS * AREA_BYTES / 4096) * 4096; }

static unsigned long length(void)
{
    static const unsigned long lengths[] = { 0, 1, 8, 100, 4095, 4096, 4097, 8192, 65536, 1 << 20, 4 << 20 };
    return below(32) == 0 ? next() >> below(64) : lengths[below(below(8) ? 8 : sizeof lengths / sizeof *lengths)];
}

/* What an argument may be: anything at all, or something of the kind that calls take. */
static unsigned long argument(void)
{
    switch (below(22)) {
    case 0: return 0;
    case 1: return below(64);
    case 2: return -1ul;
    case 3: return -1ul - below(200);
    case 4: return next();
    case 5: return 1ul << below(64);
    case 6: return area_address();
    case 7: return area_address() + below(4096);
    case 8: return 0xffff888000000000 + below(0x10000000);
    case 9: return 0xffffffff80000000 + below(0x400000);
    case 10: return 0x400000 + below(256) * 4096;
    case 11: return 0x7ffffffff000 - below(4096) * 4096;
    case 12: return length();
    case 13: case 14: return below(DESCRIPTORS);
    case 15: return (unsigned long)paths[below(sizeof paths / sizeof *paths)];
    case 16: return (unsigned long)getpid() + below(3);
    case 17: return (unsigned)AT_FDCWD;
    case 18: return below(65);
    case 19: return 4096ul * below(4096);
    case 20: return 0x0000800000000000 - below(3) * 8;
    default: return below(0x10000);
    }
}

/* Operations on semaphores: small changes, some that are taken back at the end, some that do not wait. */
static long semaphore_call(unsigned long address)
{
    static const short changes[] = { 0, 1, 2, 3, -1, -1 }, flags[] = { 0, 04000, 014000 };
    short *operations = (short *)address;
    for (int word = 0; word < 9; word += 3) {
        operations[word] = (short)below(6);
        operations[word + 1] = changes[below(6)];
        operations[word + 2] = flags[below(3)];
    }
    return syscall(SYS_semtimedop, below(4) + 32768 * below(2), address, below(4), &(struct timespec){ 0, 100000 });
}

/* Calls with arguments that get far into the kernel; the rest of the calls happens by chance. */
static long fitting_call(void)
{
    unsigned long descriptor = below(DESCRIPTORS), address = area_address();
    static const int protections[] = { PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE | PROT_EXEC };
    switch (below(60)) {
    case 0: case 1: return syscall(SYS_mmap, below(2) ? address : 0, length(), protections[below(4)], MAP_PRIVATE | MAP_ANONYMOUS | (below(4) ? 0 : next() & 0xfffff), -1, 0);
    case 2: return syscall(SYS_mmap, below(2) ? address : 0, length(), protections[below(4)], (below(2) ? MAP_SHARED : MAP_PRIVATE) | (below(2) ? MAP_FIXED : 0), descriptor, below(4) * 4096);
    case 3: return syscall(SYS_munmap, address, length());
    case 4: return syscall(SYS_mprotect, address, length(), protections[below(4)]);
    case 5: return syscall(SYS_mremap, address, length(), length(), below(8), area_address());
    case 6: return syscall(SYS_madvise, address, length(), below(4) ? below(26) : next());
    case 7: return syscall(SYS_mlock, address, length());
    case 8: return syscall(SYS_msync, address, length(), below(8));
    case 9: return syscall(SYS_mincore, address, below(AREA_BYTES), area_address());
    case 10: return syscall(SYS_brk, below(2) ? 0 : (unsigned long)sbrk(0) + below(1 << 22) - (1 << 21));
    case 11: return syscall(SYS_openat, AT_FDCWD, paths[below(sizeof paths / sizeof *paths)], next() & 037777777, 0600);
    case 12: return syscall(SYS_read, descriptor, address, length());
    case 13: return syscall(SYS_write, descriptor, address, below(32) ? below(2000) : length());
    case 14: return syscall(SYS_close, below(2) ? descriptor : 100 + below(200));
    case 15: return syscall(SYS_dup2, descriptor, below(DESCRIPTORS * 2));
    case 16: return syscall(SYS_pipe2, address, next() & 0x84800);
    case 17: return syscall(SYS_lseek, descriptor, argument(), below(6));
    case 18: return syscall(SYS_ftruncate, descriptor, below(4) ? below(1 << 20) : argument());
    case 19: return syscall(SYS_fallocate, descriptor, below(64), below(1 << 20), below(1 << 20));
    case 20: return syscall(SYS_getdents64, descriptor, address, length());
    case 21: return syscall(SYS_futex, address, below(2) ? below(14) : next() & 511, below(3), below(2) ? 0 : area_address(), area_address(), argument());
    case 22: return below(12) ? 0 : syscall(SYS_fork);
    case 23: return below(12) ? 0 : syscall(SYS_clone, (next() & 0xffffff00) | SIGCHLD, 0, area_address(), area_address(), 0);
    case 24: return syscall(SYS_rt_sigaction, below(66), below(2) ? address : 0, below(2) ? area_address() : 0, 8);
    case 25: return syscall(SYS_rt_sigprocmask, below(4), address, area_address(), 8);
    case 26: return syscall(SYS_kill, getpid(), below(4) ? 0 : below(65));
    case 27: return syscall(SYS_wait4, below(2) ? -1ul : argument(), area_address(), WNOHANG | below(16), area_address());
    case 28: return syscall(SYS_fcntl, descriptor, below(2) ? below(17) : 1024 + below(12), argument());
    case 29: return syscall(SYS_ioctl, descriptor, 0x5400 + below(0x60), address);
    case 30: return syscall(SYS_poll, address, below(8), below(3));
    case 31: return syscall(SYS_epoll_ctl, descriptor, below(4), below(DESCRIPTORS), address);
    case 32: return syscall(SYS_memfd_create, "random", below(8));
    case 33: return syscall(SYS_prlimit64, below(2) ? 0 : getpid(), below(17), below(2) ? address : 0, area_address());
    case 34: return syscall(SYS_nanosleep, &(struct timespec){ 0, (long)below(2000) }, address);
    case 35: return syscall(SYS_setitimer, below(3), address, 0);
    case 36: return syscall(SYS_statx, AT_FDCWD, paths[below(sizeof paths / sizeof *paths)], next() & 0x7f00, next() & 0xfff, address);
    case 37: return syscall(SYS_renameat2, AT_FDCWD, paths[below(sizeof paths / sizeof *paths)], AT_FDCWD, paths[below(sizeof paths / sizeof *paths)], below(4));
    case 38: return syscall(SYS_symlinkat, paths[below(sizeof paths / sizeof *paths)], AT_FDCWD, paths[below(sizeof paths / sizeof *paths)]);
    case 39: return syscall(SYS_shmget, below(8), length(), next() & 07777);
    case 40: return syscall(SYS_shmat, below(8), below(2) ? 0 : address, next() & 070000);
    case 41: return syscall(SYS_sendfile, descriptor, below(DESCRIPTORS), 0, below(65536));
    case 42: return syscall(SYS_execve, below(40) ? "/nowhere" : "/proc/self/exe", address, area_address());
    case 43: return syscall(SYS_semget, below(4), below(6), next() & 07777);
    case 44: case 45: return semaphore_call(address);
    case 46: return syscall(SYS_semctl, below(4) + 32768 * below(2), below(4), below(21), below(2) ? address : below(9));
    case 47: return syscall(SYS_msgget, below(4), next() & 07777);
    case 48: *(long *)address = (long)below(5); return syscall(SYS_msgsnd, below(4), address, below(300), 04000);
    case 49: return syscall(SYS_msgrcv, below(4), address, below(300), below(9) - 4, 04000 | (next() & 030000));
    case 50: return syscall(SYS_msgctl, below(4), below(14), address);
    case 51: *(unsigned *)address = below(2) ? 0 : (unsigned)getpid(); return syscall(SYS_futex, address, 6 + below(8), below(3), 0, area_address(), 0);
    case 52: *(int *)address = (int)below(100); return syscall(SYS_sched_setscheduler, below(2) ? 0 : getpid(), below(7), address);
    case 53: return syscall(SYS_setpriority, below(3), 0, below(40) - 20);
    case 54: return syscall(SYS_pidfd_open, getpid() + below(2), 0);
    case 55: return syscall(SYS_clone, 0x1000 | SIGCHLD, 0, area_address(), 0, 0) == 0 ? (_exit(0), 0) : 0;
    case 56: return syscall(SYS_rseq, address & ~31ul, 32, below(2), 0x53053053);
    case 57: return syscall(SYS_setresuid, below(3) - 1, below(3) - 1, below(3) - 1);
    case 58: return syscall(SYS_futex_waitv, address, below(4), 0, &(struct timespec){ 0, 1 }, 1);
    default: return syscall(SYS_timer_create, below(12), below(2) ? address : 0, area_address());
    }
}

/* Calls that end the child or sleep for ever, and those by which root reaches other processes and the whole system. */
static int is_left_out(long number)
{
    static const short numbers[] = { SYS_pause, SYS_rt_sigsuspend, SYS_exit, SYS_exit_group, SYS_rt_sigreturn, SYS_fork, SYS_vfork, SYS_clone };
    static const short of_root[] = { SYS_kill, SYS_tkill, SYS_tgkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_reboot, SYS_prlimit64, SYS_swapoff, SYS_mknod, SYS_mknodat,
        SYS_pidfd_send_signal };
    for (unsigned index = 0; index < sizeof numbers / sizeof *numbers; index++)
        if (numbers[index] == number)
            return 1;
    for (unsigned index = 0; index < sizeof of_root / sizeof *of_root; index++)
        if (of_root[index] == number)
            return geteuid() == 0 || getuid() == 0;
    return 0;
}

static void prepare(int unprivileged)
{
    memory = mmap((void *)0x10000000, AREAS * AREA_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    close(0);
    open("/dev/null", O_RDWR);
    dup2(0, 1);
    dup2(0, 2);
    (void)!chdir("/tmp/random");
    open("file", O_RDWR | O_CREAT, 0644);
    open("/dev/zero", O_RDWR);
    open("/", O_RDONLY | O_DIRECTORY);
    open("/proc/self/maps", O_RDONLY);
    open("/proc/self/mem", O_RDWR);
    open("/proc/self/pagemap", O_RDONLY);
    int ends[2];
    (void)!pipe2(ends, O_NONBLOCK);
    syscall(SYS_memfd_create, "file", 3);
    epoll_create1(0);
    eventfd(1, EFD_NONBLOCK);
    open("/tmp/random", O_RDONLY | O_DIRECTORY);
    open("/proc/self/fd", O_RDONLY | O_DIRECTORY);
    struct rlimit limit = { 64, 64 };
    setrlimit(RLIMIT_NPROC, &limit);
    limit.rlim_cur = limit.rlim_max = 256ul << 20;
    setrlimit(RLIMIT_AS, &limit);
    if (unprivileged && (setgroups(0, NULL) < 0 || setresgid(NOBODY, NOBODY, NOBODY) < 0 || setresuid(NOBODY, NOBODY, NOBODY) < 0))
        _exit(1);
}

static void random_calls(long calls)
{
    for (long call = 0; call < calls; call++) {
        ++*made;
        if (below(32) == 0)
            mmap(memory, AREAS * AREA_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
        if (below(64) == 0)
            ualarm(CHILD_MICROSECONDS, 0);
        if (below(2)) {
            fitting_call();
            continue;
        }
        long number = (long)below(LAST_CALL);
        if (is_left_out(number))
            continue;
        if (below(8) == 0 &&
            mmap(memory, AREA_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == memory)
            for (int word = 0; word < 24; word++)
                *(unsigned long *)(memory + below(8000) * 8) = argument();
        syscall(number, argument(), argument(), argument(), argument(), argument(), argument());
    }
}

/* Ends what a child left behind: orphans become this process's children. */
static void sweep(void)
{
    while (waitpid(-1, NULL, WNOHANG) >= 0) {
        char path[64], text[512];
        DIR *processes = opendir("/proc");
        for (struct dirent *entry; (entry = readdir(processes)) != NULL;) {
            snprintf(path, sizeof path, "/proc/%.20s/stat", entry->d_name);
            FILE *file = atoi(entry->d_name) > 0 ? fopen(path, "r") : NULL;
            if (file == NULL)
                continue;
            char *name_end = fgets(text, sizeof text, file) != NULL ? strrchr(text, ')') : NULL;
            int parent = 0;
            if (name_end != NULL && sscanf(name_end, ") %*c %d", &parent) == 1 && parent == getpid())
                kill(atoi(entry->d_name), SIGKILL);
            fclose(file);
        }
        closedir(processes);
        usleep(1000);
    }
}

static void interrupt(int signal) { }

/* True when the child ended by itself in time. */
static int wait_for(pid_t pid)
{
    struct sigaction action = { .sa_handler = interrupt };
    sigaction(SIGALRM, &action, NULL);
    ualarm(PATIENCE_MICROSECONDS, 0);
    int ended = waitpid(pid, NULL, 0) == pid;
    ualarm(0, 0);
    if (!ended) {
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
    return ended;
}

/* What the kernel finds when it counts all frames again: nothing wrong. Linux has no such file. */
static void check_frames(void)
{
    char line[100];
    FILE *file = fopen("/proc/framecheck", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, "wrong", 5) == 0)
            fputs(line, stdout);
}

int main(int count, char **arguments)
{
    if (count < 3) /* an exec of itself by a child */
        return 0;
    long calls = atol(arguments[1]), per_child = count > 3 ? atol(arguments[3]) : 1000;
    unsigned long seed = strtoul(arguments[2], NULL, 10);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    mkdir("/tmp/random", 0777);
    chmod("/tmp/random", 0777);
    long slow = 0, number = 0;
    made = mmap((void *)0x23456789a000, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    for (; *made < calls; number++) {
        pid_t pid = fork();
        if (pid < 0) {
            perror("fork");
            return 1;
        }
        if (pid == 0) {
            setsid();
            state = seed * 1000003 + (unsigned long)number * 7919 + 1;
            prepare(number & 1);
            ualarm(CHILD_MICROSECONDS, 0);
            random_calls(per_child);
            _exit(0);
        }
        slow += !wait_for(pid);
        sweep();
    }
    check_frames();
    printf("%ld calls by %ld children, %ld ended by force; the kernel is still there\n", *made, number, slow);
    return 0;
}
