/* Address space layout randomization: a program that runs several times asks where its stack, its heap and a mapping are. */
#include "../common/sample.h"

#include <sys/personality.h>
#include <sys/wait.h>
#include <unistd.h>

struct places {
    unsigned long stack, heap, first_mapping, second_mapping;
};

/* What the program does in each of the runs: it writes its addresses to descriptor 1. */
static int report(void)
{
    int on_the_stack;
    struct places places = {
        (unsigned long)&on_the_stack,
        (unsigned long)sbrk(0),
        (unsigned long)map_pages(1),
        (unsigned long)mmap(NULL, PAGE_BYTES, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
    };
    return write(1, &places, sizeof places) == sizeof places ? 0 : 1;
}

/* One run of this program under a personality. */
static struct places run(unsigned long wanted_personality)
{
    struct places places;
    int ends[2], status;

    fflush(stdout);
    if (pipe(ends) != 0)
        fail("pipe");
    pid_t child = fork();
    if (child < 0)
        fail("fork");
    if (child == 0) {
        if (personality(wanted_personality) < 0)
            fail("personality");
        dup2(ends[1], 1);
        execl("/proc/self/exe", "aslr", "report", (char *)NULL);
        fail("execl");
    }
    close(ends[1]);
    if (read(ends[0], &places, sizeof places) != sizeof places || waitpid(child, &status, 0) != child || status != 0)
        fail("the run");
    close(ends[0]);
    return places;
}

static void show(const char *what, unsigned long first, unsigned long second, int verbose)
{
    printf("  %-8s %s", what, first == second ? "the same" : "differs");
    if (verbose)
        printf("  %012lx %012lx", first, second);
    puts("");
}

static void compare(struct places first, struct places second, int verbose)
{
    show("stack", first.stack, second.stack, verbose);
    show("heap", first.heap, second.heap, verbose);
    show("mapping", first.first_mapping, second.first_mapping, verbose);
}

/* kernel.randomize_va_space: 0 nothing is random, 1 all but the heap, 2 the heap too. */
static int randomization(void)
{
    FILE *setting = fopen("/proc/sys/kernel/randomize_va_space", "r");
    int level;
    if (setting == NULL || fscanf(setting, "%d", &level) != 1)
        fail("/proc/sys/kernel/randomize_va_space");
    fclose(setting);
    return level;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "report") == 0)
        return report();

    struct options options = read_options(argc, argv, "IGNORED", 1, 1);
    struct places first = run(ADDR_NO_RANDOMIZE), second = run(ADDR_NO_RANDOMIZE);
    puts("two runs with ADDR_NO_RANDOMIZE");
    compare(first, second, options.verbose);
    printf("  the second mapping lies %s the first\n", first.second_mapping < first.first_mapping ? "below" : "above");

    second = run(ADDR_NO_RANDOMIZE | ADDR_COMPAT_LAYOUT);
    puts("the old layout, ADDR_COMPAT_LAYOUT");
    printf("  the second mapping lies %s the first\n", second.second_mapping < second.first_mapping ? "below" : "above");

    first = run(0);
    second = run(0);
    int level = randomization();
    int agrees = (first.stack != second.stack) == (level > 0) && (first.first_mapping != second.first_mapping) == (level > 0)
        && (first.heap != second.heap) == (level > 1);
    printf("two runs as the system has it: %s\n", agrees ? "random as far as kernel.randomize_va_space says" : "not what kernel.randomize_va_space says");
    if (options.verbose) {
        printf("  kernel.randomize_va_space is %d\n", level);
        compare(first, second, 1);
    }
    return 0;
}
