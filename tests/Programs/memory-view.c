/* A process whose memory a debugger can be tested on: pages shared after fork, one of them copied; a file mapped; memory without access; a thread
   that waits. Prints its own maps and what it made where, then sleeps. */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <fcntl.h>
#include <unistd.h>

static pthread_mutex_t held = PTHREAD_MUTEX_INITIALIZER;

static void *wait_for_mutex(void *nothing)
{
    pthread_mutex_lock(&held);
    return nothing;
}

int main(void)
{
    char line[512];
    char *private_pages = mmap(NULL, 4 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *forbidden = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    char *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int data = open("/tmp/memory-view", O_RDWR | O_CREAT | O_TRUNC, 0600);
    for (int page = 0; page < 3; page++)
        if (write(data, memset(line, '0' + page, sizeof line), sizeof line) < 0 || ftruncate(data, 4096 * (page + 1)) < 0 || lseek(data, 0, SEEK_END) < 0) return 1;
    char *file = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE, data, 4096);
    if (private_pages == MAP_FAILED || forbidden == MAP_FAILED || shared == MAP_FAILED || file == MAP_FAILED)
    {
        perror("memory-view");
        return 1;
    }
    private_pages[0] = 'a';
    private_pages[4096] = 'b';
    forbidden[0] = 'f';
    shared[0] = 's';
    volatile char seen = file[0] + private_pages[8192];   /* the latter shows the zero page */
    (void)seen;
    mprotect(forbidden, 4096, PROT_NONE);
    free(malloc(1000));
    pid_t child = fork();
    if (child == 0)
    {
        private_pages[0] = 'c';
        shared[1] = private_pages[0];
        pause();
        return 0;
    }
    signal(SIGUSR1, SIG_IGN);
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGUSR2);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    while (shared[1] != 'c') sched_yield();
    pthread_t thread;
    pthread_mutex_lock(&held);
    pthread_create(&thread, NULL, wait_for_mutex, NULL);
    kill(getpid(), SIGUSR2);
    printf("self %d\nprivate %p\nforbidden %p\nshared %p\nfile %p\nmutex %p\nchild %d\n", getpid(), private_pages, forbidden, shared, file, (void *)&held, child);
    fflush(stdout);
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps != NULL && fgets(line, sizeof line, maps) != NULL) printf("map %s", line);
    printf("ready\n");
    fflush(stdout);
    waitpid(child, NULL, 0);
    return 0;
}
