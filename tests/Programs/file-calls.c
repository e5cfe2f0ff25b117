/* Files: opening, reading and writing, offsets, truncation, mappings, attributes. Works in the directory given. */
#include "show.h"
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/uio.h>
#include <termios.h>

static char buffer[8192];
static volatile int negative = -1;

static void open_and_create(void)
{
    SHOW(open("missing", O_RDONLY));
    SHOW(open("", O_RDONLY));
    SHOW(open(bad_pointer, O_RDONLY));
    SHOW(mkdir("directory", 0755));
    SHOW(open("directory", O_WRONLY));
    SHOW(open("directory/", O_CREAT | O_RDWR, 0644));
    SHOW(open("new/", O_CREAT | O_RDWR, 0644));
    SHOW(close(open("file", O_CREAT | O_EXCL | O_RDWR, 0644)));
    SHOW(open("file", O_CREAT | O_EXCL | O_RDWR, 0644));
    SHOW(open("file/", O_RDONLY));
    SHOW(open("file/below", O_RDONLY));
    SHOW(open("file", O_DIRECTORY | O_RDONLY));
    memset(buffer, 'n', 300);
    buffer[300] = 0;
    SHOW(open(buffer, O_RDONLY));
    memset(buffer, 'a', 5000);
    buffer[5000] = 0;
    SHOW(open(buffer, O_RDONLY));
}

static void read_and_write(int file)
{
    SHOW(write(file, "hello world", 11));
    SHOW(lseek(file, 0, SEEK_SET));
    SHOW(read(file, buffer, 5));
    SHOW(read(file, buffer, 100));
    SHOW(read(file, buffer, 100));
    SHOW(lseek(file, -20, SEEK_CUR));
    SHOW(lseek(file, 10000, SEEK_SET));
    SHOW(write(file, "end", 3));
    SHOW(pread(file, buffer, 20, 9995));
    SHOW(buffer[4] * 1000 + buffer[5]);
    SHOW(pread(file, buffer, 20, -1));
    SHOW(lseek(file, 0, 99));
    SHOW(ftruncate(file, 7));
    SHOW(ftruncate(file, 20));
    SHOW(pread(file, buffer, 30, 0));
    SHOW(memcmp(buffer, "hello w\0\0\0\0\0\0\0\0\0\0\0\0", 20));
    SHOW(ftruncate(file, -1));
    SHOW(truncate("file", 11));
    SHOW(truncate("directory", 1));
    SHOW(truncate("missing", 1));
    SHOW(lseek(file, 0, SEEK_SET));
    SHOW(read(file, bad_pointer, 5));
    SHOW(write(file, bad_pointer, 5));
    SHOW(write(99, "a", 1));
    SHOW(read(-1, buffer, 1));
    SHOW(close(77));
    show_status("file");
}

static void vectors(int file)
{
    char small[4], large[10];
    struct iovec out[3] = { { "ab", 2 }, { "", 0 }, { "cde", 3 } }, in[2] = { { small, 4 }, { large, 10 } };
    SHOW(fcntl(file, F_SETFL, O_APPEND));
    SHOW(fcntl(file, F_GETFL) & (O_APPEND | O_ACCMODE));
    SHOW(lseek(file, 0, SEEK_SET));
    SHOW(write(file, "++", 2));
    SHOW(lseek(file, 0, SEEK_CUR));
    SHOW(writev(file, out, 3));
    SHOW(writev(file, out, negative));
    SHOW(preadv(file, in, 2, 11));
    SHOW(preadv(file, in, 2, 0));
    out[0].iov_base = bad_pointer;
    SHOW(writev(file, out, 1));
    SHOW(fcntl(file, F_SETFL, 0));
}

static void descriptors(int file)
{
    SHOW(fcntl(file, F_DUPFD, 30));
    SHOW(fcntl(30, F_GETFD));
    SHOW(fcntl(file, F_DUPFD_CLOEXEC, 30));
    SHOW(fcntl(31, F_GETFD));
    SHOW(dup2(file, file));
    SHOW(dup2(file, 40));
    SHOW(dup2(99, 41));
    SHOW(dup3(file, file, 0));
    SHOW(dup2(file, -1));
    SHOW(fcntl(file, 999));
    SHOW(fcntl(98, F_GETFL));
    SHOW(isatty(file));
    SHOW(ioctl(file, TCGETS, buffer));
}

static void mappings(void)
{
    int file = open("mapped", O_CREAT | O_RDWR | O_TRUNC, 0644);
    SHOW(ftruncate(file, 8192));
    char *shared = mmap(0, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    strcpy(shared, "mapped");
    SHOW(pread(file, buffer, 7, 0));
    SHOW(strcmp(buffer, "mapped"));
    SHOW(pwrite(file, "MAP", 3, 0));
    SHOW(strcmp(shared, "MAPped"));
    char *private = mmap(0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
    SHOW(strcmp(private, "MAPped"));
    private[0] = 'x';
    SHOW(shared[0]);
    SHOW(pwrite(file, "YZ", 2, 1));
    SHOW(private[1]);
    SHOW(msync(shared, 8192, MS_SYNC));
    SHOW(munmap(shared, 8192));
    SHOW(mmap(0, 4096, PROT_READ, MAP_SHARED, open("mapped", O_WRONLY), 0) == MAP_FAILED);
}

static void attributes(int file)
{
    struct stat status;
    struct timespec times[2] = { { 1000, 5 }, { 2000, 7 } };
    SHOW(chmod("file", 0751));
    show_status("file");
    SHOW(access("file", X_OK));
    SHOW(fchmod(file, 0640));
    SHOW(access("file", X_OK));
    SHOW(access("missing", F_OK));
    SHOW(access("file", 9));
    SHOW(utimensat(AT_FDCWD, "file", times, 0));
    stat("file", &status);
    SHOW(status.st_mtime);
    SHOW(status.st_mtim.tv_nsec);
    SHOW(status.st_atime);
    times[0].tv_nsec = UTIME_OMIT;
    SHOW(futimens(file, times));
    SHOW(stat("file", (struct stat *)bad_pointer));
    SHOW(umask(077));
    SHOW(close(open("masked", O_CREAT | O_RDWR, 0666)));
    show_status("masked");
    SHOW(umask(022));
    SHOW(fsync(file));
}

static void unlinked(int file)
{
    struct stat status;
    SHOW(unlink("file"));
    SHOW(fstat(file, &status));
    SHOW(status.st_nlink);
    SHOW(pread(file, buffer, 3, 0));
    SHOW(pwrite(file, "still", 5, 0));
    show_status("file");
    snprintf(buffer, sizeof buffer, "/proc/self/fd/%d", file);
    int again = open(buffer, O_RDONLY);
    SHOW(read(again, buffer, 5));
    SHOW(close(again));
}

static void paths_only(void)
{
    int path = open("mapped", O_PATH);
    struct stat status;
    SHOW(read(path, buffer, 1));
    SHOW(fstat(path, &status));
    SHOW(fchmod(path, 0600));
    SHOW(close(path));
    SHOW(access("/proc/self/exe", X_OK));
    SHOW(open("/proc/self/missing", O_RDONLY));
    SHOW(open("/proc/self/fd/9999", O_RDONLY));
    SHOW(close(open("/dev/null", O_RDWR | O_TRUNC)));
}

int main(int count, char **arguments)
{
    setvbuf(stdout, 0, _IOLBF, 0);
    if (count != 2 || chdir(arguments[1]) < 0) return 2;
    open_and_create();
    int file = open("file", O_RDWR);
    read_and_write(file);
    vectors(file);
    descriptors(file);
    mappings();
    attributes(file);
    unlinked(file);
    paths_only();
    return 0;
}
