/* Runs the programs named, one after the other, and prints how each ended. Usage: each PROGRAM... */
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **words)
{
    int failures = 0;
    for (int i = 1; i < count; i++) {
        const char *slash = strrchr(words[i], '/');
        printf("-- %s\n", slash ? slash + 1 : words[i]);
        fflush(stdout);
        int status;
        pid_t child = fork();
        if (child == 0) {
            execl(words[i], words[i], (char *)NULL);
            _exit(127);
        }
        if (child < 0 || waitpid(child, &status, 0) != child)
            return 1;
        printf("-- status %x\n", (unsigned)status);
        failures += status != 0;
    }
    return failures;
}
