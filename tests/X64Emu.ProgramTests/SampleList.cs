namespace X64Emu.ProgramTests;

/// <summary>The samples and how they end.</summary>
internal static class SampleList
{
    public static IReadOnlyList<string> Names { get; } =
    [
        "aslr", "cow-fork", "demand-paging", "exec-wait", "file-map", "guard-page", "hello", "huge-pages", "loops", "mmap-anon", "null-write", "oom",
        "page-cache", "shared-memory", "sieve", "signal-segv", "stack-growth", "swap-thrash", "threads", "tlb-stride", "two-faults", "vm-exhaustion",
    ];

    /// <summary>Options of a sample that shows nothing on the usual machine: guest RAM and swap space, in MiB; 0 for none.</summary>
    public static (int MemoryMebibytes, int SwapMebibytes) Machine(string name) => name == "swap-thrash" ? (32, 128) : (256, 0);

    /// <summary>The same as the tool's options.</summary>
    public static IReadOnlyList<string> Options(string name)
    {
        (int memory, int swap) = Machine(name);
        return swap == 0 ? ["-m", $"{memory}M"] : ["-m", $"{memory}M", "--swap", $"{swap}M"];
    }

    /// <summary>128 + SIGSEGV for the one that dies, 0 for the others.</summary>
    public static int ExitStatus(string name) => name == "null-write" ? 139 : 0;
}
