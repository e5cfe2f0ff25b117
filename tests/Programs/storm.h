/* What programs have in common that make random calls and compare memory with a model of it. */
#define _GNU_SOURCE
#include "kernel-values.h"
#include <stdint.h>
#include <sys/wait.h>

static uint64_t storm_state;

static inline void seed(const char *text)
{
    storm_state = strtoul(text, NULL, 10) * 2654435761u + 1;
}

static inline unsigned long below(unsigned long limit)
{
    storm_state = storm_state * 6364136223846793005UL + 1442695040888963407UL;
    return (storm_state >> 33) % limit;
}

static inline void stop(const char *what, long where)
{
    printf("%s at %ld\n", what, where);
    fflush(stdout);
    _exit(1);
}

static inline void wait_for_check(pid_t child)
{
    int status;
    waitpid(child, &status, 0);
    if (status != 0)
        stop("child failed", status);
}

static inline void count_frames(long step)
{
    if (are_frames_wrong())
        stop("wrong frames", step);
}
