/*
 * Four ways for processes to share memory, or not: what a child stores is seen by its parent in memory shared by fork, by name (POSIX) and by number
 * (System V), and not in private memory. /proc/self/maps names each.
 */
#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/shm.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../common/sample.h"

static char name[64];
static int segment;

/* What /proc/self/maps calls the mapping at an address. */
static const char *name_in_maps(const void *address)
{
    static char line[512];
    FILE *maps = fopen("/proc/self/maps", "r");
    unsigned long start, end;
    int path = 0;
    if (!maps)
        fail("/proc/self/maps");
    while (fgets(line, sizeof line, maps)) {
        if (sscanf(line, "%lx-%lx %*s %*s %*s %*s %n", &start, &end, &path) < 2)
            continue;
        if ((unsigned long)address >= start && (unsigned long)address < end)
            break;
    }
    fclose(maps);
    line[strcspn(line, "\n")] = '\0';
    /* The name holds the process's number. */
    char *number = strstr(line, name);
    if (number)
        strcpy(number, "/x64emu-shared");
    return line[path] ? line + path : "(no name)";
}

static void *map_anonymous(int flags)
{
    void *memory = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? NULL : memory;
}

static void *map_named(void)
{
    int file = shm_open(name, O_CREAT | O_RDWR, 0600);
    if (file < 0 || ftruncate(file, PAGE_BYTES) != 0)
        fail("shm_open");
    void *memory = mmap(NULL, PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    return memory == MAP_FAILED ? NULL : memory;
}

static void *map_numbered(void)
{
    void *memory = shmat(segment, NULL, 0);
    return memory == (void *)-1 ? NULL : memory;
}

static void report(const char *kind, const char *memory)
{
    printf("%-28s in maps: %-34s the child's store: %s\n", kind, name_in_maps(memory), *memory == 'c' ? "seen" : "not seen");
}

int main(void)
{
    int status;

    snprintf(name, sizeof name, "/x64emu-%d", getpid());
    segment = shmget(IPC_PRIVATE, PAGE_BYTES, IPC_CREAT | 0600);
    if (segment < 0)
        fail("shmget");
    char *private = map_anonymous(MAP_PRIVATE), *shared = map_anonymous(MAP_SHARED), *named = map_named(), *numbered = map_numbered();
    if (!private || !shared || !named || !numbered)
        fail("mmap");
    *private = *shared = *named = *numbered = 'p';

    if (fork() == 0) {
        /* The last two are found again by name and number, at other addresses. */
        char *again = map_named(), *attached = map_numbered();
        if (!again || !attached || again == named || attached == numbered)
            _exit(1);
        *private = *shared = *again = *attached = 'c';
        _exit(0);
    }
    if (wait(&status) < 0 || status != 0)
        fail("child");
    report("MAP_PRIVATE:", private);
    report("MAP_SHARED:", shared);
    report("shm_open (POSIX):", named);
    report("shmget (System V):", numbered);

    struct shmid_ds segment_status;
    if (shm_unlink(name) != 0 || shmctl(segment, IPC_RMID, NULL) != 0 || shmctl(segment, IPC_STAT, &segment_status) != 0)
        fail("removal");
    printf("removed while attached by %ld: the parent still reads '%c' and '%c'\n", (long)segment_status.shm_nattch, *named, *numbered);
    return 0;
}
