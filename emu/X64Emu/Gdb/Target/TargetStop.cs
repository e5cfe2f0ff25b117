using X64Emu.Primitives;

namespace X64Emu.Gdb.Target;

/// <summary>Why the target stands.</summary>
public enum TargetStopKind
{
    /// <summary>It has just started, or gdb asked it to stop.</summary>
    Paused,

    /// <summary>A step was done.</summary>
    Step,

    /// <summary>A stop point of <see cref="TargetStop.Point"/>'s kind was reached.</summary>
    StopPoint,

    /// <summary>The thread is about to get signal <see cref="TargetStop.Number"/>.</summary>
    Signal,

    /// <summary>The thread has made the process <see cref="TargetStop.Child"/>.</summary>
    Fork,

    /// <summary>The process runs the program <see cref="TargetStop.Path"/> now.</summary>
    Exec,

    /// <summary>The thread begins system call <see cref="TargetStop.Number"/>.</summary>
    SystemCallEntry,

    /// <summary>It has ended.</summary>
    SystemCallReturn,

    /// <summary>The process ended with status <see cref="TargetStop.Number"/>.</summary>
    Exited,

    /// <summary>Signal <see cref="TargetStop.Number"/> ended the process.</summary>
    Terminated,
}

/// <summary>Where and why the target stands.</summary>
/// <param name="Kind">Why.</param>
/// <param name="Thread">The thread concerned.</param>
public sealed record TargetStop(TargetStopKind Kind, GuestThreadId Thread)
{
    /// <summary>The stop point reached; for a watchpoint, the address is the one accessed.</summary>
    public TargetPoint Point { get; init; }

    /// <summary>A Linux signal number, a system call's number, or an exit status; see <see cref="Kind"/>.</summary>
    public int Number { get; init; }

    /// <summary>The new process's first thread.</summary>
    public GuestThreadId Child { get; init; }

    /// <summary>A program's path in the guest.</summary>
    public string Path { get; init; } = "";
}
