/* A SIGSEGV handler that looks at the fault and repairs it (the instruction runs again), or leaves with siglongjmp. */
#include <setjmp.h>
#include <signal.h>

#include "../common/sample.h"

static unsigned char *memory;
static sigjmp_buf escape;
static volatile sig_atomic_t repair, faults_seen, code_seen;
static void *volatile address_seen;

static void on_segv(int signal_number, siginfo_t *info, void *context)
{
    (void)signal_number, (void)context;
    faults_seen++;
    code_seen = info->si_code;
    address_seen = info->si_addr;
    if (!repair)
        siglongjmp(escape, 1);
    unsigned char *page = (unsigned char *)((unsigned long)info->si_addr & -PAGE_BYTES);
    if (mprotect(page, PAGE_BYTES, PROT_READ | PROT_WRITE) != 0)
        _Exit(3);
}

/* Writes one byte with the handler in the given mood, and reports what it saw. */
static void poke(const char *what, unsigned char *address, int with_repair)
{
    unsigned char *volatile target = address;
    repair = with_repair;
    faults_seen = 0;
    if (sigsetjmp(escape, 1) == 0) {
        *(volatile unsigned char *)target = 5;
        printf("%s: written, the byte is %d", what, *target);
    } else {
        printf("%s: left through siglongjmp", what);
    }
    printf(", faults: %d", (int)faults_seen);
    if (faults_seen != 0)
        printf(", si_code: %s, si_addr: %s", code_seen == SEGV_MAPERR ? "SEGV_MAPERR" : code_seen == SEGV_ACCERR ? "SEGV_ACCERR" : "other",
               address_seen == target ? "the byte written to" : "ANOTHER ADDRESS");
    putchar('\n');
}

int main(void)
{
    struct sigaction action = {.sa_sigaction = on_segv, .sa_flags = SA_SIGINFO};
    if (sigaction(SIGSEGV, &action, NULL) != 0)
        fail("sigaction");

    memory = map_pages(4);
    poke("writable page", memory + 1, 0);
    if (mprotect(memory, 2 * PAGE_BYTES, PROT_NONE) != 0 || mprotect(memory + 2 * PAGE_BYTES, PAGE_BYTES, PROT_READ) != 0)
        fail("mprotect");
    poke("forbidden page, repaired", memory + 1, 1);
    poke("the same page again", memory + 2, 1);
    poke("forbidden page, given up", memory + PAGE_BYTES + 3, 0);
    poke("read-only page, repaired", memory + 2 * PAGE_BYTES + 77, 1);
    if (munmap(memory + 3 * PAGE_BYTES, PAGE_BYTES) != 0)
        fail("munmap");
    poke("unmapped page, given up", memory + 3 * PAGE_BYTES + 9, 0);
    poke("address 8, given up", (unsigned char *)8, 0);
    return 0;
}
