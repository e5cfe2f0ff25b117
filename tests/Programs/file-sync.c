/* Shared file mappings between processes and descriptors, and the errors of msync and its kin. Works in the directory given. */
#include "show.h"
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

enum { PAGE = 4096 };

static volatile int negative = -1;

static void errors(char *map)
{
    char *hole = mmap(NULL, 5 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    munmap(hole + PAGE, PAGE);
    SHOW(msync(map, 2 * PAGE, MS_SYNC));
    SHOW(msync(map, 2 * PAGE, MS_ASYNC));
    SHOW(msync(map, 2 * PAGE, 0));
    SHOW(msync(map, 2 * PAGE, MS_SYNC | MS_ASYNC));
    SHOW(msync(map, 2 * PAGE, MS_SYNC | MS_INVALIDATE));
    SHOW(msync(map, 2 * PAGE, 8));
    SHOW(msync(map + 1, PAGE, MS_SYNC));
    SHOW(msync(map, 0, MS_SYNC));
    SHOW(msync(map, (size_t)negative - PAGE, MS_SYNC));
    SHOW(msync(map, (size_t)negative, MS_SYNC));
    SHOW(msync(hole, 3 * PAGE, MS_SYNC));
    SHOW(msync(hole, 3 * PAGE, MS_ASYNC));
    SHOW(msync(hole, PAGE, MS_SYNC));
    SHOW(msync(hole + PAGE, PAGE, MS_SYNC));
    SHOW(mlock(map, PAGE));
    SHOW(msync(map, PAGE, MS_INVALIDATE));
    SHOW(munlock(map, PAGE));
    munmap(hole, 5 * PAGE);
    int pipes[2];
    if (pipe(pipes) != 0) return;
    SHOW(fsync(negative));
    SHOW(fsync(pipes[0]));
    SHOW(fdatasync(pipes[1]));
    SHOW(sync_file_range(pipes[0], 0, 0, SYNC_FILE_RANGE_WRITE));
    SHOW(sync_file_range(negative, 0, 0, SYNC_FILE_RANGE_WRITE));
    SHOW(syncfs(negative));
    SHOW(readahead(negative, 0, 10));
    SHOW(readahead(pipes[0], 0, 10));
    SHOW(posix_fadvise(negative, 0, 10, POSIX_FADV_WILLNEED));
    SHOW(posix_fadvise(pipes[0], 0, 10, POSIX_FADV_WILLNEED));
}

int main(int count, char **arguments)
{
    if (count > 1 && chdir(arguments[1]) != 0) return 1;
    int file = open("synced", O_CREAT | O_TRUNC | O_RDWR, 0644), reader = open("synced", O_RDONLY), writer = open("synced", O_WRONLY);
    SHOW(ftruncate(file, 2 * PAGE));
    SHOW(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, writer, 0) == MAP_FAILED);
    SHOW(mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, reader, 0) == MAP_FAILED);
    char *map = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    char *second = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, reader, PAGE), *private = mmap(NULL, 2 * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE, reader, 0);
    SHOW(mprotect(second, PAGE, PROT_READ | PROT_WRITE));
    SHOW(mprotect(private, PAGE, PROT_READ | PROT_WRITE));
    char byte = 0;
    fflush(stdout);
    for (int round = 0; round < 3; round++) {
        if (fork() == 0) {
            map[PAGE] += 1;
            map[0] = map[PAGE] + 'a';
            _exit(0);
        }
        wait(NULL);
        if (round == 1) private[0] = 'P';
        if (pread(reader, &byte, 1, 0) != 1) perror("pread");
        printf("%d %d %c %c %c\n", map[PAGE], second[0], map[0], byte, private[0]);
        byte = (char)('0' + round);
        if (pwrite(writer, &byte, 1, 1) != 1) perror("pwrite");
        printf("%c %c\n", map[1], private[1]);
        SHOW(msync(map, 2 * PAGE, MS_SYNC));
    }
    errors(map);
    SHOW(sync_file_range(file, 0, PAGE, 7));
    SHOW(sync_file_range(file, 0, PAGE, 8));
    SHOW(sync_file_range(file, negative, PAGE, 1));
    SHOW(sync_file_range(file, PAGE, negative, 1));
    SHOW(sync_file_range(file, 0, 0, 0));
    SHOW(fsync(file));
    SHOW(fsync(reader));
    SHOW(fdatasync(writer));
    SHOW(syncfs(file));
    SHOW(readahead(file, 0, PAGE));
    SHOW(readahead(writer, 0, PAGE));
    SHOW(posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED));
    SHOW(posix_fadvise(file, 0, PAGE, POSIX_FADV_WILLNEED));
    SHOW(posix_fadvise(file, 0, negative, POSIX_FADV_WILLNEED));
    SHOW(posix_fadvise(file, 0, 0, 9));
    SHOW(posix_fadvise(file, 0, 0, POSIX_FADV_NOREUSE));
    unsigned char present[2] = { 0 };
    SHOW(mincore(map, 2 * PAGE, present));
    printf("%d %d\n", present[0] & 1, present[1] & 1);
    SHOW(close(file));
    return 0;
}
