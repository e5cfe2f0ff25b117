/* mutated-programs FILE COUNT: runs COUNT damaged copies of the program FILE, one after the other, and counts how they end. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { HEADERS_BYTES = 64 + 10 * 56, POLLS = 50 };

static unsigned long long state;

static unsigned random_number(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (unsigned)(state >> 20);
}

static const unsigned long long extremes[] = {
    0, 1, 0xfff, 0x1000, 0x7fffffff, 0xffffffff, 0x7ffffffff000, 0x7fffffffffff, 0x800000000000, 0xffff800000000000, 0xffffffff80000000,
    0x7fffffffffffffff, 0x8000000000000000, 0xfffffffffffff000, 0xffffffffffffffff,
};

/* Bits, bytes, whole fields with extreme values, and the length; mostly in the headers, where the loader looks. */
static long mutate(unsigned char *bytes, long length)
{
    for (unsigned changes = 1 + random_number() % 4; changes > 0; changes--) {
        long limit = random_number() % 8 != 0 && length > HEADERS_BYTES ? HEADERS_BYTES : length;
        long at = random_number() % limit;
        switch (random_number() % 4) {
        case 0: bytes[at] ^= 1 << random_number() % 8; break;
        case 1: bytes[at] = (unsigned char)random_number(); break;
        case 2:
            if (at + 8 <= length)
                memcpy(bytes + at / 8 * 8, &extremes[random_number() % (sizeof extremes / sizeof extremes[0])], 8);
            break;
        default:
            if (random_number() % 4 == 0)
                length = 1 + random_number() % length;
            break;
        }
    }
    return length;
}

static void fail(const char *what)
{
    printf("%s: %s\n", what, strerror(errno));
    exit(1);
}

static void write_program(const char *path, const unsigned char *bytes, long length)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);
    if (file < 0)
        fail(path);
    if (write(file, bytes, length) != length)
        fail("write");
    close(file);
}

/* A damaged program may wait or run for ever. */
static int wait_or_kill(pid_t child)
{
    int status;
    struct timespec pause = {0, 1000000};
    for (int poll = 0; poll < POLLS; poll++) {
        if (waitpid(child, &status, WNOHANG) == child)
            return status;
        nanosleep(&pause, NULL);
    }
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    return status;
}

int main(int argc, char **argv)
{
    const char *damaged = "/tmp/damaged";
    long exited = 0, refused = 0, killed = 0, count = argc == 3 ? atol(argv[2]) : 0;
    if (count <= 0)
        return 2;
    int file = open(argv[1], O_RDONLY);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0)
        fail(argv[1]);
    unsigned char *original = malloc(status.st_size), *copy = malloc(status.st_size);
    if (read(file, original, status.st_size) != status.st_size)
        fail("read");
    close(file);
    int nothing = open("/dev/null", O_RDWR);
    if (nothing < 0)
        fail("/dev/null");

    for (long number = 0; number < count; number++) {
        state = 88172645463325252ull + number * 0x9e3779b97f4a7c15ull;
        memcpy(copy, original, status.st_size);
        unlink(damaged);
        write_program(damaged, copy, mutate(copy, status.st_size));
        pid_t child = fork();
        if (child < 0)
            fail("fork");
        if (child == 0) {
            dup2(nothing, 0);
            dup2(nothing, 1);
            dup2(nothing, 2);
            execl(damaged, damaged, (char *)NULL);
            _exit(126);
        }
        int end = wait_or_kill(child);
        if (WIFSIGNALED(end))
            killed++;
        else if (WEXITSTATUS(end) == 126)
            refused++;
        else
            exited++;
    }
    printf("%ld programs: %ld exited, %ld refused, %ld killed\n", count, exited, refused, killed);
    return exited + refused + killed == count ? 0 : 1;
}
