// Shows its own memory map through a shell, before and after mmap of 100 MiB.
#include <cstdlib>
#include <iostream>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

int main()
{
    // By then system() has given back the stack that it starts the shell on.
    const std::string show = "sleep 0.2; cat /proc/" + std::to_string(getpid()) + "/maps";
    std::cout << "before" << std::endl;
    std::system(show.c_str());
    void *memory = mmap(nullptr, 100 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    std::cout << "after" << std::endl;
    std::system(show.c_str());
    return memory == MAP_FAILED;
}
