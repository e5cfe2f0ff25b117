/* What the programs in this folder share: numbers that repeat, and hashes that tell where two runs part. */
#ifndef RESULTS_H
#define RESULTS_H
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint64_t random_state = 0x9e3779b97f4a7c15;

/* xorshift64*, the same on every machine. */
static inline uint64_t random_bits(void)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    return random_state * 0x2545f4914f6cdd1d;
}

/* FNV-1a over bytes. */
static inline uint64_t hash_bytes(uint64_t hash, const void *bytes, size_t count)
{
    const unsigned char *byte = bytes;
    for (size_t i = 0; i < count; i++)
        hash = (hash ^ byte[i]) * 0x100000001b3;
    return hash;
}

enum { LONG_DOUBLE_BYTES = 10 };   /* the other six are padding */

#define HASH_START 0xcbf29ce484222325u
#define HASH(hash, value) hash_bytes((hash), &(value), sizeof(value) == 16 && _Generic((value), long double: 1, default: 0) ? LONG_DOUBLE_BYTES : sizeof(value))

static inline double double_of(uint64_t bits) { double value; memcpy(&value, &bits, 8); return value; }
static inline float float_of(uint32_t bits) { float value; memcpy(&value, &bits, 4); return value; }
static inline uint64_t bits_of(double value) { uint64_t bits; memcpy(&bits, &value, 8); return bits; }

static inline void show_hash(const char *name, uint64_t hash) { printf("%-28s %016llx\n", name, (unsigned long long)hash); }
#endif
