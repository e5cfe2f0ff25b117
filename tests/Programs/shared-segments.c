/* System V shared memory: identifiers, attaching at addresses, counts over fork, detach and removal; and POSIX shared memory with its semaphores. */
#include "show.h"
#include <semaphore.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/shm.h>
#include <sys/wait.h>

enum { PAGE = 4096, KEY = 0x1badcafe };

static volatile int negative = -1;

static void show_segment(int id)
{
    struct shmid_ds status;
    if (shmctl(id, IPC_STAT, &status) < 0) { printf("  %s\n", strerror(errno)); return; }
    printf("  key %x mode %o size %ld attached %ld mine %d last %d attach %d detach %d\n", status.shm_perm.__key, status.shm_perm.mode, (long)status.shm_segsz,
           (long)status.shm_nattch, status.shm_cpid == getpid(), status.shm_lpid == getpid(), status.shm_atime != 0, status.shm_dtime != 0);
}

/* The segment's line of /proc/sysvipc/shm, without its numbers of processes and times. */
static void show_listed(int id)
{
    FILE *list = fopen("/proc/sysvipc/shm", "r");
    char line[512];
    int found = 0;
    long key, number, mode, size, attached, resident;
    while (fgets(line, sizeof line, list))
        if (sscanf(line, "%ld %ld %lo %ld %*d %*d %ld %*d %*d %*d %*d %*d %*d %*d %ld", &key, &number, &mode, &size, &attached, &resident) == 6
            && number == id) {
            printf("  listed: key %lx mode %lo size %ld attached %ld resident %ld\n", key, mode, size, attached, resident);
            found = 1;
        }
    fclose(list);
    if (!found) printf("  not listed\n");
}

static void segments(void)
{
    SHOW(shmget(KEY, PAGE, 0600));
    SHOW(shmget(IPC_PRIVATE, 0, IPC_CREAT | 0600));
    SHOW(shmget(IPC_PRIVATE, (size_t)negative, IPC_CREAT | 0600));
    int id = shmget(KEY, 3 * PAGE - 100, IPC_CREAT | IPC_EXCL | 0640);
    SHOW(shmget(KEY, PAGE, IPC_CREAT | IPC_EXCL | 0600));
    SHOW(shmget(KEY, 3 * PAGE, 0));
    SHOW(shmget(KEY, 3 * PAGE - 100, 0) == id);
    SHOW(shmget(KEY, 0, 0) == id);
    show_segment(id);
    show_listed(id);
    SHOW(shmat(negative, NULL, 0) == (void *)-1);
    SHOW(shmat(id, NULL, SHM_REMAP) == (void *)-1);
    char *map = shmat(id, NULL, 0);
    show_map(map);
    show_segment(id);
    map[0] = 1;
    map[3 * PAGE - 1] = 3;
    show_listed(id);
    char *place = mmap(NULL, 8 * PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    SHOW(munmap(place, 6 * PAGE));
    SHOW(shmat(id, place + 1, 0) == (void *)-1);
    SHOW(shmat(id, place + 1, SHM_RND | SHM_RDONLY) == place);
    show_map(place);
    SHOW(place[0]);
    SHOW(mprotect(place, PAGE, PROT_READ | PROT_WRITE));
    SHOW(shmat(id, place + 5 * PAGE, 0) == (void *)-1);
    SHOW(shmat(id, place + 5 * PAGE, SHM_REMAP) == place + 5 * PAGE);
    show_segment(id);
    fflush(stdout);
    if (fork() == 0) {
        show_segment(id);
        map[1] = 2;
        SHOW(shmdt(map));
        show_segment(id);
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
    show_segment(id);
    SHOW(map[1]);
    SHOW(munmap(map + PAGE, PAGE));
    show_segment(id);
    SHOW(shmdt(map + PAGE));
    SHOW(shmdt(map + 1));
    SHOW(shmdt(map));
    SHOW(shmdt(map));
    show_segment(id);
    struct shmid_ds status;
    SHOW(shmctl(id, IPC_STAT, &status));
    status.shm_perm.mode = 0606;
    SHOW(shmctl(id, IPC_SET, &status));
    SHOW(shmctl(id, IPC_SET, (void *)bad_pointer));
    SHOW(shmctl(id, IPC_STAT, (void *)bad_pointer));
    SHOW(shmctl(id, 99, &status));
    SHOW(shmctl(negative, IPC_STAT, &status));
    SHOW(shmctl(id, IPC_RMID, NULL));
    show_segment(id);
    SHOW(shmget(KEY, PAGE, 0));
    char *again = shmat(id, NULL, SHM_RDONLY);
    SHOW(again == (void *)-1);
    SHOW(again[1]);
    SHOW(shmdt(again));
    SHOW(shmdt(place));
    show_segment(id);
    SHOW(shmdt(place + 5 * PAGE));
    SHOW(shmctl(id, IPC_STAT, &status));
    SHOW(shmat(id, NULL, 0) == (void *)-1);
    show_listed(id);

    /* A process that ends detaches. */
    id = shmget(IPC_PRIVATE, PAGE, 0600);
    fflush(stdout);
    if (fork() == 0) {
        char *own = shmat(id, NULL, 0);
        own[0] = 7;
        _exit(0);
    }
    wait(NULL);
    show_segment(id);
    map = shmat(id, NULL, SHM_EXEC);
    show_map(map);
    SHOW(map[0]);
    SHOW(shmctl(id, IPC_RMID, NULL));
    SHOW(shmctl(id, IPC_RMID, NULL));
    SHOW(shmdt(map));
    SHOW(shmctl(id, IPC_RMID, NULL));
    struct shminfo info;
    SHOW(shmctl(0, IPC_INFO, (struct shmid_ds *)&info) >= 0);
    printf("  %lu %lu %lu %lu %lu\n", info.shmmax, info.shmmin, info.shmmni, info.shmseg, info.shmall);
}

static void posix(void)
{
    SHOW(shm_unlink("/x64emu-none"));
    int file = shm_open("/x64emu-shared", O_CREAT | O_EXCL | O_RDWR, 0600);
    SHOW(file >= 0);
    SHOW(shm_open("/x64emu-shared", O_CREAT | O_EXCL | O_RDWR, 0600));
    SHOW(ftruncate(file, 2 * PAGE));
    char *map = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    show_map(map);
    SHOW(close(file));
    fflush(stdout);
    if (fork() == 0) {
        int again = shm_open("/x64emu-shared", O_RDWR, 0);
        char *other = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, again, 0);
        other[5] = 5;
        _exit(0);
    }
    wait(NULL);
    SHOW(map[5]);
    SHOW(shm_unlink("/x64emu-shared"));
    show_map(map);
    SHOW(map[5]);
    sem_t *semaphore = sem_open("/x64emu-semaphore", O_CREAT | O_EXCL, 0600, 0);
    SHOW(semaphore == SEM_FAILED);
    fflush(stdout);
    if (fork() == 0) {
        sem_t *same = sem_open("/x64emu-semaphore", 0);
        _exit(sem_post(same) == 0 ? 4 : 5);
    }
    SHOW(sem_wait(semaphore));
    int status;
    wait(&status);
    printf("  %d\n", WEXITSTATUS(status));
    SHOW(sem_unlink("/x64emu-semaphore"));
    SHOW(sem_close(semaphore));
}

int main(void)
{
    segments();
    posix();
    return 0;
}
