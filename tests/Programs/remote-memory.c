/* remote-memory: memory of one process read and written by another, by process_vm_readv, process_vm_writev and /proc/PID/mem. */
#include "show.h"
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>

#define PAGE 4096UL
#define HUGE (2UL << 20)

static char *area(unsigned long bytes, int protection)
{
    return mmap(0, bytes, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* Four pages, of which the third is not there and the fourth cannot be written; a child that has them too. */
static char *theirs;

static void transfers(int child)
{
    static char text[4 * PAGE];
    struct iovec own[3] = {{text, 3}, {text + 10, 0}, {text + 5, 5}}, other[2] = {{theirs, 2}, {theirs + PAGE - 2, 6}};
    SHOW(process_vm_readv(child, own, 3, other, 2, 0));
    printf("%.3s %.5s\n", text, text + 5);
    struct iovec whole = {text, 4 * PAGE}, all = {theirs, 4 * PAGE}, last = {theirs + 3 * PAGE, PAGE}, three[3] = {{theirs, 4}, {theirs + 2 * PAGE, 4}, {theirs, 4}};
    SHOW(process_vm_readv(child, &whole, 1, &all, 1, 0));
    SHOW(process_vm_readv(child, &whole, 1, three, 3, 0));
    SHOW(process_vm_readv(child, &whole, 1, three + 1, 2, 0));
    SHOW(process_vm_readv(child, &whole, 1, &last, 1, 0));
    SHOW(process_vm_writev(child, &whole, 1, &last, 1, 0));
    text[0] = 'W';
    SHOW(process_vm_writev(child, &whole, 1, three, 1, 0));
    text[0] = 0;
    SHOW(process_vm_readv(child, &whole, 1, three, 1, 0));
    printf("%c here %c\n", text[0], theirs[0]);
}

static void refusals(int child)
{
    char text[8];
    struct iovec one = {text, 8}, other = {theirs, 8}, none = {text, 0}, wrong = {bad_pointer, 8}, far = {text, -1UL}, kernel = {(void *)0xffffffff80000000, 8};
    SHOW(process_vm_readv(child, &one, 1, &other, 1, 1));
    SHOW(process_vm_readv(child, &one, 1025, &other, 1, 0));
    SHOW(process_vm_readv(child, &one, 1, &other, 1025, 0));
    SHOW(process_vm_readv(child, (struct iovec *)bad_pointer, 1, &other, 1, 0));
    SHOW(process_vm_readv(child, &one, 1, (struct iovec *)bad_pointer, 1, 0));
    SHOW(process_vm_readv(child, &far, 1, &other, 1, 0));
    SHOW(process_vm_readv(child, &one, 1, &far, 1, 0));
    SHOW(process_vm_readv(child, &kernel, 1, &other, 1, 0));
    SHOW(process_vm_readv(child, &one, 1, &kernel, 1, 0));
    SHOW(process_vm_readv(child, &wrong, 1, &other, 1, 0));
    SHOW(process_vm_writev(child, &wrong, 1, &other, 1, 0));
    SHOW(process_vm_readv(99999999, &none, 1, &other, 1, 0));
    SHOW(process_vm_readv(99999999, &one, 1, &none, 1, 0));
    SHOW(process_vm_readv(99999999, &one, 1, &other, 1, 0));
    int ended = fork();
    if (ended == 0) _exit(0);
    siginfo_t info;
    waitid(P_PID, ended, &info, WEXITED | WNOWAIT);
    SHOW(process_vm_readv(ended, &one, 1, &other, 1, 0));
    waitpid(ended, 0, 0);
    int other_user = fork();
    if (other_user == 0) {
        SHOW(setuid(1000));
        SHOW(process_vm_readv(child, &one, 1, &other, 1, 0));
        _exit(0);
    }
    waitpid(other_user, 0, 0);
}

/* Pages that no access right lets the program reach, one of them shared with a child; huge pages. */
static void forced(const char *title, char *at)
{
    char byte = '-';
    int memory = open("/proc/self/mem", O_RDWR);
    printf("== %s\n", title);
    SHOW(pread(memory, &byte, 1, (long)at));
    SHOW(pwrite(memory, "w", 1, (long)at));
    SHOW(pread(memory, &byte, 1, (long)at));
    printf("%c\n", byte);
    close(memory);
}

static void in_child(const char *title, char *at)
{
    int child = fork();
    if (child == 0) {
        forced(title, at);
        _exit(0);
    }
    waitpid(child, 0, 0);
}

static char *huge(void)
{
    char *block = area(2 * HUGE, PROT_READ | PROT_WRITE);
    block = (char *)(((unsigned long)block + HUGE - 1) & ~(HUGE - 1));
    madvise(block, HUGE, MADV_HUGEPAGE);
    block[0] = 'h';
    return block;
}

int main(void)
{
    setvbuf(stdout, 0, _IONBF, 0);
    theirs = area(4 * PAGE, PROT_READ | PROT_WRITE);
    for (unsigned i = 0; i < 4 * PAGE; i++) theirs[i] = 'a' + i % 26;
    munmap(theirs + 2 * PAGE, PAGE);
    mprotect(theirs + 3 * PAGE, PAGE, PROT_READ);
    int child = fork();
    if (child == 0) for (;;) pause();
    transfers(child);
    refusals(child);
    kill(child, SIGKILL);
    waitpid(child, 0, 0);

    char *page = area(PAGE, PROT_READ | PROT_WRITE), *block = huge();
    *page = 'p';
    forced("huge page", block);
    mprotect(page, PAGE, PROT_READ);
    in_child("read-only page, shared with a child", page);
    mprotect(page, PAGE, PROT_NONE);
    forced("page without access", page);
    in_child("page without access, shared with a child", page);
    mprotect(block, HUGE, PROT_NONE);
    forced("huge page without access", block);
    in_child("huge page without access, shared with a child", block);
    mprotect(block, HUGE, PROT_READ);
    in_child("read-only huge page, shared with a child", block);
    printf("%c %c\n", (mprotect(page, PAGE, PROT_READ), *page), *block);

    /* A page that may be freed until it is written; the write is another's. */
    char *given = area(PAGE, PROT_READ | PROT_WRITE), byte = 'n';
    struct iovec own = {&byte, 1}, other = {given, 1};
    *given = 'o';
    madvise(given, PAGE, MADV_FREE);
    SHOW(process_vm_writev(getpid(), &own, 1, &other, 1, 0));
    madvise(given, PAGE, MADV_PAGEOUT);
    printf("%c\n", *given);
    return 0;
}
