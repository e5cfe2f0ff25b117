/* fault-kinds KIND COUNT: makes so many page faults of a kind, and prints by how much the kernel's own counters have grown meanwhile. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define PAGE 4096L
#define HUGE (2L << 20)

static const char *const names[] = {"pgfault", "pgmajfault", "pswpin", "thp_fault_alloc"};
enum { COUNTERS = sizeof names / sizeof *names };
static char text[16384];
static unsigned long counters[2][COUNTERS];
static sigjmp_buf back;
static volatile char seen;
static const char *kind;

/* A bad pointer the compiler cannot see through. */
static char *volatile bad_pointer = (char *)8;

static void on_signal(int number)
{
    siglongjmp(back, number);
}

static int is(const char *name)
{
    return strcmp(kind, name) == 0;
}

static void *map(long bytes, int flags, int file)
{
    void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags, file, 0);
    if (memory == MAP_FAILED) {
        perror("mmap");
        exit(1);
    }
    return memory;
}

static void read_counters(unsigned long *into)
{
    int file = open("/proc/vmstat", O_RDONLY);
    long length = read(file, text, sizeof text - 1);
    close(file);
    text[length > 0 ? length : 0] = 0;
    for (int number = 0; number < COUNTERS; number++) {
        char key[32];
        strcat(strcat(strcpy(key, "\n"), names[number]), " ");
        char *found = strstr(text, key);
        into[number] = found == NULL ? 0 : strtoul(found + strlen(key), NULL, 10);
    }
}

static void try(volatile char *address, int writes)
{
    if (sigsetjmp(back, 1) == 0) {
        if (writes)
            *address = 1;
        else
            seen = *address;
    }
}

static int count, pipe_ends[2], file;
static char *small, *huge, *mapped, *swapped;

/* What must be there before the faults are counted. */
static void prepare(void)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_NODEFER};
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    small = map(count * PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    madvise(small, count * PAGE, MADV_NOHUGEPAGE);
    if (pipe(pipe_ends) != 0 || write(pipe_ends[1], text, count) != count)
        exit(1);
    file = memfd_create("pages", 0);
    if (ftruncate(file, 100) != 0)
        exit(1);
    mapped = map((count + 1) * PAGE, MAP_SHARED, file);
    seen = mapped[0];
    try(mapped + PAGE, 0);
    try(bad_pointer, 0);
    if (is("huge")) {
        huge = map((count + 1) * HUGE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1);
        huge += HUGE - (unsigned long)huge % HUGE;
        madvise(huge, count * HUGE, MADV_HUGEPAGE);
    }
    if (is("hugetlb")) {
        int pool = open("/proc/sys/vm/nr_hugepages", O_WRONLY);
        int length = snprintf(text, sizeof text, "%d", count);
        if (write(pool, text, length) != length)
            exit(1);
        huge = map(count * HUGE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB, -1);
    }
    if (is("swap-in")) {
        /* One page at a time: nothing is read ahead. */
        int cluster = open("/proc/sys/vm/page-cluster", O_WRONLY);
        if (write(cluster, "0", 1) != 1)
            exit(1);
        swapped = map(count * PAGE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
        for (int page = 0; page < count; page++)
            swapped[page * PAGE] = (char)page;
        madvise(swapped, count * PAGE, MADV_PAGEOUT);
    }
}

static void fault(int number)
{
    long at = number * PAGE;
    if (is("demand-zero"))
        small[at] = 1;
    else if (is("kernel"))
        seen = (char)read(pipe_ends[0], small + at, 1);
    else if (is("segv"))
        try(bad_pointer, 0);
    else if (is("read-only"))
        try((char *)read_counters, 1);
    else if (is("kernel-half"))
        try((char *)0xffff888000000000, 0);
    else if (is("bus"))
        try(mapped + PAGE, 0);
    else if (is("efault"))
        seen = write(pipe_ends[1], bad_pointer, 1) == -1;
    else if (is("efault-bus"))
        seen = write(pipe_ends[1], mapped + PAGE, 1) == -1;
    else if (is("vsyscall"))
        ((long (*)(long *))0xffffffffff600400)(NULL);
    else if (is("huge") || is("hugetlb"))
        huge[number * HUGE] = 1;
    else if (is("swap-in") && swapped[at] != (char)number)
        exit(1);
}

int main(int argc, char **argv)
{
    kind = argc > 1 ? argv[1] : "none";
    count = argc > 2 ? atoi(argv[2]) : 0;
    prepare();
    read_counters(counters[0]);
    read_counters(counters[0]);
    for (int number = 0; number < count; number++)
        fault(number);
    read_counters(counters[1]);
    for (int number = 0; number < COUNTERS; number++)
        printf("%s %lu\n", names[number], counters[1][number] - counters[0][number]);
    return 0;
}
