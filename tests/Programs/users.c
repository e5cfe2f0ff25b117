/* User and group numbers, capabilities, and what they allow; started by root: users DIRECTORY */
#define _GNU_SOURCE
#include "show.h"
#include <grp.h>
#include <linux/capability.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/wait.h>

enum { NOBODY = 65534, SOMEBODY = 1000 };

static void show_line(const char *prefix)
{
    char line[256];
    FILE *file = fopen("/proc/self/status", "r");
    while (fgets(line, sizeof line, file))
        if (strncmp(line, prefix, strlen(prefix)) == 0)
            printf("  %s", line);
    fclose(file);
}

static void show_users(void)
{
    uid_t ids[3];
    getresuid(&ids[0], &ids[1], &ids[2]);
    printf("  users %d %d %d, groups %d %d\n", ids[0], ids[1], ids[2], getgid(), getegid());
    show_line("Uid:");
    show_line("Gid:");
    show_line("Groups:");
    show_line("CapPrm:");
    show_line("CapEff:");
}

/* Runs a part in a child, so that the next one starts as root again. */
static void part(const char *name, void (*run)(void))
{
    printf("== %s\n", name);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        run();
        fflush(stdout);
        _exit(0);
    }
    int status;
    waitpid(pid, &status, 0);
    if (status != 0)
        printf("status %x\n", status);
}

static void drop(uid_t user)
{
    if (setgroups(0, NULL) < 0 || setresgid(user, user, user) < 0 || setresuid(user, user, user) < 0)
        printf("cannot drop: %s\n", strerror(errno));
}

/* A process of a user that waits until the one who called this has ended. */
static pid_t pause_as(uid_t user)
{
    int ends[2];
    char byte;
    (void)!pipe(ends);
    pid_t pid = fork();
    if (pid == 0) {
        drop(user);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        (void)!write(ends[1], "", 1);
        for (;;)
            pause();
    }
    (void)!read(ends[0], &byte, 1);
    close(ends[0]);
    close(ends[1]);
    return pid;
}

static void changes(void)
{
    show_users();
    SHOW(setuid(-1));
    SHOW(setresuid(SOMEBODY, SOMEBODY + 1, SOMEBODY + 2));
    show_users();
    SHOW(setuid(0));
    SHOW(seteuid(SOMEBODY + 2));
    SHOW(setreuid(SOMEBODY + 2, -1));
    show_users();
    SHOW(setreuid(SOMEBODY, SOMEBODY));
    SHOW(setreuid(-1, SOMEBODY + 1));
    SHOW(setresuid(-1, -1, 0));
    SHOW(setuid(SOMEBODY + 2));
    show_users();
    SHOW(setgid(5));
    SHOW(setgroups(0, NULL));
}

static void effective(void)
{
    SHOW(seteuid(SOMEBODY));
    show_users();
    SHOW(setfsuid(0));
    SHOW(setfsuid(-1));
    SHOW(seteuid(0));
    show_users();
    SHOW(setfsuid(SOMEBODY));
    show_line("CapEff:");
    SHOW(setfsuid(0));
    show_line("CapEff:");
    SHOW(setfsgid(7));
    SHOW(setfsgid(0));
    SHOW(setegid(9));
    SHOW(setregid(9, -1));
    show_users();
}

static void reuid(void)
{
    SHOW(setreuid(-1, SOMEBODY));
    show_users();
    SHOW(setreuid(SOMEBODY, 0));
    show_users();
    SHOW(setreuid(0, SOMEBODY));
    show_users();
}

static void groups(void)
{
    gid_t list[] = { 30, 10, 20 }, found[8] = { 0 };
    SHOW(setgroups(3, list));
    SHOW(getgroups(0, NULL));
    SHOW(getgroups(2, found));
    SHOW(getgroups(8, found));
    printf("  %d %d %d\n", found[0], found[1], found[2]);
    SHOW(getgroups(-1, found));
    SHOW(setgroups(70000, list));
    show_line("Groups:");
}

static void capabilities(void)
{
    struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct data[2] = { { 0 } };
    SHOW(syscall(SYS_capget, &header, data));
    printf("  %x %x, %x %x, %x %x\n", data[0].effective, data[1].effective & 0x1ff, data[0].permitted, data[1].permitted & 0x1ff, data[0].inheritable, data[1].inheritable);
    header.version = 1;
    SHOW(syscall(SYS_capget, &header, data));
    printf("  version %x\n", header.version);
    SHOW(syscall(SYS_capget, &header, NULL));
    header.pid = -1;
    SHOW(syscall(SYS_capget, &header, data));
    header.pid = 0;
    SHOW(prctl(PR_CAPBSET_READ, CAP_KILL, 0, 0, 0));
    SHOW(prctl(PR_CAPBSET_READ, 63, 0, 0, 0));
    SHOW(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0));
    SHOW(prctl(PR_GET_KEEPCAPS, 0, 0, 0, 0));
    drop(NOBODY);
    show_users();
    data[0].effective = data[0].permitted = data[0].inheritable = 1 << CAP_KILL;
    data[1].effective = data[1].permitted = data[1].inheritable = 0;
    SHOW(syscall(SYS_capset, &header, data));
    show_line("Cap");
    SHOW(kill(getppid(), 0));
    SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_KILL, 0, 0));
    SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_KILL, 0, 0));
    SHOW(prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0));
    data[0].permitted |= 1 << CAP_CHOWN;
    SHOW(syscall(SYS_capset, &header, data));
    header.pid = getppid();
    SHOW(syscall(SYS_capset, &header, data));
    SHOW(prctl(PR_CAPBSET_DROP, CAP_KILL, 0, 0, 0));
    SHOW(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
    SHOW(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
    SHOW(prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0));
    show_line("NoNewPrivs");
}

static void files(void)
{
    SHOW(mkdir("private", 0700));
    SHOW(mkdir("sticky", 01777));
    SHOW(chmod("sticky", 01777));
    SHOW(close(open("private/inside", O_CREAT | O_RDWR, 0644)));
    SHOW(close(open("root-only", O_CREAT | O_RDWR, 0600)));
    SHOW(close(open("readable", O_CREAT | O_RDWR, 0644)));
    SHOW(close(open("group", O_CREAT | O_RDWR, 0640)));
    SHOW(chown("group", 0, 42));
    SHOW(close(open("mine", O_CREAT | O_RDWR, 0600)));
    SHOW(chown("mine", NOBODY, NOBODY));
    SHOW(close(open("no-mode", O_CREAT | O_RDWR, 0)));
    SHOW(chown("no-mode", NOBODY, NOBODY));
    SHOW(close(open("sticky/of-root", O_CREAT | O_RDWR, 0666)));
    SHOW(mkdir("set-group", 0777));
    SHOW(chown("set-group", 0, 42));
    SHOW(chmod("set-group", 02777));
    SHOW(access("no-mode", R_OK | W_OK));
    SHOW(access("no-mode", X_OK));
    SHOW(close(open("no-mode", O_RDWR)));
    gid_t list[] = { 42 };
    setgroups(1, list);
    SHOW(setresgid(NOBODY, NOBODY, NOBODY));
    SHOW(setresuid(NOBODY, NOBODY, NOBODY));
    struct stat status;
    SHOW(stat("private/inside", &status));
    SHOW(open("private/inside", O_RDONLY));
    SHOW(open("private/none", O_RDONLY));
    SHOW(open("private/new", O_CREAT | O_RDWR, 0600));
    SHOW(open("private", O_RDONLY | O_DIRECTORY));
    SHOW(chdir("private"));
    SHOW(open("root-only", O_RDONLY));
    SHOW(open("root-only", O_WRONLY));
    SHOW(open("root-only", O_RDONLY | O_CREAT, 0600));
    SHOW(truncate("root-only", 0));
    SHOW(open("readable", O_WRONLY));
    SHOW(open("readable", O_RDONLY | O_TRUNC));
    SHOW(open("readable", O_RDONLY | O_NOATIME));
    SHOW(close(open("readable", O_RDONLY)));
    SHOW(close(open("group", O_RDONLY)));
    SHOW(open("group", O_RDWR));
    SHOW(close(open("mine", O_RDWR)));
    SHOW(open("no-mode", O_RDONLY));
    SHOW(access("no-mode", F_OK));
    SHOW(access("no-mode", R_OK));
    SHOW(access("readable", R_OK));
    SHOW(access("readable", W_OK));
    SHOW(chmod("no-mode", 04600));
    SHOW(close(open("no-mode", O_RDWR)));
    SHOW(chmod("readable", 0666));
    SHOW(chown("mine", 0, -1));
    SHOW(chown("mine", NOBODY, 42));
    SHOW(chown("mine", -1, 43));
    SHOW(chown("readable", -1, NOBODY));
    SHOW(chown("no-mode", -1, 42));
    show_status("no-mode");
    SHOW(utimensat(AT_FDCWD, "readable", NULL, 0));
    struct timespec times[2] = { { 1, 0 }, { 2, 0 } };
    SHOW(utimensat(AT_FDCWD, "readable", times, 0));
    SHOW(utimensat(AT_FDCWD, "mine", times, 0));
    SHOW(unlink("mine"));
    SHOW(rename("mine", "mine2"));
    SHOW(mkdir("new", 0777));
    SHOW(symlink("x", "new"));
    SHOW(unlink("sticky/of-root"));
    SHOW(rename("sticky/of-root", "sticky/other"));
    SHOW(close(open("sticky/mine", O_CREAT | O_RDWR, 0600)));
    SHOW(rename("sticky/mine", "sticky/of-root"));
    SHOW(rename("sticky/mine", "sticky/mine2"));
    SHOW(unlink("sticky/mine2"));
    SHOW(close(open("set-group/file", O_CREAT | O_RDWR, 0644)));
    SHOW(stat("set-group/file", &status));
    printf("  owner %d %d mode %o\n", status.st_uid, status.st_gid, status.st_mode);
    SHOW(mkdir("set-group/directory", 0755));
    SHOW(stat("set-group/directory", &status));
    printf("  owner %d %d mode %o\n", status.st_uid, status.st_gid, status.st_mode);
    SHOW(mknod("sticky/device", S_IFCHR | 0666, 0x103));
    SHOW(execl("readable", "readable", NULL));
    SHOW(execl("private/inside", "inside", NULL));
    int descriptor = open("sticky/read-only", O_CREAT | O_RDWR, 0400);
    SHOW(write(descriptor, "x", 1));
    SHOW(open("sticky/read-only", O_WRONLY));
    SHOW(unlink("sticky/read-only"));
}

static void real_user(void)
{
    SHOW(close(open("of-root", O_CREAT | O_RDWR, 0600)));
    SHOW(setresuid(NOBODY, 0, 0));
    SHOW(close(open("of-root", O_RDWR)));
    SHOW(access("of-root", R_OK));
    SHOW(faccessat(AT_FDCWD, "of-root", R_OK, AT_EACCESS));
    SHOW(setresuid(0, NOBODY, 0));
    SHOW(open("of-root", O_RDWR));
    SHOW(access("of-root", R_OK));
    SHOW(faccessat(AT_FDCWD, "of-root", R_OK, AT_EACCESS));
}

static pid_t parent, twin;

static void processes(void)
{
    char path[64];
    static const char *const names[] = { "mem", "maps", "smaps", "environ", "auxv", "pagemap", "stat", "status", "cmdline", "limits", "oom_score_adj", "comm", "personality" };
    drop(SOMEBODY);
    for (int index = 0; index < (int)(sizeof names / sizeof *names); index++) {
        snprintf(path, sizeof path, "/proc/%d/%s", parent, names[index]);
        int descriptor = open(path, O_RDONLY);
        printf("  %s of root: %s\n", names[index], descriptor < 0 ? strerror(errno) : "open");
        close(descriptor);
        snprintf(path, sizeof path, "/proc/self/%s", names[index]);
        descriptor = open(path, O_RDONLY);
        printf("  %s of its own: %s\n", names[index], descriptor < 0 ? strerror(errno) : "open");
        close(descriptor);
    }
    static const char *const links[] = { "exe", "cwd", "root", "fd/0" };
    for (int index = 0; index < 4; index++) {
        char target[256];
        snprintf(path, sizeof path, "/proc/%d/%s", parent, links[index]);
        printf("  %s of root: %s\n", links[index], readlink(path, target, sizeof target) < 0 ? strerror(errno) : "a name");
    }
    snprintf(path, sizeof path, "/proc/%d/fd", parent);
    SHOW(open(path, O_RDONLY | O_DIRECTORY));
    SHOW(close(open("/proc/self/fd", O_RDONLY | O_DIRECTORY)));
    snprintf(path, sizeof path, "/proc/%d/comm", parent);
    SHOW(open(path, O_WRONLY));
    snprintf(path, sizeof path, "/proc/%d/oom_score_adj", parent);
    SHOW(open(path, O_WRONLY));
    SHOW(kill(parent, 0));
    SHOW(kill(parent, SIGTERM));
    SHOW(kill(twin, SIGTERM));
    SHOW(kill(twin, SIGCONT));
    SHOW(syscall(SYS_tgkill, parent, parent, SIGTERM));
    SHOW(sigqueue(parent, SIGTERM, (union sigval){ .sival_int = 1 }));
    SHOW(kill(-getpgid(parent), SIGTERM) == -1);
    SHOW(kill(getpid(), 0));
    struct rlimit limit = { 10, 20 };
    SHOW(prlimit(parent, RLIMIT_CPU, &limit, NULL));
    SHOW(prlimit(parent, RLIMIT_CPU, NULL, &limit));
    SHOW(prlimit(0, RLIMIT_CPU, NULL, &limit));
    SHOW(setpriority(PRIO_PROCESS, 0, 5));
    SHOW(getpriority(PRIO_PROCESS, 0));
    SHOW(setpriority(PRIO_PROCESS, 0, 0));
    SHOW(setpriority(PRIO_PROCESS, parent, 5));
    SHOW(setpriority(PRIO_PROCESS, 0, 19));
    /* Its own memory, after a change of user: not before the next program. */
    SHOW(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
    SHOW(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0));
    SHOW(prctl(PR_SET_DUMPABLE, 7, 0, 0, 0));
    SHOW(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
}

static void system_calls(void)
{
    drop(NOBODY);
    struct utsname name;
    SHOW(sethostname("mine", 4));
    SHOW(setdomainname("mine", 4));
    SHOW(uname(&name));
    printf("  host is mine: %d\n", strcmp(name.nodename, "mine") == 0);
    SHOW(syscall(SYS_reboot, 0, 0, 0, NULL));
    SHOW(syscall(SYS_reboot, 0xfee1dead, 672274793, 0x4321fedc, NULL));
    SHOW(syscall(SYS_swapon, "/dev/vda", 0));
    SHOW(syscall(SYS_swapoff, "/dev/vda"));
    SHOW(open("/proc/sys/kernel/hostname", O_WRONLY));
    SHOW(open("/proc/sys/vm/swappiness", O_RDWR));
    SHOW(open("/proc/sys/vm/drop_caches", O_WRONLY));
    SHOW(close(open("/proc/sys/vm/swappiness", O_RDONLY)));
    SHOW(open("/sys/kernel/mm/transparent_hugepage/enabled", O_WRONLY));
    SHOW(open("/proc/1/mem", O_RDWR));
    SHOW(open("/proc/kpagecount", O_RDONLY));
    SHOW(setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 20, 20 }));
    SHOW(setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 20, 21 }));
    SHOW(setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 21, 20 }));
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    printf("  %ld %ld\n", (long)limit.rlim_cur, (long)limit.rlim_max);
}

static void locking(void)
{
    char *memory = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    SHOW(setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){ 16384, 16384 }));
    SHOW(mlock(memory, 65536));
    SHOW(munlockall());
    drop(NOBODY);
    SHOW(mlock(memory, 65536));
    SHOW(mlock(memory, 16384));
    SHOW(mlock(memory + 4096, 8192));
    SHOW(mlock(memory + 4096, 16384));
    SHOW(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0) == MAP_FAILED);
    SHOW(mlockall(MCL_CURRENT));
    SHOW(munlock(memory, 65536));
    SHOW(mlockall(MCL_FUTURE));
    SHOW(mmap(NULL, 65536, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    SHOW(mremap(memory, 65536, 131072, MREMAP_MAYMOVE) == MAP_FAILED);
    SHOW(munlockall());
    SHOW(setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){ 0, 0 }));
    SHOW(mlock(memory, 4096));
    SHOW(mlockall(MCL_CURRENT));
    SHOW(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0) == MAP_FAILED);
}

static void many(void)
{
    SHOW(setrlimit(RLIMIT_NPROC, &(struct rlimit){ 3, 3 }));
    SHOW(fork() == 0 ? (_exit(0), 0) : (wait(NULL) > 0));
    /* A user nobody else here has. */
    drop(54321);
    pid_t children[8];
    int made = 0;
    while (made < 8 && (children[made] = fork()) > 0)
        made++;
    if (made < 8 && children[made] == 0)
        for (;;)
            pause();
    printf("  %d children, then %s\n", made, strerror(errno));
    kill(children[0], SIGKILL);
    /* A zombie counts until somebody has waited for it. */
    siginfo_t info;
    waitid(P_PID, (id_t)children[0], &info, WEXITED | WNOWAIT);
    SHOW(fork());
    waitpid(children[0], NULL, 0);
    pid_t again = fork();
    if (again == 0)
        _exit(0);
    printf("  again: %d\n", again > 0);
    waitpid(again, NULL, 0);
    for (int index = 1; index < made; index++) {
        kill(children[index], SIGKILL);
        waitpid(children[index], NULL, 0);
    }
}

static void queue(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGRTMIN);
    sigaddset(&set, SIGUSR1);
    sigprocmask(SIG_BLOCK, &set, NULL);
    drop(54322);
    SHOW(setrlimit(RLIMIT_SIGPENDING, &(struct rlimit){ 3, 3 }));
    union sigval value = { .sival_int = 7 };
    for (int index = 0; index < 5; index++)
        SHOW(sigqueue(getpid(), SIGRTMIN, value));
    SHOW(kill(getpid(), SIGUSR1));
    show_line("SigQ");
    siginfo_t info;
    for (int index = 0; index < 3; index++)
        SHOW(sigwaitinfo(&set, &info) > 0);
    SHOW(sigqueue(getpid(), SIGRTMIN, value));
    SHOW(sigwaitinfo(&set, &info) == SIGRTMIN);
    printf("  from user %d\n", info.si_uid);
}

static void segments(void)
{
    int id = shmget(IPC_PRIVATE, 4096, 0600), shared = shmget(IPC_PRIVATE, 4096, 0644);
    struct shmid_ds status;
    drop(NOBODY);
    SHOW(shmat(id, NULL, 0) == (void *)-1);
    SHOW(shmctl(id, IPC_STAT, &status));
    SHOW(shmctl(id, IPC_RMID, NULL));
    SHOW(shmat(shared, NULL, 0) == (void *)-1);
    SHOW(shmat(shared, NULL, SHM_RDONLY) == (void *)-1);
    SHOW(shmctl(shared, IPC_STAT, &status));
    printf("  owner %d creator %d mode %o\n", status.shm_perm.uid, status.shm_perm.cuid, status.shm_perm.mode);
    SHOW(shmctl(shared, IPC_SET, &status));
    int own = shmget(IPC_PRIVATE, 4096, 0600);
    SHOW(shmctl(own, IPC_STAT, &status));
    printf("  owner %d creator %d mode %o\n", status.shm_perm.uid, status.shm_perm.cuid, status.shm_perm.mode);
    SHOW(shmctl(own, IPC_RMID, NULL));
}

static void remove_segments(void)
{
    struct shmid_ds status;
    int highest = shmctl(0, SHM_INFO, &status);
    for (int index = 0; index <= highest; index++) {
        int id = shmctl(index, SHM_STAT, &status);
        if (id >= 0 && status.shm_perm.cuid == 0 && status.shm_cpid != getpid() && status.shm_segsz == 4096)
            shmctl(id, IPC_RMID, NULL);
    }
}

/* Programs with a set-user-ID bit: this one, started again. */
static void set_user(void)
{
    drop(NOBODY);
    execl("./set-user", "set-user", "-", NULL);
    printf("exec: %s\n", strerror(errno));
}

static void set_user_forbidden(void)
{
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    set_user();
}

static void unreadable(void)
{
    drop(NOBODY);
    execl("./unreadable", "unreadable", "-", NULL);
    printf("exec: %s\n", strerror(errno));
}

static void copy_program(const char *to, mode_t mode, uid_t user, gid_t group)
{
    char buffer[65536];
    int in = open("/proc/self/exe", O_RDONLY), out = open(to, O_CREAT | O_WRONLY | O_TRUNC, 0700);
    for (ssize_t count; (count = read(in, buffer, sizeof buffer)) > 0;)
        if (write(out, buffer, (size_t)count) != count)
            perror("write");
    close(in);
    close(out);
    if (chown(to, user, group) < 0 || chmod(to, mode) < 0)
        perror(to);
}

static void limits(void)
{
    SHOW(setrlimit(RLIMIT_NPROC, &(struct rlimit){ 0, 0 }));
    drop(54323);
    SHOW(fork());
    fflush(stdout);
    execl("./plain", "plain", "-", NULL);
    printf("exec: %s\n", strerror(errno));
}

/* The same, where the user has a process already. */
static void limits_of_two(void)
{
    pause_as(54323);
    limits();
}

static void about(void)
{
    show_users();
    printf("  secure %ld user %ld %ld group %ld %ld, dumpable %d\n", (long)getauxval(AT_SECURE), (long)getauxval(AT_UID), (long)getauxval(AT_EUID),
        (long)getauxval(AT_GID), (long)getauxval(AT_EGID), prctl(PR_GET_DUMPABLE, 0, 0, 0, 0));
    int descriptor = open("/proc/self/mem", O_RDONLY);
    printf("  its own memory: %s\n", descriptor < 0 ? strerror(errno) : "open");
}

/* Containers have not all capabilities: those that all have remain. */
static void give_up_rare_capabilities(void)
{
    static const char kept[] = { CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_FOWNER, CAP_FSETID, CAP_KILL, CAP_SETGID, CAP_SETUID, CAP_SETPCAP };
    struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
    struct __user_cap_data_struct data[2] = { { 0 } };
    for (unsigned index = 0; index < sizeof kept; index++)
        data[0].effective = data[0].permitted |= 1u << kept[index];
    for (int capability = 0; capability <= CAP_LAST_CAP; capability++)
        if (capability > 31 || (data[0].permitted >> capability & 1) == 0)
            prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
    if (syscall(SYS_capset, &header, data) < 0)
        perror("capset");
}

int main(int count, char **arguments)
{
    if (count > 1 && strcmp(arguments[1], "-") == 0) {
        about();
        return 0;
    }
    char folder[256];
    snprintf(folder, sizeof folder, "%s/users", arguments[1]);
    umask(022);
    give_up_rare_capabilities();
    setgroups(0, NULL);
    if (mkdir(folder, 0755) < 0 || chdir(folder) < 0) {
        perror(folder);
        return 1;
    }
    parent = getpid();
    part("changes", changes);
    part("effective", effective);
    part("reuid", reuid);
    part("groups", groups);
    part("capabilities", capabilities);
    part("files", files);
    part("real user", real_user);
    twin = pause_as(NOBODY);
    part("processes", processes);
    kill(twin, SIGKILL);
    waitpid(twin, NULL, 0);
    part("system calls", system_calls);
    part("locking", locking);
    part("many", many);
    part("queue", queue);
    part("segments", segments);
    remove_segments();
    copy_program("set-user", 06755, SOMEBODY, 77);
    part("set user", set_user);
    part("set user forbidden", set_user_forbidden);
    copy_program("root-owned", 04755, 0, 0);
    copy_program("plain", 0755, 0, 0);
    copy_program("unreadable", 0711, 0, 0);
    part("unreadable", unreadable);
    part("limits", limits);
    part("limits of two", limits_of_two);
    return 0;
}
