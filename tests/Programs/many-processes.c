/* Many processes or threads, one after the other or at once: what an operation costs, and whether all memory comes back.
 * many-processes row|crowd|threads COUNT prints how many frames are missing afterwards; `time` as a third word adds microseconds per operation. */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAXIMUM = 5000 };

static char *self;
static int ends[2];

static long free_frames(void)
{
    struct sysinfo info;
    sysinfo(&info);
    return (long)(info.freeram / 4096);
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

/* fork, exec and wait, again and again. */
static void row(int count)
{
    for (int i = 0; i < count; i++) {
        int status;
        pid_t child = fork();
        if (child < 0)
            fail("fork");
        if (child == 0) {
            execl(self, self, "end", (char *)0);
            _exit(1);
        }
        if (waitpid(child, &status, 0) != child || status != 0)
            fail("waitpid");
    }
}

/* All there at once: each waits for the end of a pipe. */
static void crowd(int count)
{
    static pid_t children[MAXIMUM];
    char byte;
    if (pipe(ends) < 0)
        fail("pipe");
    for (int i = 0; i < count; i++) {
        children[i] = fork();
        if (children[i] < 0)
            fail("fork");
        if (children[i] == 0) {
            close(ends[1]);
            _exit(read(ends[0], &byte, 1) == 0 ? i & 127 : 1);
        }
    }
    close(ends[0]);
    close(ends[1]);
    for (int i = 0; i < count; i++) {
        int status;
        if (waitpid(children[i], &status, 0) != children[i] || WEXITSTATUS(status) != (i & 127))
            fail("waitpid");
    }
}

static void *wait_for_end(void *argument)
{
    char byte;
    return read(ends[0], &byte, 1) == 0 ? argument : NULL;
}

static void threads(int count)
{
    static pthread_t handles[MAXIMUM];
    void *result;
    pthread_attr_t attributes;
    if (pipe(ends) < 0)
        fail("pipe");
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 65536);
    for (long i = 0; i < count; i++)
        if (pthread_create(&handles[i], &attributes, wait_for_end, (void *)(i + 1)) != 0)
            fail("pthread_create");
    close(ends[1]);
    for (long i = 0; i < count; i++)
        if (pthread_join(handles[i], &result) != 0 || result != (void *)(i + 1))
            fail("pthread_join");
    close(ends[0]);
}

/* In a process of its own, so that all it used is to come back. */
static void run(const char *what, int count, int tells_time)
{
    struct timespec start, end;
    int status;
    pid_t child = fork();
    if (child == 0) {
        clock_gettime(CLOCK_MONOTONIC, &start);
        if (strcmp(what, "row") == 0)
            row(count);
        else if (strcmp(what, "crowd") == 0)
            crowd(count);
        else
            threads(count);
        clock_gettime(CLOCK_MONOTONIC, &end);
        double nanoseconds = (double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec);
        if (tells_time)
            printf("%.1f microseconds each\n", nanoseconds / 1000 / count);
        exit(0);
    }
    if (waitpid(child, &status, 0) != child || status != 0)
        exit(1);
}

int main(int argc, char **argv)
{
    self = argv[0];
    if (argc < 3)
        return 0;
    int count = atoi(argv[2]);
    if (count < 1 || count > MAXIMUM)
        return 2;
    /* The first time some of the kernel's tables grow and stay. */
    run(argv[1], count, 0);
    long before = free_frames();
    run(argv[1], count, argc > 3);
    printf("frames lost: %ld\n", before - free_frames());
    return 0;
}
