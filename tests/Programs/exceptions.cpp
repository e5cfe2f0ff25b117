// Exceptions, templates and virtual functions: what g++ writes for debuggers.
#include <cstdio>
#include <stdexcept>
#include <vector>

namespace space
{
    struct Base
    {
        virtual ~Base() {}
        virtual int take(int number)
        {
            if (number > 3) throw std::runtime_error("too big");
            return number;
        }
    };

    template <class T> struct Box : Base
    {
        T value {};
        std::vector<int> taken;
        int take(int number) override
        {
            taken.push_back(number);
            return Base::take(number) + value;
        }
    };

    int total = 12;
}

int main()
{
    space::Box<int> box;
    try
    {
        for (int number = 0; number < 9; number++) std::printf("%d\n", box.take(number) + space::total);
    }
    catch (const std::exception &problem)
    {
        std::printf("%s\n", problem.what());
    }
}
