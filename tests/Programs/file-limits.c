/* In the directory given: RLIMIT_FSIZE, what each call that would make a file too long gives, and how often SIGXFSZ comes; RLIMIT_NOFILE. */
#include "show.h"
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <sys/wait.h>

enum { LIMIT = 10000 };

static volatile int signals, code, sender;

static void on_limit(int signal, siginfo_t *info, void *context)
{
    signals++;
    code = info->si_code;
    sender = info->si_pid;
}

static int end_of_child(const char *path)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        signal(SIGXFSZ, SIG_DFL);
        int file = open(path, O_WRONLY);
        pwrite(file, "x", 1, LIMIT);
        _exit(0);
    }
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : -1;
}

int main(int count, char **arguments)
{
    static char bytes[3 * LIMIT];
    struct iovec pieces[2] = { { bytes, LIMIT / 2 }, { bytes, LIMIT } };
    if (count < 2 || chdir(arguments[1]) != 0) return 1;
    sigaction(SIGXFSZ, &(struct sigaction) { .sa_sigaction = on_limit, .sa_flags = SA_SIGINFO }, NULL);
    int old = open("old", O_CREAT | O_RDWR, 0600), file = open("file", O_CREAT | O_RDWR, 0600), pipes[2];
    SHOW(write(old, bytes, 2 * LIMIT));
    setrlimit(RLIMIT_FSIZE, &(struct rlimit) { LIMIT, 2 * LIMIT });

    SHOW(write(file, bytes, LIMIT - 1));
    SHOW(write(file, bytes, 2));
    SHOW(signals);
    SHOW(write(file, bytes, 1));
    SHOW(write(file, bytes, 0));
    printf("%d signals, code %d, from itself %d\n", signals, code, sender == getpid());
    SHOW(pwrite(file, bytes, 1, LIMIT + 5000));
    SHOW(pwrite(file, bytes, 5, LIMIT - 2));
    SHOW(pwritev(file, pieces, 2, 0));
    SHOW(pwritev(file, pieces, 2, LIMIT / 2));
    SHOW(lseek(file, 0, SEEK_END));
    SHOW(ftruncate(file, LIMIT));
    SHOW(ftruncate(file, LIMIT + 1));
    SHOW(truncate("file", LIMIT + 1));
    SHOW(ftruncate(old, 2 * LIMIT - 1));
    SHOW(ftruncate(old, 2 * LIMIT));
    SHOW(pwrite(old, bytes, 1, LIMIT));
    SHOW(pwrite(old, bytes, 1, LIMIT - 1));
    SHOW(signals);
    SHOW(lseek(file, 0, SEEK_SET));
    SHOW(sendfile(file, old, &(off_t) { 0 }, 2 * LIMIT));
    SHOW(sendfile(file, old, &(off_t) { 0 }, 1));
    SHOW(copy_file_range(old, &(off_t) { 0 }, file, &(off_t) { LIMIT - 10 }, 100, 0));
    SHOW(copy_file_range(old, &(off_t) { 0 }, file, &(off_t) { LIMIT }, 100, 0));
    SHOW(signals);

    int appending = open("file", O_WRONLY | O_APPEND);
    SHOW(write(appending, "x", 1));
    SHOW(pwrite(appending, "x", 1, 0));
    SHOW(pipe(pipes));
    SHOW(write(pipes[1], bytes, 2 * LIMIT));
    SHOW(end_of_child("file"));
    signal(SIGXFSZ, SIG_IGN);
    SHOW(pwrite(file, bytes, 1, LIMIT));
    setrlimit(RLIMIT_FSIZE, &(struct rlimit) { 2 * LIMIT, 2 * LIMIT });
    SHOW(pwrite(file, bytes, 1, LIMIT));
    SHOW(signals);

    /* Who gets no descriptor has not made a file, nor cut one off. */
    setrlimit(RLIMIT_NOFILE, &(struct rlimit) { 3, 100 });
    SHOW(open("new", O_CREAT | O_RDWR, 0600));
    SHOW(open("file", O_TRUNC | O_WRONLY));
    SHOW(open("missing", O_RDONLY));
    show_status("new");
    show_status("file");
    return 0;
}
