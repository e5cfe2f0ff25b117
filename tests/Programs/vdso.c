/* The vdso and the vsyscall page. `vdso` compares them with the system calls and tries to take them apart; `vdso N` asks for the time N times. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int is_ordered(struct timespec first, struct timespec second)
{
    return first.tv_sec < second.tv_sec || (first.tv_sec == second.tv_sec && first.tv_nsec <= second.tv_nsec);
}

/* The C library's call lies between two system calls, and so does its time. */
static void compare_clock(int clock)
{
    struct timespec before, between, after, resolution, resolution_by_call;
    int first = syscall(SYS_clock_gettime, clock, &before), result = clock_gettime(clock, &between), second = syscall(SYS_clock_gettime, clock, &after);
    printf("clock %d: %d %d %d", clock, first, result, second);
    if (result == 0)
        printf(", ordered %d, valid %d", is_ordered(before, between) && is_ordered(between, after), between.tv_nsec >= 0 && between.tv_nsec < 1000000000);
    first = syscall(SYS_clock_getres, clock, &resolution_by_call);
    result = clock_getres(clock, &resolution);
    printf(", resolution %d %d", first, result);
    if (result == 0)
        printf(" same %d", resolution.tv_sec == resolution_by_call.tv_sec && resolution.tv_nsec == resolution_by_call.tv_nsec);
    puts("");
}

static void show_result(const char *what, int result)
{
    printf("%s: %d %s\n", what, result, result == 0 ? "" : strerror(errno));
}

/* Calls that end in SIGSEGV go into a child. */
static void try_call(const char *what, unsigned long address, void *argument)
{
    int status = 0;
    fflush(stdout);
    if (fork() == 0) {
        ((long (*)(void *, void *, void *))address)(argument, NULL, NULL);
        _exit(0);
    }
    wait(&status);
    printf("%s: status %x\n", what, status);
}

static void show_maps(void)
{
    char line[512];
    FILE *maps = fopen("/proc/self/maps", "r");
    while (fgets(line, sizeof line, maps) != NULL)
        if (strstr(line, "[v") != NULL)
            fputs(line, stdout);
    fclose(maps);
}

int main(int argc, char **argv)
{
    struct timespec now;
    struct timeval day;
    struct timezone zone;
    unsigned processor = 7, node = 7;
    unsigned long image = getauxval(AT_SYSINFO_EHDR);

    /* Addresses are compared, too. */
    if ((personality(0xffffffff) & ADDR_NO_RANDOMIZE) == 0) {
        personality(ADDR_NO_RANDOMIZE);
        execv("/proc/self/exe", argv);
        return 1;
    }
    if (argc > 1) {
        for (int i = atoi(argv[1]); i > 0; i--)
            if (clock_gettime(CLOCK_MONOTONIC, &now) != 0 || gettimeofday(&day, NULL) != 0 || time(NULL) == 0)
                return 1;
        return 0;
    }
    show_maps();
    printf("image: %.3s\n", (char *)image + 1);
    for (int clock = 0; clock < 8; clock++)
        compare_clock(clock);
    compare_clock(10);
    compare_clock(11);
    compare_clock(40);
    time_t seconds = time(NULL);
    gettimeofday(&day, &zone);
    clock_gettime(CLOCK_REALTIME, &now);
    printf("time and gettimeofday agree: %d %d, zone %d %d\n", day.tv_sec - seconds <= 1, now.tv_sec - day.tv_sec <= 1, zone.tz_minuteswest, zone.tz_dsttime);
    printf("getcpu: %d, node %u", (int)syscall(SYS_getcpu, &processor, &node, NULL), node);
    printf(", sched_getcpu: %d\n", sched_getcpu() >= 0);

    long by_vsyscall = ((long (*)(time_t *))0xffffffffff600400)(&seconds);
    printf("vsyscall time: %d %d\n", by_vsyscall == seconds, by_vsyscall - now.tv_sec <= 1);
    printf("vsyscall gettimeofday: %d", ((int (*)(struct timeval *, void *))0xffffffffff600000)(&day, NULL));
    printf(" %d\n", day.tv_sec - by_vsyscall <= 1);
    printf("vsyscall getcpu: %d\n", ((int (*)(unsigned *, unsigned *, void *))0xffffffffff600800)(&processor, &node, NULL));
    try_call("time to a bad address", 0xffffffffff600400, (void *)8);
    try_call("in the middle", 0xffffffffff600401, NULL);
    try_call("at no entry", 0xffffffffff600c00, NULL);

    show_result("unmapping a page of the image", munmap((void *)(image + 4096), 4096));
    show_result("protecting a page of it", mprotect((void *)image, 4096, PROT_READ));
    show_result("unmapping a page of the data", munmap((void *)(image - 0x6000), 4096));
    show_result("making the data writable", mprotect((void *)(image - 0x6000), 0x4000, PROT_READ | PROT_WRITE));
    int failed = mremap((void *)image, 0x2000, 0x1000, 0) == MAP_FAILED;
    printf("shrinking the image: %d\n", failed);
    show_maps();
    show_result("unmapping the image", munmap((void *)image, 0x2000));
    show_result("unmapping the data", munmap((void *)(image - 0x6000), 0x6000));
    show_maps();
    return 0;
}
