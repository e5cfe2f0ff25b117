/* A program looks at its own file through /proc/self/exe. */
#include "show.h"
#include <sys/mman.h>

int main(void)
{
    char path[256], bytes[4] = "";
    struct stat status;
    SHOW(readlink("/proc/self/exe", path, sizeof path) > 0);
    int file = open("/proc/self/exe", O_RDONLY);
    SHOW(read(file, bytes, sizeof bytes));
    printf("%.3s\n", bytes + 1);
    SHOW(fstat(file, &status));
    printf("%ld bytes\n", (long)status.st_size);
    char *map = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, file, 0);
    SHOW(map != MAP_FAILED && memcmp(map, bytes, sizeof bytes) == 0);
    SHOW(lseek(file, 0, SEEK_END) == status.st_size);
    SHOW(open("/proc/self/exe", O_RDWR));
    SHOW(open("/proc/self/exe", O_WRONLY | O_TRUNC));
    SHOW(truncate("/proc/self/exe", 0));
    return 0;
}
