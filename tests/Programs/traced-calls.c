// Makes system calls of many kinds without stdio, whose calls depend on what standard output is. Traced here and natively, they must look the same.
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void on_signal(int number)
{
    (void)number;
}

static void files(void)
{
    char buffer[64];
    struct stat status;
    int zero = open("/dev/zero", O_RDWR | O_CLOEXEC);
    read(zero, buffer, 5);
    fstat(zero, &status);
    lseek(zero, 10, SEEK_SET);
    pread(zero, buffer, 4, 2);
    close(zero);
    stat("/dev/null", &status);
    open("/nonexistent \"path\"\n", O_RDONLY);
    open("/nonexistent/file", O_WRONLY | O_CREAT | O_TRUNC, 0644);
    access("/dev/null", R_OK | W_OK);
    unlink("/nonexistent");
    mkdir("/nonexistent/folder", 0755);
    umask(022);
    struct iovec parts[2] = { { "ab", 2 }, { "cd\n\001" "7\377", 6 } };
    int null = open("/dev/null", O_WRONLY);
    writev(null, parts, 2);
    write(null, "this text is longer than what a trace shows of a string", 55);
    write(-1, "x", 1);
    close(null);
}

static void memory(void)
{
    char *pages = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pages[0] = 1;
    mprotect(pages, 4096, PROT_NONE);
    madvise(pages, 4096, MADV_DONTNEED);
    munmap(pages, 8192);
    mmap(0, 4096, PROT_READ | PROT_EXEC, MAP_SHARED, 99, 0);
}

static void descriptors(void)
{
    int ends[2];
    char buffer[8];
    pipe(ends);
    dup2(ends[0], 9);
    fcntl(9, F_GETFD);
    fcntl(9, F_SETFD, FD_CLOEXEC);
    fcntl(9, F_SETFL, O_NONBLOCK);
    read(9, buffer, 4);
    dup(77);
    ftruncate(99, 5);
}

static void signals(void)
{
    struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGTERM);
    sigaction(SIGUSR1, &action, 0);
    sigprocmask(SIG_BLOCK, &set, 0);
    sigprocmask(SIG_UNBLOCK, &set, 0);
    kill(getpid(), 0);
    alarm(0);
}

static void processes(void)
{
    int status;
    pid_t child = fork();
    if (child == 0) _exit(3);
    waitpid(child, &status, 0);
    child = fork();
    if (child == 0) {
        setpgid(0, 0);
        kill(getpid(), SIGKILL);
    }
    waitpid(child, &status, 0);
    waitpid(-1, &status, WNOHANG);
}

int main(void)
{
    struct timespec moment = { 0, 1000 };
    struct rlimit limit;
    files();
    memory();
    descriptors();
    signals();
    nanosleep(&moment, 0);
    getrlimit(RLIMIT_STACK, &limit);
    sched_yield();
    processes();
    syscall(9999, 1, 2, 3, 4, 5, 6);
    return 5;
}
