/* proc-memory: what /proc/self/smaps and pagemap say of mappings whose pages are known. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAGE 4096UL

static void show(const char *title, char *start)
{
    static const char *fields[] = {"Size:", "Rss:", "Pss:", "Shared_Clean:", "Shared_Dirty:", "Private_Clean:", "Private_Dirty:", "Anonymous:", "Locked:", "VmFlags:"};
    char line[512];
    int inside = 0;
    FILE *smaps = fopen("/proc/self/smaps", "r");
    printf("== %s\n", title);
    while (smaps && fgets(line, sizeof line, smaps)) {
        unsigned long from, to;
        char rights[8];
        if (sscanf(line, "%lx-%lx %7s", &from, &to, rights) == 3) {
            inside = from == (unsigned long)start;
            if (inside)
                printf("%lu pages %s\n", (to - from) / PAGE, rights);
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
    int pagemap = open("/proc/self/pagemap", O_RDONLY);
    uint64_t words[16];
    long got = pread(pagemap, words, sizeof words, (unsigned long)start / PAGE * 8);
    close(pagemap);
    for (long i = 0; i < got / 8; i++)
        putchar(words[i] >> 63 ? (words[i] >> 61 & 1 ? 'f' : 'a') : '.');
    putchar('\n');
}

int main(void)
{
    char name[] = "/tmp/proc-memory-XXXXXX";
    int file = mkstemp(name);
    unlink(name);
    for (int page = 0; page < 8; page++) {
        char bytes[PAGE];
        memset(bytes, page, sizeof bytes);
        if (write(file, bytes, sizeof bytes) != sizeof bytes)
            return 1;
    }
    fsync(file);
    char *fence = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *memory = mmap(NULL, 16 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    show("untouched", memory);
    for (int page = 0; page < 16; page += 3)
        memory[page * PAGE] = 1;
    show("six pages written", memory);
    mprotect(memory, 16 * PAGE, PROT_READ);
    show("read-only", memory);
    mprotect(memory, 16 * PAGE, PROT_READ | PROT_WRITE);
    mlock(memory, 16 * PAGE);
    show("locked", memory);
    munlock(memory, 16 * PAGE);
    madvise(memory, 16 * PAGE, MADV_RANDOM);
    madvise(memory, 16 * PAGE, MADV_DONTFORK);
    show("advised", memory);
    madvise(memory, 16 * PAGE, MADV_NORMAL);
    madvise(memory, 16 * PAGE, MADV_DOFORK);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        memory[0] = 2;
        show("shared with the parent but for one", memory);
        fflush(stdout);
        _exit(0);
    }
    waitpid(child, NULL, 0);
    show("alone again", memory);
    char *private = mmap(fence, 8 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    volatile char sum = private[0];
    private[3 * PAGE] = 5;
    show("private file", private);
    return sum;
}
