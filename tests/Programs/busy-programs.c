/* Programs that run cannot be written to, and files open for writing cannot be run: busy-programs DIRECTORY */
#include "show.h"
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

static char path[512], other[512];

static void copy_self(const char *to)
{
    static char data[1 << 21];
    int from = open("/proc/self/exe", O_RDONLY), file = open(to, O_CREAT | O_TRUNC | O_WRONLY, 0755);
    ssize_t bytes = read(from, data, sizeof data);
    if (write(file, data, (size_t)bytes) != bytes)
        exit(1);
    close(from);
    close(file);
}

/* Runs a program that waits until its input ends, or says why that fails. */
static pid_t start(const char *program, int *input)
{
    int ends[2], ready[2];
    char byte;
    (void)!pipe(ends);
    (void)!pipe(ready);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[0], 0);
        dup2(ready[1], 3);
        close(ends[1]);
        execl(program, program, "wait", (char *)NULL);
        printf("  execve: %s\n", strerror(errno));
        fflush(stdout);
        _exit(7);
    }
    close(ready[1]);
    close(ends[0]);
    (void)!read(ready[0], &byte, 1);
    close(ready[0]);
    *input = ends[1];
    return child;
}

static void finish(pid_t child, int *input)
{
    int status;
    close(*input);
    waitpid(child, &status, 0);
    printf("  it ended with %d\n", WEXITSTATUS(status));
}

static void show_writes(const char *name)
{
    printf("%s:\n", name);
    SHOW(open(path, O_WRONLY));
    SHOW(open(path, O_RDWR | O_APPEND));
    SHOW(open(path, O_RDONLY | O_TRUNC));
    SHOW(truncate(path, 10));
    SHOW(close(open(path, O_RDONLY)));
    SHOW(access(path, W_OK));
    SHOW(chmod(path, 0700));
}

int main(int argc, char **argv)
{
    char byte = 1;
    int input, file;
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (argc == 2 && strcmp(argv[1], "wait") == 0) {
        (void)!write(3, &byte, 1);
        return read(0, &byte, 1) == 0 ? 0 : 1;
    }
    snprintf(path, sizeof path, "%s/program", argv[1]);
    snprintf(other, sizeof other, "%s/link", argv[1]);
    copy_self(path);
    pid_t child = start(path, &input);
    show_writes("a program that runs");
    SHOW(link(path, other));
    SHOW(open(other, O_WRONLY));
    SHOW(rename(other, path));
    SHOW(unlink(other));
    snprintf(other, sizeof other, "/proc/%d/exe", child);
    SHOW(open(other, O_WRONLY));
    finish(child, &input);
    puts("when it has ended:");
    SHOW(file = open(path, O_WRONLY));
    puts("a file that is open for writing:");
    finish(start(path, &input), &input);
    void *area = mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);
    (void)area;
    SHOW(close(file));
    finish(start(path, &input), &input);
    puts("one more writer that a child has:");
    file = open(path, O_RDWR);
    area = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    child = fork();
    if (child == 0)
        _exit(read(0, &byte, 0));
    close(file);
    waitpid(child, NULL, 0);
    SHOW(munmap(area, 4096));
    finish(start(path, &input), &input);
    puts("a script:");
    file = open(path, O_WRONLY | O_TRUNC);
    (void)!write(file, "#!/nowhere/interpreter\n", 23);
    finish(start(path, &input), &input);
    close(file);
    finish(start(path, &input), &input);
    SHOW(unlink(path));
    return 0;
}
