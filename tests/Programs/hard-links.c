/* hard-links: a file that has the names a and b in the directory it is given. */
#include "show.h"

int main(int count, char **arguments)
{
    char text[16] = { 0 };
    struct stat first, second;
    if (count != 2 || chdir(arguments[1]) != 0)
        return 2;
    int a = open("a", O_RDWR), b = open("b", O_RDWR);
    SHOW(fstat(a, &first));
    SHOW(fstat(b, &second));
    SHOW(first.st_ino == second.st_ino);
    SHOW(first.st_nlink);
    SHOW(read(b, text, 4));
    SHOW(pwrite(a, "NEW!", 4, 0));
    SHOW(pread(b, text, 4, 0));
    puts(text);
    SHOW(ftruncate(b, 2));
    SHOW(lseek(a, 0, SEEK_END));
    SHOW(unlink("a"));
    SHOW(fstat(b, &second));
    SHOW(second.st_nlink);
    SHOW(link("b", "c"));
    SHOW(stat("c", &second));
    SHOW(second.st_nlink);
    SHOW(unlink("b"));
    SHOW(unlink("c"));
    SHOW(fstat(b, &second));
    SHOW(second.st_nlink);
    SHOW(pwrite(b, "x", 1, 5));
    SHOW(pread(a, text, 6, 0));
    return 0;
}
