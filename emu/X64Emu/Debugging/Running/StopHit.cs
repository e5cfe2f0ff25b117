using X64Emu.Cpu;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>A stop point that has stopped the guest.</summary>
/// <param name="Point">The stop point; when it was temporary it is in no table any more.</param>
public abstract record StopHit(StopPoint Point);

/// <summary>RIP is at a breakpoint.</summary>
/// <param name="Breakpoint">The breakpoint.</param>
public sealed record BreakpointHit(Breakpoint Breakpoint) : StopHit(Breakpoint);

/// <summary>The last instruction has accessed watched bytes.</summary>
/// <param name="Watchpoint">The watchpoint.</param>
/// <param name="Access">The access.</param>
public sealed record WatchpointHit(Watchpoint Watchpoint, WatchHit Access) : StopHit(Watchpoint)
{
    /// <summary>The first byte that was both accessed and watched, counted from the range's start.</summary>
    public ulong OffsetBytes { get; init; }

    /// <summary>Those bytes as they were; null when they are not known, as when they were not mapped.</summary>
    public byte[]? OldValue { get; init; }

    /// <summary>The same bytes as they are; null when they are not mapped any more.</summary>
    public byte[]? NewValue { get; init; }
}

/// <summary>A system call was entered or left.</summary>
/// <param name="Catchpoint">The catchpoint.</param>
/// <param name="Call">The call.</param>
public sealed record SystemCallHit(SystemCallCatchpoint Catchpoint, SystemCallEvent Call) : StopHit(Catchpoint);

/// <summary>A process began, ended or got the processor.</summary>
/// <param name="Catchpoint">The catchpoint.</param>
/// <param name="Event">What happened.</param>
public sealed record ProcessHit(ProcessCatchpoint Catchpoint, ProcessEvent Event) : StopHit(Catchpoint);

/// <summary>An exception was delivered.</summary>
/// <param name="Catchpoint">The catchpoint.</param>
/// <param name="Exception">The exception and the instruction it came at.</param>
public sealed record ExceptionHit(ExceptionCatchpoint Catchpoint, ExceptionInfo Exception) : StopHit(Catchpoint);

/// <summary>A signal takes effect.</summary>
/// <param name="Catchpoint">The catchpoint.</param>
/// <param name="Signal">1..64.</param>
/// <param name="IsHandled">The program has a handler for it; false for the default action.</param>
public sealed record SignalHit(SignalCatchpoint Catchpoint, int Signal, bool IsHandled) : StopHit(Catchpoint);

/// <summary>A page fault was dealt with.</summary>
/// <param name="Catchpoint">The catchpoint.</param>
/// <param name="Fault">The fault.</param>
public sealed record FaultHit(FaultCatchpoint Catchpoint, FaultRecord Fault) : StopHit(Catchpoint);
