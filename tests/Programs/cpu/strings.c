/* String and memory functions at every length up to 300 and many alignments, against their definition and as hashes. */
#include "results.h"
#include <stdlib.h>

enum { LONGEST = 300, ROOM = 1024 };

static unsigned char area[2][ROOM] __attribute__((aligned(64))), expected[ROOM];
static int failures;

static void fill(unsigned char *bytes)
{
    for (int i = 0; i < ROOM; i += 8) {
        uint64_t bits = random_bits() | 0x0101010101010101;   /* no zero byte */
        memcpy(bytes + i, &bits, 8);
    }
}

static void expect(int condition, const char *what, int length, int from, int to)
{
    if (!condition && failures++ < 20)
        printf("%s differs: length %d, alignments %d and %d\n", what, length, from, to);
}

/* Called through pointers, so that the compiler neither inlines nor folds them. */
static void *(*volatile copy)(void *, const void *, size_t) = memcpy;
static void *(*volatile move)(void *, const void *, size_t) = memmove;
static void *(*volatile set)(void *, int, size_t) = memset;
static int (*volatile compare)(const void *, const void *, size_t) = memcmp;
static void *(*volatile find)(const void *, int, size_t) = memchr;
static size_t (*volatile length_of)(const char *) = strlen;
static size_t (*volatile bounded_length_of)(const char *, size_t) = strnlen;
static char *(*volatile find_char)(const char *, int) = strchr;
static char *(*volatile find_last)(const char *, int) = strrchr;
static int (*volatile compare_text)(const char *, const char *) = strcmp;
static int (*volatile compare_start)(const char *, const char *, size_t) = strncmp;
static char *(*volatile copy_text)(char *, const char *) = strcpy;
static char *(*volatile copy_start)(char *, const char *, size_t) = strncpy;
static char *(*volatile append)(char *, const char *) = strcat;
static char *(*volatile find_text)(const char *, const char *) = strstr;
static size_t (*volatile span)(const char *, const char *) = strspn;
static size_t (*volatile span_without)(const char *, const char *) = strcspn;

static int sign(int value) { return (value > 0) - (value < 0); }

static uint64_t blocks(uint64_t hash, int length, int from, int to)
{
    unsigned char *source = area[0] + from, *target = area[1] + to;
    memcpy(expected, area[1], ROOM);
    for (int i = 0; i < length; i++)
        expected[to + i] = source[i];
    copy(target, source, length);
    expect(compare(expected, area[1], ROOM) == 0, "memcpy", length, from, to);

    for (int i = 0; i < length; i++)
        expected[to + i] = (unsigned char)(from + 1);
    set(target, from + 1, length);
    expect(compare(expected, area[1], ROOM) == 0, "memset", length, from, to);

    int shift = (from * 7 + to) % 97 - 48;   /* overlapping, either way */
    memcpy(expected, area[0], ROOM);
    unsigned char *middle = area[0] + 128 + from;
    for (int i = 0; i < length; i++)
        expected[128 + from + shift + i] = middle[i];
    move(middle + shift, middle, length);
    expect(compare(expected, area[0], ROOM) == 0, "memmove", length, from, shift);

    copy(target, source, length);
    expect(compare(target, source, length) == 0, "memcmp of equals", length, from, to);
    if (length > 0) {
        int position = (int)(random_bits() % length);
        unsigned char before = target[position];
        target[position] ^= 1 + random_bits() % 255;
        int difference = sign(compare(target, source, length));
        expect(difference == sign((int)target[position] - (int)source[position]), "memcmp", length, from, to);
        unsigned char *found = find(target, target[position], length);
        int first = 0;
        while (target[first] != target[position])
            first++;
        expect(found == target + first, "memchr", length, from, to);
        hash = hash_bytes(hash, &difference, sizeof difference);
        target[position] = before;
    }
    return hash_bytes(hash, area[1], ROOM);
}

static uint64_t texts(uint64_t hash, int length, int from, int to)
{
    char *a = (char *)area[0] + from, *b = (char *)area[1] + to;
    for (int i = 0; i < length; i++)
        if (a[i] == 'Q')
            a[i] = 'R';
    char after = a[length];
    a[length] = 0;
    expect(length_of(a) == (size_t)length, "strlen", length, from, to);
    expect(bounded_length_of(a, length / 2) == (size_t)(length / 2), "strnlen", length, from, to);
    copy_text(b, a);
    expect(compare_text(a, b) == 0, "strcmp of equals", length, from, to);
    expect(find_char(a, 'Q') == NULL, "strchr of none", length, from, to);
    expect(find_char(a, 0) == a + length, "strchr of the end", length, from, to);
    if (length > 0) {
        int position = (int)(random_bits() % length);
        char before = b[position];
        b[position] = 'Q';
        expect(find_char(b, 'Q') == b + position && find_last(b, 'Q') == b + position, "strchr", length, from, to);
        int difference = sign(compare_text(a, b));
        expect(difference == sign((unsigned char)a[position] - 'Q'), "strcmp", length, from, to);
        expect(compare_start(a, b, position) == 0, "strncmp", length, from, to);
        expect(span_without(b, "Q") == (size_t)position, "strcspn", length, from, to);
        char needle[8] = { 0 };
        copy(needle, b + position, length - position < 5 ? length - position : 5);
        expect(find_text(b, needle) == b + position, "strstr", length, from, to);
        expect(span(b + position, "Q") == 1, "strspn", length, from, to);
        hash = hash_bytes(hash, &difference, sizeof difference);
        b[position] = before;
    }
    copy_start(b, a, length + 9);
    b[length / 2] = 0;
    append(b, "tail");
    hash = hash_bytes(hash, b, length + 5);
    a[length] = after;
    return hash;
}

int main(int argc, char **argv)
{
    int step = argc > 1 ? atoi(argv[1]) : 5;   /* of the alignments; each length meets other ones */
    fill(area[0]);
    fill(area[1]);
    uint64_t block_hash = HASH_START, text_hash = HASH_START;
    for (int length = 0; length <= LONGEST; length++) {
        for (int from = length % step; from < 64; from += step) {
            int to = (from * 13 + length * 5) % 64;
            block_hash = blocks(block_hash, length, from, to);
            text_hash = texts(text_hash, length, from, to);
        }
        if (length % 50 == 0) {
            printf("length %d: ", length);
            show_hash("blocks", block_hash);
            show_hash("texts", text_hash);
            fill(area[0]);
            fill(area[1]);
        }
    }
    printf("failures: %d\n", failures);
    return failures != 0;
}
