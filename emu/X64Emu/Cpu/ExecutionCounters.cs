namespace X64Emu.Cpu;

/// <summary>What the processor executed, exactly.</summary>
public sealed class ExecutionCounters
{
    /// <summary>Retired instructions. A string instruction with REP counts once, however often it repeats; one that faults does not count.</summary>
    public long Instructions { get; internal set; }

    /// <summary>Those of them that retired at CPL 3.</summary>
    public long UserInstructions { get; internal set; }

    /// <summary>Instruction TLB lookups: one for each basic block entered, one when straight-line code enters a page, one more for an
    /// instruction across two pages, and one for each exception or interrupt delivered.</summary>
    public long FetchLookups { get; internal set; }

    /// <summary>Data reads of retired instructions, each a lookup in the data TLB; one that crosses pages counts twice.</summary>
    public long Loads { get; internal set; }

    /// <summary>Data writes, likewise. A read-modify-write counts as one of each.</summary>
    public long Stores { get; internal set; }

    /// <summary>Virtual time skipped while halted.</summary>
    public long IdleNanoseconds { get; internal set; }

    /// <summary>Exceptions delivered, by vector.</summary>
    public long[] Exceptions { get; } = new long[32];

    /// <summary>External interrupts delivered.</summary>
    public long Interrupts { get; internal set; }

    /// <summary>SYSCALL instructions.</summary>
    public long SystemCalls { get; internal set; }
}

/// <summary>Why the processor stopped.</summary>
public enum StopReason
{
    /// <summary>As many instructions as asked for have retired.</summary>
    InstructionLimit,

    /// <summary>HLT with nothing that could ever wake the processor.</summary>
    Halted,

    /// <summary>A hook asked to stop at an exception; see the processor's last exception.</summary>
    Exception,

    /// <summary>A hook asked to stop at a SYSCALL instruction.</summary>
    SystemCall,

    /// <summary>RIP reached a breakpoint; the instruction there has not run.</summary>
    Breakpoint,

    /// <summary>A fault while delivering a double fault: on a real machine the processor shuts down.</summary>
    TripleFault,

    /// <summary>An instruction has accessed watched memory; see <see cref="Processor.WatchHits"/>.</summary>
    Watchpoint,

    /// <summary>RequestStop was called: by a device such as the debug exit port, or by the host.</summary>
    Requested,

    /// <summary>A hook or a device called <see cref="Processor.Pause"/>.</summary>
    Paused,
}
