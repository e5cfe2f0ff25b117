// The smallest program with an iostream.
#include <iostream>

int main()
{
    std::cout << "one line" << std::endl;
    return 0;
}
