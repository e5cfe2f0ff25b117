/* Matrix products, rows of one times rows of the other, as compilers vectorise them. Usage: matrix float|double [ROUNDS] */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 128 };

#define PRODUCT(type)                                                                       \
    static type type##_a[SIZE][SIZE], type##_b[SIZE][SIZE], type##_c[SIZE][SIZE];           \
    static void type##_product(void)                                                        \
    {                                                                                       \
        for (int i = 0; i < SIZE; i++)                                                      \
            for (int k = 0; k < SIZE; k++) {                                                \
                type factor = type##_a[i][k];                                               \
                for (int j = 0; j < SIZE; j++)                                              \
                    type##_c[i][j] += factor * type##_b[k][j];                              \
            }                                                                               \
    }                                                                                       \
    static double type##_run(int rounds)                                                    \
    {                                                                                       \
        for (int i = 0; i < SIZE; i++)                                                      \
            for (int j = 0; j < SIZE; j++) {                                                \
                type##_a[i][j] = (type)(1 + i * 7 % 11 - j * 5 % 13) / 8;                    \
                type##_b[i][j] = (type)(2 - i * 3 % 7 + j * 11 % 17) / 9;                    \
            }                                                                               \
        while (rounds-- > 0) type##_product();                                              \
        double sum = 0;                                                                     \
        for (int i = 0; i < SIZE; i++)                                                      \
            for (int j = 0; j < SIZE; j++)                                                  \
                sum += type##_c[i][j] * (i - j);                                            \
        return sum;                                                                         \
    }

PRODUCT(float)
PRODUCT(double)

int main(int count, char **words)
{
    int rounds = count > 2 ? atoi(words[2]) : 40;
    printf("%.6f\n", count > 1 && strcmp(words[1], "float") == 0 ? float_run(rounds) : double_run(rounds));
    return 0;
}
