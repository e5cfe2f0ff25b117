/* splice-calls: splice, tee and vmsplice between pipes, files and memory; what they refuse, what they wait for, what they leave. */
#include "show.h"
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <sys/wait.h>

static int in[2], out[2], file;

static int held(int pipe)
{
    int bytes = 0;
    ioctl(pipe, FIONREAD, &bytes);
    return bytes;
}

static void show_text(int descriptor, long length)
{
    char text[100] = "";
    long got = read(descriptor, text, length);
    printf("%ld %.*s\n", got, (int)got, text);
}

static void between_pipes(void)
{
    SHOW(write(in[1], "0123456789", 10));
    SHOW(tee(in[0], out[1], 4, 0));
    SHOW(tee(in[0], out[1], 100, 0));
    printf("%d %d\n", held(in[0]), held(out[0]));
    SHOW(splice(in[0], 0, out[1], 0, 3, 0));
    printf("%d %d\n", held(in[0]), held(out[0]));
    show_text(out[0], 100);
    SHOW(splice(in[0], 0, out[1], 0, 100, 0));
    show_text(out[0], 100);
    SHOW(splice(in[0], 0, out[1], 0, 100, SPLICE_F_NONBLOCK));
    SHOW(tee(in[0], out[1], 100, SPLICE_F_NONBLOCK));
}

static void files(void)
{
    loff_t offset = 5;
    SHOW(write(file, "a file's own text\n", 18));
    SHOW(splice(file, &offset, in[1], 0, 100, 0));
    printf("offset %ld position %ld\n", (long)offset, (long)lseek(file, 0, SEEK_CUR));
    offset = 20;
    SHOW(splice(in[0], 0, file, &offset, 6, 0));
    printf("offset %ld position %ld\n", (long)offset, (long)lseek(file, 0, SEEK_CUR));
    SHOW(splice(in[0], 0, file, 0, 100, 0));
    printf("position %ld\n", (long)lseek(file, 0, SEEK_CUR));
    SHOW(splice(file, 0, in[1], 0, 100, 0));
    SHOW(splice(file, 0, in[1], 0, 100, 0));
    SHOW(lseek(file, 0, SEEK_SET));
    SHOW(splice(file, 0, in[1], 0, 100, 0));
    printf("held %d\n", held(in[0]));
    SHOW(splice(in[0], 0, out[1], 0, 200, 0));
    show_text(out[0], 100);
    int zero = open("/dev/zero", O_RDONLY), null = open("/dev/null", O_WRONLY);
    SHOW(splice(zero, 0, in[1], 0, 5000, 0));
    SHOW(splice(in[0], 0, null, 0, 6000, 0));
    printf("held %d\n", held(in[0]));
    close(zero);
    close(null);
}

static void memory(void)
{
    char text[100] = "";
    struct iovec pieces[3] = {{"one ", 4}, {"", 0}, {"two", 3}}, places[2] = {{text, 2}, {text + 10, 50}}, wrong = {bad_pointer, 8};
    SHOW(vmsplice(in[1], pieces, 3, 0));
    SHOW(vmsplice(in[0], places, 2, 0));
    printf("%s %s\n", text, text + 10);
    SHOW(vmsplice(in[1], &wrong, 1, 0));
    SHOW(vmsplice(in[1], pieces, 1025, 0));
    SHOW(vmsplice(in[1], pieces, 0, 0));
    SHOW(vmsplice(file, pieces, 1, 0));
    SHOW(vmsplice(99, pieces, 1, 0));
    SHOW(vmsplice(in[1], pieces, 1, 16));
    SHOW(vmsplice(in[0], places, 1, SPLICE_F_NONBLOCK));
}

static void refusals(const char *path)
{
    loff_t offset = 0;
    int appending = open(path, O_WRONLY | O_APPEND), folder = open("/", O_RDONLY);
    SHOW(write(in[1], "x", 1));
    SHOW(splice(in[0], 0, in[1], 0, 1, 0));
    SHOW(splice(in[0], 0, appending, 0, 1, 0));
    SHOW(splice(in[0], &offset, file, 0, 1, 0));
    SHOW(splice(file, 0, in[1], &offset, 1, 0));
    SHOW(splice(in[1], 0, out[1], 0, 1, 0));
    SHOW(splice(in[0], 0, out[0], 0, 1, 0));
    SHOW(splice(appending, 0, in[1], 0, 1, 0));
    SHOW(splice(folder, 0, in[1], 0, 1, 0));
    SHOW(splice(file, 0, file, 0, 1, 0));
    SHOW(splice(in[0], 0, 99, 0, 1, 0));
    SHOW(splice(in[0], 0, 99, 0, 0, 0));
    SHOW(splice(in[0], 0, file, 0, 1, 16));
    SHOW(splice(in[0], 0, file, (loff_t *)bad_pointer, 1, 0));
    offset = -1;
    SHOW(splice(in[0], 0, file, &offset, 1, 0));
    SHOW(tee(in[0], in[1], 1, 0));
    SHOW(tee(in[0], file, 1, 0));
    SHOW(tee(in[1], out[1], 1, 0));
    SHOW(tee(99, out[1], 1, 0));
    SHOW(tee(99, out[1], 0, 0));
    SHOW(tee(in[0], out[1], 1, 16));
    show_text(in[0], 1);
    close(appending);
    close(folder);
}

/* A full pipe, an empty one, none at the other end. */
static void waits(void)
{
    int zero = open("/dev/zero", O_RDONLY);
    SHOW(splice(zero, 0, in[1], 0, 1 << 20, 0));
    SHOW(splice(zero, 0, in[1], 0, 1, SPLICE_F_NONBLOCK));
    fcntl(in[1], F_SETFL, O_NONBLOCK);
    SHOW(splice(zero, 0, in[1], 0, 1, 0));
    fcntl(in[1], F_SETFL, 0);
    SHOW(splice(in[0], 0, out[1], 0, 61440, 0));
    fflush(stdout);
    int child = fork();
    if (child == 0) {
        usleep(20000);
        SHOW(splice(in[0], 0, out[1], 0, 1 << 20, 0));
        char *block = malloc(1 << 17);
        printf("%ld\n", (long)read(out[0], block, 1 << 17));
        fflush(stdout);
        usleep(20000);
        _exit(write(out[1], "later", 5) != 5);
    }
    SHOW(waitpid(child, 0, 0) == child);
    SHOW(splice(out[0], 0, in[1], 0, 100, 0));
    close(out[0]);
    signal(SIGPIPE, SIG_IGN);
    SHOW(splice(zero, 0, out[1], 0, 1, 0));
    SHOW(splice(in[0], 0, out[1], 0, 1, 0));
    close(in[1]);
    char *block = malloc(1 << 17);
    printf("%d\n", read(in[0], block, 1 << 17) > 0);
    SHOW(splice(in[0], 0, file, 0, 1, 0));
    close(zero);
}

int main(int count, char **arguments)
{
    char path[256];
    snprintf(path, sizeof path, "%s/spliced", count > 1 ? arguments[1] : "/tmp");
    file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (file < 0 || pipe(in) || pipe(out)) return 1;
    between_pipes();
    files();
    memory();
    refusals(path);
    waits();
    unlink(path);
    return 0;
}
