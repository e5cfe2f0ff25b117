/* fork, execve of this very file with other arguments, and what wait tells about each end. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char self[4096];

static void report(const char *what, int status)
{
    if (WIFEXITED(status))
        printf("parent: %s: exited with status %d\n", what, WEXITSTATUS(status));
    else if (WIFSIGNALED(status))
        printf("parent: %s: killed by signal %d\n", what, WTERMSIG(status));
    fflush(stdout);
}

static void start(const char *what, const char *path, char *const arguments[], char *const environment[])
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        execve(path, arguments, environment);
        printf("child: execve: %s\n", strerror(errno));
        fflush(stdout);
        _exit(127);
    }
    if (child < 0 || waitpid(child, &status, 0) != child) {
        perror("fork or waitpid");
        exit(1);
    }
    report(what, status);
}

/* The life of the program that execve starts: it says what it was given and ends as its first argument demands. */
static int child_main(int argc, char **argv)
{
    const char *greeting = getenv("GREETING");
    printf("child: %d arguments:", argc);
    for (int i = 0; i < argc; i++)
        printf(" <%s>", argv[i]);
    printf(", GREETING=%s\n", greeting != NULL ? greeting : "(not set)");
    fflush(stdout);
    if (strcmp(argv[1], "abort") == 0)
        raise(SIGABRT);
    return atoi(argv[1]);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return child_main(argc, argv);

    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length < 0) {
        perror("/proc/self/exe");
        return 1;
    }

    char *const greeting[] = {"GREETING=hello from the parent", NULL}, *const nothing[] = {NULL};
    start("plain exit", self, (char *const[]){"again", "0", NULL}, greeting);
    start("exit 42", self, (char *const[]){"again", "42", "two words", "", NULL}, nothing);
    start("abort", self, (char *const[]){"again", "abort", NULL}, greeting);
    start("missing file", "/no/such/program", (char *const[]){"program", NULL}, nothing);
    printf("parent: %s\n", waitpid(-1, NULL, 0) < 0 && errno == ECHILD ? "no children are left" : "a child is left");
    return 0;
}
