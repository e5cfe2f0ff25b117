/* The stack is a VMA that grows down: a touch below its end extends it, page by page, up to the limit. */
#include "../common/sample.h"

/* One page of stack per call, and something in it that must survive the calls below. */
__attribute__((noinline)) static long descend(long depth)
{
    volatile unsigned char frame[PAGE_BYTES];
    frame[0] = (unsigned char)depth;
    long below = depth > 1 ? descend(depth - 1) : 0;
    return below + (frame[0] == (unsigned char)depth);
}

static void descend_and_report(const char *what, long pages, int verbose)
{
    long before = minor_faults();
    long intact = descend(pages);
    long faults = minor_faults() - before;
    printf("%s: %ld frames, %s, faults per page: %ld\n", what, pages, intact == pages ? "all intact" : "NOT intact", faults_per_page(faults, pages));
    if (verbose)
        printf("  %ld faults\n", faults);
}

int main(int argc, char **argv)
{
    struct options options = read_options(argc, argv, "MIB", 4, 7);
    long pages = options.count * MIB / PAGE_BYTES;

    printf("descending %ld MiB into the stack\n", options.count);
    descend_and_report("first time", pages, options.verbose);
    descend_and_report("second time", pages, options.verbose);
    return 0;
}
