using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>Stops when something happens to the guest, wherever its code is.</summary>
public abstract class Catchpoint : StopPoint;

/// <summary>Stops at system calls: at the entry in front of the kernel's first instruction, at the return in front of the program's next one.</summary>
public sealed class SystemCallCatchpoint : Catchpoint
{
    /// <summary>The calls' numbers; null for all.</summary>
    public IReadOnlySet<int>? Numbers { get; init; }

    /// <summary>Stop at entries.</summary>
    public bool CatchesEntry { get; init; } = true;

    /// <summary>Stop at returns.</summary>
    public bool CatchesReturn { get; init; } = true;

    internal bool Matches(in SystemCallEvent happened) =>
        Concerns(happened.Pid) && (happened.Phase == SystemCallPhase.Entry ? CatchesEntry : CatchesReturn)
        && (Numbers is null || Numbers.Contains(happened.Number));
}

/// <summary>Stops where the guest kernel reports that a process begins, ends, or gets the processor.</summary>
/// <param name="kind">Which report.</param>
public sealed class ProcessCatchpoint(ProcessEventKind kind) : Catchpoint
{
    /// <summary>Which report.</summary>
    public ProcessEventKind Kind => kind;

    /// <summary>A fork concerns parent and child, a switch both sides.</summary>
    internal bool Matches(ProcessEvent happened) =>
        happened.Kind == kind && (Concerns(happened.Pid) || (happened.OtherPid is { } other && Concerns(other)));
}

/// <summary>Stops at the first instruction of an exception's handler.</summary>
/// <param name="vector">The exception; null for every one.</param>
public sealed class ExceptionCatchpoint(ExceptionVector? vector) : Catchpoint
{
    /// <summary>The exception; null for every one.</summary>
    public ExceptionVector? Vector => vector;

    internal bool Matches(ExceptionVector happened, int? pid) => Concerns(pid) && (vector is null || vector == happened);
}

/// <summary>Stops in the guest kernel where a signal takes effect: its handler is about to be entered, or its default action to be taken.</summary>
/// <param name="signal">1..64; null for every signal.</param>
public sealed class SignalCatchpoint(int? signal) : Catchpoint
{
    /// <summary>1..64; null for every signal.</summary>
    public int? Signal => signal;

    internal bool Matches(int happened, int? pid) => Concerns(pid) && (signal is null || signal == happened);
}
