/* shared-swap: sends memory files and segments to swap space and uses them there: by mappings, by read, cut off, given up. For a machine with swap space. */
#define _GNU_SOURCE
#include "kernel-values.h"
#include <sys/mman.h>
#include <sys/shm.h>

#define PAGE 4096L
#define PAGES 2048L
#define ADVICE_PAGE_OUT 21

static void send_away(char *memory)
{
    for (long page = 0; page < PAGES; page++)
        *(long *)(memory + page * PAGE) = page + 1;
    madvise(memory, PAGES * PAGE, ADVICE_PAGE_OUT);
    long used = value_of("/proc/meminfo", "SwapTotal") - value_of("/proc/meminfo", "SwapFree");
    printf("sent away: %s\n", used >= PAGES * 4 ? "all" : "not all");
}

static int is_wrong(const char *memory, long page)
{
    return *(const volatile long *)(memory + page * PAGE) != page + 1;
}

int main(void)
{
    char bytes[PAGE];
    long wrong = 0, majors = value_of("/proc/vmstat", "pgmajfault");
    int file = memfd_create("shared", 0);
    if (ftruncate(file, PAGES * PAGE) != 0)
        return 1;
    char *memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    send_away(memory);
    for (long page = 0; page < PAGES / 2; page++)
        wrong += is_wrong(memory, page);
    majors = value_of("/proc/vmstat", "pgmajfault") - majors;
    printf("touched: %ld wrong, %s\n", wrong, majors <= PAGES / 2 / 8 + 8 ? "eight at a time" : "one by one");
    for (long page = PAGES / 2; page < PAGES * 3 / 4; page++)
        wrong += pread(file, bytes, PAGE, page * PAGE) != PAGE || *(long *)bytes != page + 1;
    printf("read: %ld wrong\n", wrong);
    /* Within a cluster: some of what was read ahead is never wanted. */
    long end = PAGES * 3 / 4 + 3;
    if (is_wrong(memory, end - 1) || ftruncate(file, end * PAGE) != 0 || ftruncate(file, PAGES * PAGE) != 0)
        return 1;
    for (long page = end; page < PAGES; page++)
        wrong += *(volatile long *)(memory + page * PAGE) != 0;
    printf("cut off: %ld wrong\n", wrong);
    int id = shmget(IPC_PRIVATE, PAGES * PAGE, 0600);
    char *segment = shmat(id, NULL, 0);
    shmctl(id, IPC_RMID, NULL);
    send_away(segment);
    for (long page = PAGES - 1; page >= 0; page--)
        wrong += is_wrong(segment, page);
    printf("touched from the end: %ld wrong\n", wrong);
    send_away(segment);
    shmdt(segment);
    munmap(memory, PAGES * PAGE);
    close(file);
    printf("left: %ld kB of swap space, %ld kB of its cache, frames %s\n", value_of("/proc/meminfo", "SwapTotal") - value_of("/proc/meminfo", "SwapFree"),
           value_of("/proc/meminfo", "SwapCached"), are_frames_wrong() ? "wrong" : "right");
    return 0;
}
