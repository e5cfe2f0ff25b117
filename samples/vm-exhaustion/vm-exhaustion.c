/*
 * Virtual memory runs out, then physical memory. Addresses: mappings of 1 TiB until mmap says ENOMEM cost no page fault and no page, and hurt nobody.
 * Memory: each page costs a frame at its first touch. With the argument `kill` a child touches until none is left: the out-of-memory killer ends it
 * (exit status 137), and the parent goes on. Do that in the guest.
 */
#include <sys/wait.h>
#include <unistd.h>

#include "../common/sample.h"

#define TIB (1L << 40)
#define MAXIMUM 256
#define TOUCHED_MIB 16

static void *mappings[MAXIMUM];

/* Resident pages of this process, from /proc/self/statm. */
static long resident_mib(void)
{
    long size, resident;
    FILE *statm = fopen("/proc/self/statm", "r");
    if (statm == NULL || fscanf(statm, "%ld %ld", &size, &resident) != 2)
        fail("/proc/self/statm");
    fclose(statm);
    return (resident * PAGE_BYTES + MIB / 2) / MIB;
}

static void exhaust_addresses(void)
{
    int count = 0, error;
    long faults = minor_faults();

    while (count < MAXIMUM) {
        void *mapping = mmap(NULL, TIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (mapping == MAP_FAILED)
            break;
        mappings[count++] = mapping;
    }
    error = errno;
    faults = minor_faults() - faults;
    /* How many fit into 128 TiB depends on how far randomization has moved the first. */
    printf("addresses: %s mappings of 1 TiB, then %s; page faults: %s, resident: %ld MiB\n", count > 120 && count < 128 ? "120 to 128" : "too few", strerror(error),
           faults <= count ? "at most one each" : "many", resident_mib());
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        _exit(malloc(1000) == NULL);
    int status;
    waitpid(child, &status, 0);
    printf("a child with the same addresses ended with status %d\n", WEXITSTATUS(status));
    while (count > 0)
        munmap(mappings[--count], TIB);
    void *again = mmap(NULL, TIB, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    printf("after munmap: another TiB %s\n", again == MAP_FAILED ? "cannot be had" : "can be had");
    munmap(again, TIB);
}

static void touch_memory(void)
{
    long before = minor_faults(), pages = TOUCHED_MIB * MIB / PAGE_BYTES;
    unsigned char *memory = map_pages(pages);

    printf("memory: %d MiB mapped, resident: %ld MiB\n", TOUCHED_MIB, resident_mib());
    before = minor_faults();
    for (long page = 0; page < pages; page++)
        memory[page * PAGE_BYTES] = 1;
    printf("memory: touched, faults per page: %ld, resident: %ld MiB\n", faults_per_page(minor_faults() - before, pages), resident_mib());
}

static void exhaust_memory(void)
{
    int status;

    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        unsigned char *memory = mmap(NULL, TIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (memory == MAP_FAILED)
            fail("mmap");
        for (long at = 0; at < TIB; at += PAGE_BYTES)
            memory[at] = 1;
        _exit(0);
    }
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status))
        printf("memory: the child that touched more than there is was killed by signal %d; its parent goes on\n", WTERMSIG(status));
}

int main(int argc, char **argv)
{
    if (argc > 2 || (argc == 2 && strcmp(argv[1], "kill") != 0)) {
        fprintf(stderr, "usage: [kill]\n");
        return 2;
    }
    exhaust_addresses();
    touch_memory();
    if (argc == 2)
        exhaust_memory();
    return 0;
}
