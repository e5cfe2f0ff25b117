/* message-queues: POSIX message queues: their names, limits, order, waits and notices. */
#include "show.h"
#include <mqueue.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

static const char *name = "/x64emu-queue";

static void show_queue(mqd_t queue)
{
    struct mq_attr attributes;
    struct pollfd one = {.fd = queue, .events = POLLIN | POLLOUT};
    mq_getattr(queue, &attributes);
    poll(&one, 1, 0);
    printf("  flags %lo messages %ld of %ld, %ld bytes each, events %d\n", attributes.mq_flags, attributes.mq_curmsgs, attributes.mq_maxmsg, attributes.mq_msgsize, one.revents);
}

static void show_file(mqd_t queue)
{
    char text[100] = "", *pid;
    lseek(queue, 0, SEEK_SET);
    if (read(queue, text, 99) < 0) perror("read");
    if ((pid = strstr(text, "PID:"))) printf("  %.*s%s\n", (int)(pid - text), text, atoi(pid + 4) == getpid() ? "PID own" : atoi(pid + 4) ? "PID other" : "PID none");
}

static void receive(mqd_t queue)
{
    static char text[8192];
    unsigned priority = 0;
    long length = mq_receive(queue, text, sizeof text, &priority);
    printf("%s %u %.*s\n", result(length), priority, length < 0 ? 0 : (int)length, text);
}

static void names(void)
{
    SHOW(mq_open(name, O_RDWR));
    mqd_t queue = mq_open(name, O_RDWR | O_CREAT, 0640, NULL);
    SHOW(fcntl(queue, F_GETFD));
    show_queue(queue);
    struct stat status;
    fstat(queue, &status);
    printf("mode %o size %ld\n", status.st_mode, (long)status.st_size);
    SHOW(mq_open(name, O_RDWR | O_CREAT | O_EXCL, 0600, NULL));
    SHOW(mq_open(name, O_RDWR | O_WRONLY));
    SHOW(syscall(SYS_mq_open, "a/b", O_RDWR | O_CREAT, 0600, NULL));
    SHOW(syscall(SYS_mq_open, "..", O_RDWR | O_CREAT, 0600, NULL));
    SHOW(syscall(SYS_mq_open, "", O_RDWR | O_CREAT, 0600, NULL));
    SHOW(syscall(SYS_mq_open, bad_pointer, O_RDWR, 0600, NULL));
    SHOW(syscall(SYS_mq_open, "x", O_RDWR | O_CREAT, 0600, bad_pointer));
    SHOW(mq_unlink("/x64emu-missing"));
    SHOW(mq_unlink(name));
    SHOW(mq_unlink(name));
    SHOW(mq_send(queue, "still there", 11, 0));
    receive(queue);
    mq_close(queue);
    SHOW(mq_send(queue, "", 0, 0));
}

static void order(void)
{
    struct mq_attr attributes = {.mq_maxmsg = 3, .mq_msgsize = 16};
    mqd_t queue = mq_open(name, O_RDWR | O_CREAT | O_NONBLOCK, 0600, &attributes), reader = mq_open(name, O_RDONLY), writer = mq_open(name, O_WRONLY);
    show_queue(queue);
    SHOW(mq_send(queue, "low", 3, 1));
    SHOW(mq_send(queue, "high", 4, 7));
    SHOW(mq_send(queue, "high too", 8, 7));
    SHOW(mq_send(queue, "full", 4, 7));
    show_queue(queue);
    show_file(queue);
    for (int i = 0; i < 4; i++) receive(queue);
    SHOW(mq_send(queue, "longer than it may be", 21, 0));
    SHOW(mq_send(queue, "priority", 8, 32768));
    SHOW(mq_send(queue, bad_pointer, 8, 0));
    SHOW(mq_send(reader, "x", 1, 0));
    SHOW(mq_receive(writer, bad_pointer, 16, NULL));
    SHOW(mq_receive(reader, bad_pointer, 15, NULL));
    SHOW(mq_send(0, "x", 1, 0));
    attributes.mq_flags = 1;
    SHOW(mq_setattr(queue, &attributes, NULL));
    attributes.mq_flags = 0;
    SHOW(mq_setattr(queue, &attributes, NULL));
    show_queue(queue);
    struct timespec soon;
    clock_gettime(CLOCK_REALTIME, &soon);
    char text[16];
    SHOW(mq_timedreceive(queue, text, 16, NULL, &soon));
    soon.tv_nsec = 1000000000;
    SHOW(mq_timedreceive(queue, text, 16, NULL, &soon));
    SHOW(mq_timedsend(queue, "x", 1, 0, &soon));
    mq_close(reader);
    mq_close(writer);
    mq_close(queue);
    mq_unlink(name);
}

static void nothing(int number) { (void)number; }

static volatile int noticed, code, value, sender;

static void on_notice(int number, siginfo_t *info, void *context)
{
    noticed++;
    code = info->si_code;
    value = info->si_value.sival_int;
    sender = info->si_pid;
}

static void notices(void)
{
    sigaction(SIGUSR1, &(struct sigaction){.sa_sigaction = on_notice, .sa_flags = SA_SIGINFO}, 0);
    mqd_t queue = mq_open(name, O_RDWR | O_CREAT, 0600, NULL);
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1, .sigev_value.sival_int = 42};
    SHOW(mq_notify(queue, &event));
    SHOW(mq_notify(queue, &event));
    show_file(queue);
    SHOW(mq_send(queue, "one", 3, 0));
    printf("%d notices, code %d value %d, from itself %d\n", noticed, code, value, sender == getpid());
    SHOW(mq_notify(queue, &event));
    SHOW(mq_send(queue, "two", 3, 0));
    printf("%d notices\n", noticed);
    receive(queue);
    receive(queue);
    SHOW(mq_notify(queue, NULL));
    SHOW(mq_send(queue, "three", 5, 0));
    receive(queue);
    event.sigev_signo = 65;
    SHOW(mq_notify(queue, &event));
    event.sigev_notify = 9;
    SHOW(mq_notify(queue, &event));
    event.sigev_notify = SIGEV_NONE;
    SHOW(mq_notify(queue, &event));
    SHOW(mq_notify(0, &event));
    int copy = dup(queue);
    close(copy);
    show_file(queue);
    printf("%d notices\n", noticed);
    mq_close(queue);
    mq_unlink(name);
}

static void waits(void)
{
    struct mq_attr attributes = {.mq_maxmsg = 1, .mq_msgsize = 8192};
    mqd_t queue = mq_open(name, O_RDWR | O_CREAT, 0600, &attributes);
    fflush(stdout);
    int child = fork();
    if (child == 0) {
        usleep(20000);
        for (int i = 0; i < 3; i++) mq_send(queue, "from the child", 14, i);
        _exit(0);
    }
    for (int i = 0; i < 3; i++) receive(queue);
    waitpid(child, 0, 0);
    sigaction(SIGALRM, &(struct sigaction){.sa_handler = nothing}, 0);
    ualarm(20000, 0);
    receive(queue);
    mq_close(queue);
    mq_unlink(name);
}

/* As a user who may not have more than is usual. */
static void limits(void)
{
    setrlimit(RLIMIT_MSGQUEUE, &(struct rlimit){100000, 100000});
    mqd_t own = mq_open(name, O_RDWR | O_CREAT, 0600, NULL);
    fflush(stdout);
    int child = fork();
    if (child == 0) {
        SHOW(setuid(1000));
        SHOW(mq_open(name, O_RDONLY));
        SHOW(mq_unlink(name));
        SHOW(mq_open("/x64emu-other", O_RDWR | O_CREAT, 0600, &(struct mq_attr){.mq_maxmsg = 65537, .mq_msgsize = 1}));
        SHOW(mq_open("/x64emu-other", O_RDWR | O_CREAT, 0600, &(struct mq_attr){.mq_maxmsg = 11, .mq_msgsize = 1}));
        SHOW(mq_open("/x64emu-other", O_RDWR | O_CREAT, 0600, &(struct mq_attr){.mq_maxmsg = 1, .mq_msgsize = 8193}));
        SHOW(mq_open("/x64emu-other", O_RDWR | O_CREAT, 0600, &(struct mq_attr){.mq_maxmsg = 0, .mq_msgsize = 1}));
        SHOW(mq_open("/x64emu-other", O_RDWR | O_CREAT, 0600, &(struct mq_attr){.mq_maxmsg = 1, .mq_msgsize = -1}));
        mqd_t first = mq_open("/x64emu-other", O_RDWR | O_CREAT, 0600, NULL);
        show_queue(first);
        SHOW(mq_open("/x64emu-third", O_RDWR | O_CREAT, 0600, NULL));
        SHOW(mq_unlink("/x64emu-other"));
        SHOW(mq_open("/x64emu-third", O_RDWR | O_CREAT, 0600, NULL));
        mq_close(first);
        first = mq_open("/x64emu-third", O_RDWR | O_CREAT, 0600, NULL);
        show_queue(first);
        SHOW(mq_unlink("/x64emu-third"));
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, 0, 0);
    mq_close(own);
    SHOW(mq_unlink(name));
}

int main(void)
{
    umask(022);
    names();
    order();
    notices();
    waits();
    limits();
    return 0;
}
