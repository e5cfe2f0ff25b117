/* What programs that look at the kernel's numbers have in common. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The number behind a name, with or without a colon, in a file such as /proc/meminfo; the last one where there are several, -1 where there is none. */
static inline long value_of(const char *path, const char *name)
{
    char line[512];
    long value = -1;
    size_t length = strlen(name);
    FILE *file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file))
        if (strncmp(line, name, length) == 0 && line[length] && strchr(": \t", line[length]))
            value = strtol(line + length + 1, NULL, 10);
    if (file)
        fclose(file);
    return value;
}

static inline void set_value(const char *path, const char *value)
{
    int file = open(path, O_WRONLY);
    if (file < 0 || write(file, value, strlen(value)) < 0)
        perror(path);
    close(file);
}

/* The guest's kernel counts all frames again, and says which it had counted otherwise. Linux has no such file. */
static inline int are_frames_wrong(void)
{
    static const char file[] = "/proc/framecheck";
    return access(file, R_OK) == 0 && (value_of(file, "wrong_frames") != 0 || value_of(file, "wrong_sums") != 0);
}
