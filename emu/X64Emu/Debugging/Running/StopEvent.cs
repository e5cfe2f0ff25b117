using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>Why a machine stands still.</summary>
public enum StopEventReason
{
    /// <summary>It is new: nothing has run.</summary>
    Ready,

    /// <summary>A program stands in front of its first instruction.</summary>
    ProgramStart,

    /// <summary>The steps that were asked for are done.</summary>
    Step,

    /// <summary>The place that was asked for is reached: a function's end, a location, an instruction's number.</summary>
    Reached,

    /// <summary>A breakpoint, perhaps among other things.</summary>
    Breakpoint,

    /// <summary>A watchpoint, perhaps among catchpoints.</summary>
    Watchpoint,

    /// <summary>A catchpoint.</summary>
    Catch,

    /// <summary>Somebody asked for the stop.</summary>
    Interrupted,

    /// <summary>The machine has run as many instructions as its options allow.</summary>
    InstructionLimit,

    /// <summary>The end: the program has ended, and with it the machine.</summary>
    Exited,

    /// <summary>The end: the guest kernel panicked.</summary>
    Panicked,

    /// <summary>The end: the guest pulled the reset line.</summary>
    Reset,

    /// <summary>The end: a fault while delivering a double fault.</summary>
    TripleFault,

    /// <summary>The end: the guest halted and nothing can wake it.</summary>
    Halted,

    /// <summary>The end: the user killed it.</summary>
    Killed,
}

/// <summary>A stop, as data: the console and gdb's stub find their own words.</summary>
/// <param name="Reason">Why the machine stands still; of several reasons the first in <see cref="Hits"/>.</param>
public sealed record StopEvent(StopEventReason Reason)
{
    /// <summary>All stop points that were hit here, in the order of their numbers.</summary>
    public IReadOnlyList<StopHit> Hits { get; init; } = [];

    /// <summary>RIP.</summary>
    public VirtualAddress Rip { get; init; }

    /// <summary>How many instructions have retired since the machine's start.</summary>
    public long InstructionCount { get; init; }

    /// <summary>The process that runs, or ran last; null before the first.</summary>
    public int? Pid { get; init; }

    /// <summary>The thread that runs; null when it is not known.</summary>
    public int? Tid { get; init; }

    /// <summary>With <see cref="StopEventReason.Exited"/>, the program's exit status: 0..255, 128 + N when signal N ended it.</summary>
    public int? ExitStatus { get; init; }

    /// <summary>With <see cref="StopEventReason.Exited"/>, how it ended in the encoding of wait(2); null when the kernel did not say.</summary>
    public int? WaitStatus { get; init; }

    /// <summary>The machine cannot go on: it can be looked at, and started again.</summary>
    public bool IsEnd => Reason >= StopEventReason.Exited;
}
