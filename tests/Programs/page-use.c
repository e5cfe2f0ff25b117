/* page-use FILE UNIT: reads a file that it writes first, and tells when its pages become active. In units of so many mebibytes, as others use memory, too. */
#define _GNU_SOURCE
#include "kernel-values.h"

#define FILE_MIB 64

static char block[1 << 20];
static long unit;

static long active_mebibytes(void)
{
    return value_of("/proc/meminfo", "Active(file)") >> 10;
}

static void show(const char *what, long before)
{
    long change = active_mebibytes() - before;
    long rounded = change < 0 ? 0 : (change + unit / 2) / unit * unit;
    printf("%-24s active +%ld\n", what, rounded);
}

static void read_all(int file)
{
    for (int i = 0; i < FILE_MIB; i++)
        if (pread(file, block, sizeof block, (long)i << 20) != sizeof block)
            exit(1);
}

/* One page of a thousand uses is one use while nothing else is read in between. */
static void read_bytes(int file)
{
    lseek(file, 0, SEEK_SET);
    for (int i = 0; i < FILE_MIB << 8; i++)
        for (int part = 0; part < 2; part++)
            if (read(file, block, 2048) != 2048)
                exit(1);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    unit = atol(argv[2]);
    int file = open(argv[1], O_RDWR | O_CREAT | O_TRUNC, 0600);
    for (int i = 0; i < FILE_MIB; i++)
        if (write(file, block, sizeof block) != sizeof block)
            return 1;
    fsync(file);
    posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED);
    long before = active_mebibytes();
    read_bytes(file);
    show("read in small parts", before);
    before = active_mebibytes();
    read_all(file);
    show("read once more", before);
    before = active_mebibytes();
    read_all(file);
    show("read a third time", before);
    close(file);
    unlink(argv[1]);
    return 0;
}
