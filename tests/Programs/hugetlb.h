/* What programs that look at the hugetlb pool have in common. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL
#define HUGE (2UL << 20)

static inline const char *error_name(long result)
{
    return result == -1 ? strerrorname_np(errno) : "ok";
}

#define TRY(call) do { errno = 0; long result_ = (long)(call); printf("%-62s %s\n", #call, error_name(result_)); } while (0)

/* The pool's state. */
static inline void pool(const char *title)
{
    char line[128];
    FILE *file = fopen("/proc/meminfo", "r");
    printf("%-40s", title);
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, "HugePages_", 10) == 0)
            printf(" %.4s %ld", line + 10, atol(strchr(line, ':') + 1));
    fclose(file);
    putchar('\n');
}

/* What smaps says of the area that begins at start. */
static inline void show(const char *title, char *start)
{
    static const char *fields[] = {"Size:", "KernelPageSize:", "MMUPageSize:", "Rss:", "Anonymous:", "AnonHugePages:", "Shared_Hugetlb:", "Private_Hugetlb:", "Locked:", "THPeligible:", "VmFlags:"};
    char line[512];
    int inside = 0;
    FILE *smaps = fopen("/proc/self/smaps", "r");
    printf("== %s\n", title);
    while (smaps && fgets(line, sizeof line, smaps)) {
        unsigned long from, to;
        char rights[8], name[64] = "";
        if (sscanf(line, "%lx-%lx %7s %*x %*s %*u %63[^\n]", &from, &to, rights, name) >= 3) {
            inside = from == (unsigned long)start;
            if (inside)
                printf("%s %s\n", rights, name);
        }
        /* Not every kernel keeps soft-dirty bits. */
        char *soft = strncmp(line, "VmFlags:", 8) == 0 ? strstr(line, " sd ") : NULL;
        if (soft)
            memmove(soft, soft + 3, strlen(soft + 3) + 1);
        for (unsigned i = 0; inside && i < sizeof fields / sizeof *fields; i++)
            if (strncmp(line, fields[i], strlen(fields[i])) == 0)
                fputs(line, stdout);
    }
    fclose(smaps);
}

static sigjmp_buf back;

static inline void on_bus_error(int number, siginfo_t *info, void *context)
{
    (void)context;
    siglongjmp(back, number * 100 + info->si_code);
}

static inline void catch_signals(void)
{
    struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO};
    sigaction(SIGBUS, &action, NULL);
    sigaction(SIGSEGV, &action, NULL);
}

static inline long faults(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_minflt;
}

/* Writes to each huge page; how many faults, or the signal and its code. */
static inline void write_pages(const char *title, char *area, unsigned long pages)
{
    long before = faults();
    int signal_number = sigsetjmp(back, 1);
    if (signal_number == 0) {
        for (unsigned long page = 0; page < pages; page++)
            for (unsigned long offset = 0; offset < HUGE; offset += 64 * PAGE)
                *(volatile unsigned long *)(area + page * HUGE + offset) = page * HUGE + offset;
        printf("%s: written in %ld faults\n", title, faults() - before);
    } else
        printf("%s: signal %d code %d\n", title, signal_number / 100, signal_number % 100);
}

static inline void set_pool(const char *name, const char *value)
{
    char path[128];
    snprintf(path, sizeof path, "/proc/sys/vm/%s", name);
    FILE *file = fopen(path, "w");
    if (!file || fputs(value, file) < 0 || fclose(file) != 0)
        perror(path);
}

