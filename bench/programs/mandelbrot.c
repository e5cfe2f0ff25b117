/* Counts points of the Mandelbrot set in long double: x87 arithmetic. Usage: mandelbrot [SIZE] */
#include <stdio.h>
#include <stdlib.h>

int main(int count, char **words)
{
    int size = count > 1 ? atoi(words[1]) : 150, inside = 0;
    for (int row = 0; row < size; row++)
        for (int column = 0; column < size; column++) {
            long double real = 2.5L * column / size - 1.75L, imaginary = 2.5L * row / size - 1.25L, x = 0, y = 0;
            int step = 0;
            while (step < 100 && x * x + y * y < 4) {
                long double next = x * x - y * y + real;
                y = 2 * x * y + imaginary;
                x = next;
                step++;
            }
            inside += step == 100;
        }
    printf("%d\n", inside);
    return 0;
}
