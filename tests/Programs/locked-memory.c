/* locked-memory TOLERANCE: locks memory in all ways there are, and tells whether the system's sums of locked and unevictable pages change as they should,
   and what the process's own say. Others may lock memory meanwhile: so many kilobytes more or less do not matter. */
#define _GNU_SOURCE
#include "kernel-values.h"
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define MIB (1UL << 20)

static long of_smaps(const char *name, const void *start)
{
    char line[256], wanted[32];
    long value = -1;
    int is_there = 0;
    sprintf(wanted, "%lx-", (unsigned long)start);
    FILE *text = fopen("/proc/self/smaps", "r");
    while (fgets(line, sizeof line, text)) {
        if (strncmp(line, wanted, strlen(wanted)) == 0)
            is_there = 1;
        if (is_there && strncmp(line, name, strlen(name)) == 0) {
            value = strtol(line + strlen(name), NULL, 10);
            break;
        }
    }
    fclose(text);
    return value;
}

static long mlocked, unevictable, tolerance;

static void begin(void)
{
    mlocked = value_of("/proc/meminfo", "Mlocked");
    unevictable = value_of("/proc/meminfo", "Unevictable");
}

/* In kilobytes. Sums that the kernel brings up to date late are asked for until they agree, for a while. */
static void show(const char *what, long expected)
{
    long locked = 0, kept = 0;
    for (int i = 0; i < 50; i++) {
        locked = value_of("/proc/meminfo", "Mlocked") - mlocked;
        kept = value_of("/proc/meminfo", "Unevictable") - unevictable;
        if (labs(locked - expected) <= tolerance && labs(kept - expected) <= tolerance)
            break;
        usleep(100000);
    }
    printf("%-40s VmLck %ld, ", what, value_of("/proc/self/status", "VmLck"));
    if (labs(locked - expected) <= tolerance && labs(kept - expected) <= tolerance)
        printf("Mlocked and Unevictable %ld\n", expected);
    else
        printf("Mlocked %ld and Unevictable %ld in place of %ld\n", locked, kept, expected);
}

static char *map(unsigned long bytes, int flags)
{
    return mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | flags, -1, 0);
}

int main(int argc, char **argv)
{
    tolerance = argc > 1 ? atol(argv[1]) : 0;
    setvbuf(stdout, malloc(4096), _IOLBF, 4096);
    begin();
    char *own = map(4 * MIB, MAP_PRIVATE);
    show("mapped", 0);
    mlock(own, 1 * MIB);
    show("mlock of 1 MiB untouched", 1024);
    printf("Locked in smaps: %ld\n", of_smaps("Locked:", own));
    mlock2(own + 2 * MIB, MIB, MLOCK_ONFAULT);
    show("mlock2 on fault", 1024);
    own[2 * MIB] = own[2 * MIB + 4096] = 1;
    show("two pages touched", 1032);
    mlock(own, 4096);
    munlock(own + MIB / 2, MIB);
    show("munlock of half of it", 520);
    munmap(own, MIB / 4);
    show("munmap of a part", 264);
    madvise(own + MIB / 4, MIB / 4, MADV_DONTNEED_LOCKED);
    show("locked pages dropped", 8);
    munmap(own + MIB / 4, 4 * MIB - MIB / 4);
    show("munmap of the rest", 0);

    own = map(MIB, MAP_PRIVATE | MAP_LOCKED);
    show("MAP_LOCKED", 1024);
    if (fork() == 0) {
        printf("child: VmLck %ld\n", value_of("/proc/self/status", "VmLck"));
        own[0] = 2;
        show("child has copied a page", 1024);
        _exit(0);
    }
    wait(NULL);
    own[4096] = 3;
    show("child is gone", 1024);
    own = mremap(own, MIB, 2 * MIB, MREMAP_MAYMOVE);
    show("grown by mremap", 2048);
    mprotect(own, MIB, PROT_NONE);
    show("half of it inaccessible", 2048);
    munmap(own, 2 * MIB);
    show("unmapped", 0);

    char *shared = map(MIB, MAP_SHARED);
    memset(shared, 1, MIB);
    if (fork() == 0) {
        mlock(shared, MIB);
        show("child locks shared memory", 1024);
        _exit(0);
    }
    wait(NULL);
    show("and is gone", 0);
    mlock(shared, MIB / 2);
    char *again = mremap(shared, 0, MIB, MREMAP_MAYMOVE);
    munmap(again, MIB);
    show("half of it locked twice, unmapped once", 512);
    munlock(shared, MIB);
    show("unlocked", 0);
    munmap(shared, MIB);

    if (fork() == 0) {
        map(MIB, MAP_PRIVATE)[0] = 1;
        begin();
        mlockall(MCL_FUTURE);
        own = map(MIB, MAP_PRIVATE);
        show("MCL_FUTURE, 1 MiB mapped", 1024);
        char *end = sbrk(MIB);
        (void)end;
        show("1 MiB of heap", 2048);
        munlockall();
        show("munlockall", 0);
        munmap(own, MIB);
        mlockall(MCL_FUTURE | MCL_ONFAULT);
        own = map(MIB, MAP_PRIVATE);
        own[0] = 1;
        show("MCL_FUTURE|MCL_ONFAULT, a page touched", 4);
        munlockall();
        _exit(0);
    }
    wait(NULL);

    begin();
    int id = shmget(IPC_PRIVATE, MIB, 0600);
    shmctl(id, SHM_LOCK, NULL);
    char *segment = shmat(id, NULL, 0);
    long before = value_of("/proc/meminfo", "Unevictable");
    memset(segment, 1, MIB);
    long kept = 0;
    for (int i = 0; i < 50 && kept < 1024 - tolerance; i++, usleep(20000))
        kept = value_of("/proc/meminfo", "Unevictable") - before;
    printf("SHM_LOCK: Unevictable %+ld\n", (kept + tolerance) / 1024 * 1024);
    shmctl(id, SHM_UNLOCK, NULL);
    for (int i = 0; i < 50 && kept > tolerance; i++, usleep(20000))
        kept = value_of("/proc/meminfo", "Unevictable") - before;
    printf("SHM_UNLOCK: Unevictable %+ld\n", (kept + tolerance) / 1024 * 1024);
    shmdt(segment);
    shmctl(id, IPC_RMID, NULL);
    return 0;
}
