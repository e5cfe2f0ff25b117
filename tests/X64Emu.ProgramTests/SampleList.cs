namespace X64Emu.ProgramTests;

/// <summary>The samples and how they end.</summary>
internal static class SampleList
{
    public static IReadOnlyList<string> Names { get; } =
    [
        "aslr", "cow-fork", "demand-paging", "exec-wait", "file-map", "guard-page", "hello", "huge-pages", "loops", "mmap-anon", "null-write", "page-cache",
        "shared-memory", "sieve", "signal-segv", "stack-growth", "threads", "tlb-stride", "two-faults", "vm-exhaustion",
    ];

    /// <summary>128 + SIGSEGV for the one that dies, 0 for the others.</summary>
    public static int ExitStatus(string name) => name == "null-write" ? 139 : 0;
}
