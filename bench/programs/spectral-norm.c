/* The largest singular value of an infinite matrix's corner: divisions of doubles. Usage: spectral-norm [SIZE] */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static double element(int i, int j) { return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1); }

static void multiply(int size, const double *vector, double *result, int transposed)
{
    for (int i = 0; i < size; i++) {
        double sum = 0;
        for (int j = 0; j < size; j++)
            sum += (transposed ? element(j, i) : element(i, j)) * vector[j];
        result[i] = sum;
    }
}

int main(int count, char **words)
{
    int size = count > 1 ? atoi(words[1]) : 300;
    double *u = malloc(size * sizeof *u), *v = malloc(size * sizeof *v), *between = malloc(size * sizeof *between);
    for (int i = 0; i < size; i++)
        u[i] = 1;
    for (int round = 0; round < 10; round++) {
        multiply(size, u, between, 0);
        multiply(size, between, v, 1);
        multiply(size, v, between, 0);
        multiply(size, between, u, 1);
    }
    double dividend = 0, divisor = 0;
    for (int i = 0; i < size; i++) {
        dividend += u[i] * v[i];
        divisor += v[i] * v[i];
    }
    printf("%.9f\n", sqrt(dividend / divisor));
    return 0;
}
