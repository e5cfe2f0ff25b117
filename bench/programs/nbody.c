/* Five bodies under gravity, in double precision: scalar multiplications, divisions and square roots. Usage: nbody [STEPS] */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { BODIES = 5 };

static struct body { double x, y, z, vx, vy, vz, mass; } bodies[BODIES] = {
    { 0, 0, 0, 0, 0, 0, 39.48 },
    { 4.84, -1.16, -0.10, 0.61, 2.81, -0.03, 0.0377 },
    { 8.34, 4.12, -0.40, -1.01, 1.82, 0.01, 0.0113 },
    { 12.89, -15.11, -0.22, 1.08, 0.87, -0.01, 0.00172 },
    { 15.37, -25.92, 0.18, 0.98, 0.59, -0.03, 0.00203 },
};

static void advance(double step)
{
    for (int i = 0; i < BODIES; i++) {
        struct body *a = &bodies[i];
        for (int j = i + 1; j < BODIES; j++) {
            struct body *b = &bodies[j];
            double x = a->x - b->x, y = a->y - b->y, z = a->z - b->z;
            double squared = x * x + y * y + z * z, pull = step / (squared * sqrt(squared));
            a->vx -= x * b->mass * pull;
            a->vy -= y * b->mass * pull;
            a->vz -= z * b->mass * pull;
            b->vx += x * a->mass * pull;
            b->vy += y * a->mass * pull;
            b->vz += z * a->mass * pull;
        }
    }
    for (int i = 0; i < BODIES; i++) {
        bodies[i].x += step * bodies[i].vx;
        bodies[i].y += step * bodies[i].vy;
        bodies[i].z += step * bodies[i].vz;
    }
}

static double energy(void)
{
    double sum = 0;
    for (int i = 0; i < BODIES; i++) {
        const struct body *a = &bodies[i];
        sum += 0.5 * a->mass * (a->vx * a->vx + a->vy * a->vy + a->vz * a->vz);
        for (int j = i + 1; j < BODIES; j++) {
            double x = a->x - bodies[j].x, y = a->y - bodies[j].y, z = a->z - bodies[j].z;
            sum -= a->mass * bodies[j].mass / sqrt(x * x + y * y + z * z);
        }
    }
    return sum;
}

int main(int count, char **words)
{
    int steps = count > 1 ? atoi(words[1]) : 100000;
    printf("%.9f\n", energy());
    for (int i = 0; i < steps; i++)
        advance(0.001);
    printf("%.9f\n", energy());
    return 0;
}
