/* file-locks: flock and the locks of fcntl, by processes and by open files, with each other, with conversions, waits and circles. */
#include "show.h"
#include <signal.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/wait.h>

static const char *path;

static struct flock range(short type, long start, long length)
{
    return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
}

static int set(int file, short type, long start, long length)
{
    struct flock lock = range(type, start, length);
    return fcntl(file, F_SETLK, &lock);
}

static int set_open(int file, short type, long start, long length)
{
    struct flock lock = range(type, start, length);
    return fcntl(file, F_OFD_SETLK, &lock);
}

static int wait_for(int file, short type, long start, long length)
{
    struct flock lock = range(type, start, length);
    return fcntl(file, F_SETLKW, &lock);
}

/* What another process finds, byte by byte: free, read, or written. */
static void show_locks(const char *title)
{
    fflush(stdout);
    int child = fork();
    if (child == 0) {
        int file = open(path, O_RDWR);
        printf("%-40s ", title);
        for (int i = 0; i < 24; i++) {
            struct flock lock = range(F_WRLCK, i, 1);
            fcntl(file, F_GETLK, &lock);
            putchar(lock.l_type == F_UNLCK ? '.' : lock.l_type == F_RDLCK ? 'r' : 'w');
        }
        struct flock lock = range(F_WRLCK, 0, 0);
        fcntl(file, F_GETLK, &lock);
        printf(" first %d %ld %ld %s\n", lock.l_type, (long)lock.l_start, (long)lock.l_len,
               lock.l_pid == getppid() ? "the parent's" : lock.l_pid == -1 ? "a file's" : "");
        exit(0);
    }
    waitpid(child, 0, 0);
}

static int compare(const void *left, const void *right) { return strcmp(left, right); }

/* The file's lines of /proc/locks, sorted: systems differ in their order. */
static void show_table(const char *title)
{
    static char found[16][160];
    char line[200], kind[20], mode[20], type[20], last[30];
    int pid, count = 0;
    long inode, start;
    struct stat status;
    stat(path, &status);
    FILE *table = fopen("/proc/locks", "r");
    while (count < 16 && fgets(line, sizeof line, table)) {
        char *text = strchr(line, ':') + 1;
        int waits = strncmp(text, " ->", 3) == 0;
        if (sscanf(text + waits * 3, "%19s %19s %19s %d %*x:%*x:%ld %ld %29s", kind, mode, type, &pid, &inode, &start, last) == 7 && inode == (long)status.st_ino)
            snprintf(found[count++], sizeof *found, "%s %s %s %s %ld %s%s", kind, mode, type, pid == getpid() ? "own" : pid < 0 ? "none" : "other", start, last,
                     waits ? " waits" : "");
    }
    fclose(table);
    qsort(found, count, sizeof *found, compare);
    printf("%s\n", title);
    for (int i = 0; i < count; i++) printf("  %s\n", found[i]);
}

static void ranges(int file)
{
    SHOW(set(file, F_WRLCK, 2, 10));
    show_locks("write 2-11");
    SHOW(set(file, F_RDLCK, 5, 3));
    show_locks("read 5-7 in the middle");
    SHOW(set(file, F_RDLCK, 8, 8));
    show_locks("read 8-15 joins");
    SHOW(set(file, F_UNLCK, 6, 1));
    show_locks("without 6");
    SHOW(set(file, F_WRLCK, 6, 1));
    show_locks("write 6");
    SHOW(set(file, F_RDLCK, 18, 0));
    show_locks("read from 18 on");
    SHOW(set(file, F_WRLCK, 17, -3));
    show_locks("write 14-16, backwards");
    show_table("the table");
    SHOW(set(file, F_UNLCK, 0, 0));
    show_locks("none");
}

static void refusals(int file)
{
    int reader = open(path, O_RDONLY), writer = open(path, O_WRONLY), named = open(path, O_PATH);
    struct flock lock = range(F_WRLCK, 0, 1);
    SHOW(set(reader, F_WRLCK, 0, 1));
    SHOW(set(writer, F_RDLCK, 0, 1));
    SHOW(set(named, F_RDLCK, 0, 1));
    SHOW(set(file, 3, 0, 1));
    SHOW(set(file, F_RDLCK, -1, 1));
    SHOW(set(file, F_RDLCK, 1, -2));
    SHOW(set(file, F_RDLCK, 0x7fffffffffffffff, 2));
    SHOW(fcntl(file, F_SETLK, bad_pointer));
    SHOW(fcntl(99, F_SETLK, &lock));
    lock.l_whence = 3;
    SHOW(fcntl(file, F_SETLK, &lock));
    lock = range(F_UNLCK, 0, 1);
    SHOW(fcntl(file, F_GETLK, &lock));
    lock = range(F_RDLCK, 0, 1);
    lock.l_pid = 1;
    SHOW(fcntl(file, F_OFD_SETLK, &lock));
    SHOW(flock(file, 0));
    SHOW(flock(99, 0));
    SHOW(flock(99, LOCK_SH));
    SHOW(flock(file, LOCK_SH | LOCK_EX));
    SHOW(flock(named, LOCK_SH));
    SHOW(flock(reader, LOCK_EX | LOCK_NB));
    close(named);
    close(writer);
    close(reader);
    show_locks("after all that");
}

static void open_files(int file)
{
    int other = open(path, O_RDWR), copy = dup(other);
    SHOW(set_open(other, F_WRLCK, 0, 4));
    SHOW(set_open(file, F_RDLCK, 3, 4));
    SHOW(set(file, F_RDLCK, 3, 4));
    SHOW(set_open(file, F_RDLCK, 4, 4));
    SHOW(set(file, F_RDLCK, 4, 8));
    show_locks("files 0-3 w, 4-7 r, process 4-11 r");
    show_table("the table");
    close(other);
    show_locks("a descriptor of the first is left");
    SHOW(set(file, F_RDLCK, 4, 8));
    close(copy);
    show_locks("none of the first is left");
    SHOW(set(file, F_RDLCK, 4, 8));
    SHOW(set_open(file, F_UNLCK, 0, 0));
    show_locks("the process's");
    SHOW(dup2(file, 50));
    close(50);
    show_locks("one of its descriptors was closed");
}

static void whole_files(int file)
{
    int other = open(path, O_RDWR), copy = dup(other);
    SHOW(flock(file, LOCK_SH));
    SHOW(flock(other, LOCK_SH));
    SHOW(flock(other, LOCK_EX | LOCK_NB));
    SHOW(flock(file, LOCK_EX | LOCK_NB));
    SHOW(flock(other, LOCK_SH | LOCK_NB));
    SHOW(flock(copy, LOCK_UN));
    SHOW(set(other, F_WRLCK, 0, 0));
    show_table("the table");
    SHOW(flock(file, LOCK_UN));
    SHOW(flock(copy, LOCK_EX));
    SHOW(flock(other, LOCK_EX | LOCK_NB));
    close(other);
    SHOW(flock(file, LOCK_SH | LOCK_NB));
    close(copy);
    SHOW(flock(file, LOCK_SH | LOCK_NB));
    SHOW(flock(file, LOCK_UN));
}

static void nothing(int number) { (void)number; }

/* One waits for the other; a signal ends a wait; who would close a circle is told. */
static void waits(int file)
{
    int ready[2];
    char byte;
    if (pipe(ready)) return;
    SHOW(set(file, F_WRLCK, 0, 1));
    SHOW(flock(file, LOCK_EX));
    fflush(stdout);
    int child = fork();
    if (child == 0) {
        int own = open(path, O_RDWR);
        SHOW(set(own, F_WRLCK, 1, 1));
        sigaction(SIGALRM, &(struct sigaction){.sa_handler = nothing}, 0);
        ualarm(50000, 0);
        SHOW(wait_for(own, F_WRLCK, 0, 1));
        ualarm(50000, 0);
        SHOW(flock(own, LOCK_SH));
        fflush(stdout);
        if (write(ready[1], "", 1) != 1) exit(1);
        SHOW(wait_for(own, F_RDLCK, 0, 1));
        SHOW(flock(own, LOCK_SH));
        exit(0);
    }
    if (read(ready[0], &byte, 1) != 1) return;
    usleep(50000);
    show_table("one waits");
    SHOW(wait_for(file, F_WRLCK, 1, 1));
    fflush(stdout);
    set(file, F_UNLCK, 0, 1);
    usleep(50000);
    flock(file, LOCK_UN);
    waitpid(child, 0, 0);
    SHOW(wait_for(file, F_WRLCK, 0, 0));
    show_table("at the end");
}

int main(int count, char **arguments)
{
    static char name[256];
    snprintf(name, sizeof name, "%s/locked", count > 1 ? arguments[1] : "/tmp");
    path = name;
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
    if (file < 0) return 1;
    ranges(file);
    refusals(file);
    open_files(file);
    whole_files(file);
    waits(file);
    close(file);
    unlink(path);
    return 0;
}
