/* Policies, priorities, niceness and affinity: who may set what, and who gets the CPU. Started by root: scheduling */
#define _GNU_SOURCE
#include "show.h"
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

enum { NOBODY = 65534 };

/* struct sched_attr of Linux; C libraries that have it call it by another name. */
struct attributes {
    unsigned size, policy;
    unsigned long flags;
    int nice;
    unsigned priority;
    unsigned long runtime, deadline, period;
    unsigned least, most;
};

static struct sched_param parameter(int priority) { return (struct sched_param){ priority }; }

static int set(int pid, int policy, int priority)
{
    struct sched_param wanted = parameter(priority);
    return sched_setscheduler(pid, policy, &wanted);
}

/* Fields 18, 19, 40 and 41 of /proc/self/stat: priority, niceness, real-time priority, policy. */
static void show_stat(void)
{
    char text[1024];
    FILE *file = fopen("/proc/self/stat", "r");
    (void)!fgets(text, sizeof text, file);
    fclose(file);
    char *field = strtok(strrchr(text, ')'), " ");
    for (int number = 2; field != NULL; field = strtok(NULL, " "), number++)
        if (number == 18 || number == 19 || number == 40 || number == 41)
            printf("  %s", field);
    printf("\n");
}

static void errors(void)
{
    struct sched_param read;
    SHOW(sched_getscheduler(0));
    SHOW(sched_getscheduler(-1));
    SHOW(sched_getscheduler(999999));
    SHOW(set(0, SCHED_OTHER, 0));
    SHOW(set(0, SCHED_OTHER, 1));
    SHOW(set(0, SCHED_FIFO, 0));
    SHOW(set(0, SCHED_FIFO, 100));
    SHOW(set(0, SCHED_FIFO, -1));
    SHOW(set(0, 4, 0));
    SHOW(set(0, 77, 0));
    SHOW(set(0, -5, 0));
    SHOW(set(-1, SCHED_OTHER, 0));
    SHOW(set(999999, SCHED_OTHER, 0));
    SHOW(sched_setscheduler(0, SCHED_OTHER, NULL));
    SHOW(sched_getparam(0, &read));
    SHOW(sched_getparam(-1, &read));
    SHOW(sched_getparam(0, NULL));
    static const int policies[] = { SCHED_OTHER, SCHED_FIFO, SCHED_RR, SCHED_BATCH, 4, SCHED_IDLE, 6, 8, 99, -1 };
    for (unsigned index = 0; index < sizeof policies / sizeof *policies; index++)
        printf("policy %d: %s to %s\n", policies[index], result(sched_get_priority_min(policies[index])), result(sched_get_priority_max(policies[index])));
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    SHOW(sched_setaffinity(0, sizeof cpus, &cpus));
    CPU_SET(0, &cpus);
    SHOW(sched_setaffinity(0, sizeof cpus, &cpus));
    SHOW(sched_setaffinity(999999, sizeof cpus, &cpus));
    SHOW(syscall(SYS_sched_setaffinity, 0, 8, bad_pointer));
    CPU_ZERO(&cpus);
    SHOW(sched_getaffinity(0, sizeof cpus, &cpus));
    SHOW(CPU_COUNT(&cpus));
    SHOW(sched_getcpu());
    SHOW(sched_yield());
}

static void niceness(void)
{
    SHOW(getpriority(PRIO_PROCESS, 0));
    SHOW(nice(5));
    SHOW(setpriority(PRIO_PROCESS, 0, 50));
    SHOW(getpriority(PRIO_PROCESS, 0));
    show_stat();
    SHOW(getpriority(PRIO_PGRP, 0));
    SHOW(setpriority(3, 0, 0));
    SHOW(getpriority(PRIO_PROCESS, 999999));
    SHOW(getpriority(PRIO_USER, 987654));
    SHOW(set(0, SCHED_BATCH, 0));
    show_stat();
    SHOW(set(0, SCHED_IDLE, 0));
    show_stat();
    pid_t child = fork();
    if (child == 0) {
        show_stat();
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

static void attributes(void)
{
    struct attributes attributes = { .size = sizeof attributes };
    SHOW(syscall(SYS_sched_setattr, 0, &attributes, 1));
    SHOW(syscall(SYS_sched_setattr, 0, NULL, 0));
    SHOW(syscall(SYS_sched_setattr, 999999, &attributes, 0));
    attributes.policy = 77;
    SHOW(syscall(SYS_sched_setattr, 0, &attributes, 0));
    attributes.policy = SCHED_OTHER;
    attributes.nice = 7;
    SHOW(syscall(SYS_sched_setattr, 0, &attributes, 0));
    SHOW(getpriority(PRIO_PROCESS, 0));
    attributes.flags = 1ul << 40;
    SHOW(syscall(SYS_sched_setattr, 0, &attributes, 0));
    attributes.size = 20;
    SHOW(syscall(SYS_sched_setattr, 0, &attributes, 0));
    printf("  size %u\n", attributes.size);
    SHOW(syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0));
    printf("  size %u policy %u flags %lu nice %d priority %u\n", attributes.size, attributes.policy, attributes.flags,
        attributes.nice, attributes.priority);
    SHOW(syscall(SYS_sched_getattr, 0, &attributes, 20, 0));
    SHOW(syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 1));
}

static void unprivileged(void)
{
    SHOW(setgroups(0, NULL) | setresgid(NOBODY, NOBODY, NOBODY) | setresuid(NOBODY, NOBODY, NOBODY));
    SHOW(set(0, SCHED_FIFO, 1));
    SHOW(set(0, SCHED_BATCH, 0));
    SHOW(set(getppid(), SCHED_BATCH, 0));
    SHOW(setpriority(PRIO_PROCESS, 0, 3));
    SHOW(setpriority(PRIO_PROCESS, 0, 2));
    SHOW(setpriority(PRIO_PROCESS, (id_t)getppid(), 3));
    SHOW(set(0, SCHED_OTHER | SCHED_RESET_ON_FORK, 0));
    SHOW(sched_getscheduler(0));
    SHOW(set(0, SCHED_OTHER, 0));
    SHOW(set(0, SCHED_IDLE | SCHED_RESET_ON_FORK, 0));
    SHOW(set(0, SCHED_OTHER | SCHED_RESET_ON_FORK, 0));
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(0, &cpus);
    SHOW(sched_setaffinity(getppid(), sizeof cpus, &cpus));
}

int main(void)
{
    /* As with one CPU. */
    cpu_set_t cpus;
    CPU_ZERO(&cpus);
    CPU_SET(0, &cpus);
    sched_setaffinity(0, sizeof cpus, &cpus);
    static void (*const parts[])(void) = { errors, niceness, attributes, unprivileged };
    for (unsigned index = 0; index < sizeof parts / sizeof *parts; index++) {
        fflush(stdout);
        pid_t pid = fork();
        if (pid == 0) {
            parts[index]();
            fflush(stdout);
            _exit(0);
        }
        waitpid(pid, NULL, 0);
        printf("--\n");
    }
    return 0;
}
