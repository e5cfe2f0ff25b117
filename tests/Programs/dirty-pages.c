/* dirty-pages FILE KILOBYTES [MILLISECONDS]: changes so much of a file, and tells how many kilobytes were ever seen changed and not written back; with a time,
   how many are left after it. */
#include "kernel-values.h"

static char block[16384];

int main(int argc, char **argv)
{
    if (argc < 3)
        return 2;
    long kilobytes = atol(argv[2]), most = 0;
    int file = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600);
    for (long done = 0; done < kilobytes; done += sizeof block >> 10) {
        if (write(file, block, sizeof block) != sizeof block)
            return 1;
        long now = value_of("/proc/meminfo", "Dirty");
        if (now > most)
            most = now;
    }
    printf("%ld kB changed at most\n", most);
    if (argc > 3) {
        usleep(atol(argv[3]) * 1000);
        printf("%ld kB after a while\n", value_of("/proc/meminfo", "Dirty"));
    }
    return 0;
}
