namespace X64Emu.Debugging.Tracing;

/// <summary>The kinds of traces.</summary>
public enum TraceKind
{
    /// <summary>A line for each instruction.</summary>
    Instructions,

    /// <summary>A line for each data access.</summary>
    Memory,

    /// <summary>A line for each system call and end of a process, in strace's format.</summary>
    SystemCalls,

    /// <summary>A line for each page fault.</summary>
    Faults,
}
