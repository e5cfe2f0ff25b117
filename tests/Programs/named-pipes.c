/* named-pipes: making, opening, waiting for the other end, and what poll and read say as ends come and go. */
#include "show.h"
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>

static char pipe_path[256], link_path[256];

static int events(int file)
{
    struct pollfd one = {.fd = file, .events = POLLIN | POLLOUT};
    poll(&one, 1, 0);
    return one.revents;
}

static void making(void)
{
    SHOW(mkfifo(pipe_path, 0666));
    SHOW(mkfifo(pipe_path, 0666));
    show_status("a name that is not there");
    struct stat status;
    stat(pipe_path, &status);
    printf("mode %o links %ld size %ld\n", status.st_mode, (long)status.st_nlink, (long)status.st_size);
    SHOW(link(pipe_path, link_path));
    SHOW(unlink(pipe_path));
    SHOW(rename(link_path, pipe_path));
    SHOW(chmod(pipe_path, 0600));
    SHOW(truncate(pipe_path, 0));
    SHOW(open(pipe_path, O_DIRECTORY));
}

static void without_waiting(void)
{
    char text[8] = "";
    SHOW(open(pipe_path, O_WRONLY | O_NONBLOCK));
    int reader = open(pipe_path, O_RDONLY | O_NONBLOCK);
    printf("alone %d\n", events(reader));
    SHOW(read(reader, text, 8));
    int writer = open(pipe_path, O_WRONLY | O_NONBLOCK | O_TRUNC);
    printf("a writer %d %d\n", events(reader), events(writer));
    SHOW(read(reader, text, 8));
    SHOW(write(writer, "text", 4));
    printf("text %d %d\n", events(reader), events(writer));
    SHOW(lseek(reader, 0, SEEK_SET));
    close(writer);
    printf("gone %d\n", events(reader));
    SHOW(read(reader, text, 8));
    SHOW(read(reader, text, 8));
    writer = open(pipe_path, O_WRONLY);
    printf("another %d\n", events(reader));
    SHOW(write(writer, "lost", 4));
    close(reader);
    signal(SIGPIPE, SIG_IGN);
    printf("no reader %d\n", events(writer));
    SHOW(write(writer, "x", 1));
    close(writer);
    int both = open(pipe_path, O_RDWR);
    printf("both %d\n", events(both));
    SHOW(write(both, "own", 3));
    SHOW(read(both, text, 8));
    unlink(pipe_path);
    SHOW(write(both, "own", 3));
    SHOW(read(both, text, 8));
    close(both);
    mkfifo(pipe_path, 0600);
}

static void nothing(int number) { (void)number; }

static void waiting(void)
{
    char text[64];
    sigaction(SIGALRM, &(struct sigaction){.sa_handler = nothing}, 0);
    ualarm(20000, 0);
    SHOW(open(pipe_path, O_RDONLY));
    ualarm(20000, 0);
    SHOW(open(pipe_path, O_WRONLY));
    fflush(stdout);
    int child = fork();
    if (child == 0) {
        for (int i = 0; i < 3; i++) {
            int writer = open(pipe_path, O_WRONLY);
            dprintf(writer, "line %d\n", i);
            close(writer);
            usleep(20000);
        }
        _exit(0);
    }
    for (int i = 0; i < 3; i++) {
        int reader = open(pipe_path, O_RDONLY);
        long length = read(reader, text, sizeof text);
        printf("%ld %.*s", length, (int)length, text);
        SHOW(read(reader, text, sizeof text));
        close(reader);
    }
    waitpid(child, 0, 0);
}

int main(int count, char **arguments)
{
    const char *folder = count > 1 ? arguments[1] : "/tmp";
    snprintf(pipe_path, sizeof pipe_path, "%s/pipe", folder);
    snprintf(link_path, sizeof link_path, "%s/link", folder);
    umask(022);
    making();
    without_waiting();
    waiting();
    unlink(pipe_path);
    return 0;
}
