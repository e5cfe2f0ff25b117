// Maps a file shared and overwrites its start.
#include <cstring>
#include <fcntl.h>
#include <iostream>
#include <string>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int main(int count, char **arguments)
{
    struct stat status;
    int file = count > 1 ? open(arguments[1], O_RDWR) : -1;
    if (file < 0 || fstat(file, &status) != 0)
        return 1;
    char *text = static_cast<char *>(mmap(nullptr, status.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0));
    if (text == MAP_FAILED)
        return 1;
    std::cout << "was: " << std::string(text, status.st_size);
    std::memcpy(text, "HELLO", 5);
    std::cout << "is: " << std::string(text, status.st_size);
    return 0;
}
