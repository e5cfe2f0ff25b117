/* Prints each line of input behind its number. */
#include <stdio.h>

int main(void)
{
    char line[256];
    printf("ready\n");
    for (int number = 1; fgets(line, sizeof line, stdin) != NULL; number++)
        printf("%d: %s", number, line);
    return 0;
}
