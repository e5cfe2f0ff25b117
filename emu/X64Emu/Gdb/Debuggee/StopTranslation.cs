using X64Emu.Debugging.Running;
using X64Emu.Gdb.Target;
using X64Emu.Primitives;

namespace X64Emu.Gdb.Debuggee;

/// <summary>Turns a session's stop into gdb's words.</summary>
internal sealed class StopTranslation(DebugSession session, SessionThreads threads, SessionStopPoints points, EventSelection events)
{
    private const int Abort = 6, Kill = 9, CpuLimit = 24;
    private const int SignalBits = 0x7f, StatusShift = 8;

    /// <summary>Whether gdb may look at a machine that cannot go on, as after a panic of the guest kernel.</summary>
    public static bool CanBeLookedAt(StopEvent stop) =>
        stop.Reason is StopEventReason.Panicked or StopEventReason.Reset or StopEventReason.TripleFault or StopEventReason.Halted;

    /// <summary>A stop of a machine that stands.</summary>
    /// <param name="stop">The session's.</param>
    /// <param name="previous">The thread of the last stop, named again where the kernel runs for nobody.</param>
    /// <param name="isInKernelView">Whether gdb steps through the kernel.</param>
    public TargetStop Of(StopEvent stop, GuestThreadId previous, bool isInKernelView = false)
    {
        GuestThreadId thread = threads.Running ?? Fallback(previous);
        bool isInKernel = session.Machine.Processor.Registers.PrivilegeLevel != 3;
        TargetStop translated = stop.Reason switch
        {
            StopEventReason.Interrupted => new TargetStop(TargetStopKind.Paused, thread),
            StopEventReason.InstructionLimit => new TargetStop(TargetStopKind.Signal, thread) { Number = CpuLimit },
            StopEventReason.Breakpoint or StopEventReason.Watchpoint or StopEventReason.Catch => OfHits(stop.Hits, thread),
            _ => CanBeLookedAt(stop) ? new TargetStop(TargetStopKind.Signal, thread) { Number = Abort } : new TargetStop(TargetStopKind.Step, thread),
        };
        bool isKernelPoint = translated.Kind == TargetStopKind.StopPoint && (long)translated.Point.Address.Value < 0;
        bool isKernelStep = isInKernelView && stop.Reason is StopEventReason.Step or StopEventReason.Reached;
        if (isInKernel && (isKernelPoint || isKernelStep || CanBeLookedAt(stop))) threads.KernelView = thread;
        return translated;
    }

    /// <summary>The end of the machine, as the end of its first program.</summary>
    public static TargetStop End(StopEvent stop, int mainPid)
    {
        GuestThreadId thread = new(mainPid, mainPid);
        if (stop.Reason == StopEventReason.Killed) return new TargetStop(TargetStopKind.Terminated, thread) { Number = Kill };
        if (stop.Reason != StopEventReason.Exited) return new TargetStop(TargetStopKind.Terminated, thread) { Number = Abort };
        return stop.WaitStatus is { } status ? OfWaitStatus(status, thread) : new TargetStop(TargetStopKind.Exited, thread) { Number = stop.ExitStatus ?? 0 };
    }

    private static TargetStop OfWaitStatus(int status, GuestThreadId thread) => (status & SignalBits) is not 0 and int signal
        ? new TargetStop(TargetStopKind.Terminated, thread) { Number = signal }
        : new TargetStop(TargetStopKind.Exited, thread) { Number = status >> StatusShift & 0xff };

    /// <summary>Places come first: gdb looks at what it knows of them and finds the rest itself.</summary>
    private TargetStop OfHits(IReadOnlyList<StopHit> hits, GuestThreadId thread)
    {
        foreach (StopHit hit in hits.OrderBy(hit => hit is BreakpointHit ? 0 : hit is WatchpointHit ? 1 : 2))
        {
            if (OfHit(hit, thread) is { } stop) return stop;
        }
        return new TargetStop(TargetStopKind.Step, thread);
    }

    private TargetStop? OfHit(StopHit hit, GuestThreadId thread) => hit switch
    {
        BreakpointHit breakpoint => OfPoint(points.Find(breakpoint.Breakpoint), thread),
        WatchpointHit watch => OfPoint(points.Find(watch.Watchpoint) is { } point ? point with { Address = point.Address + watch.OffsetBytes } : null, thread),
        ExceptionHit fetch => OfPoint(points.Find(fetch.Catchpoint), thread),
        SystemCallHit { Call: var call } => new TargetStop(
            call.Phase == SystemCallPhase.Entry ? TargetStopKind.SystemCallEntry : TargetStopKind.SystemCallReturn, thread)
        { Number = call.Number },
        SignalHit signal => new TargetStop(TargetStopKind.Signal, thread) { Number = signal.Signal },
        ProcessHit { Event: var happened } => OfProcess(happened, thread),
        _ => null,
    };

    private static TargetStop? OfPoint(TargetPoint? point, GuestThreadId thread) =>
        point is null ? null : new TargetStop(TargetStopKind.StopPoint, thread) { Point = point.Value };

    private TargetStop? OfProcess(ProcessEvent happened, GuestThreadId thread) => happened.Kind switch
    {
        ProcessEventKind.Fork => new TargetStop(TargetStopKind.Fork, thread) { Child = new GuestThreadId(happened.Pid, happened.Pid) },
        ProcessEventKind.Exec => new TargetStop(TargetStopKind.Exec, thread)
        {
            Path = session.Guest?.FindProcess(happened.Pid)?.ExecutablePath ?? happened.Name,
        },
        ProcessEventKind.Exit => OfWaitStatus(happened.WaitStatus, new GuestThreadId(happened.Pid, happened.Pid)),
        _ => null,
    };

    private GuestThreadId Fallback(GuestThreadId previous)
    {
        foreach (TargetThread thread in threads.All)
        {
            if (thread.Id == previous) return previous;
        }
        GuestThreadId any = threads.All is [var first, ..] ? first.Id : previous;
        return threads.All.Select(thread => thread.Id).FirstOrDefault(id => events.Attached.Contains(id.Pid), any);
    }
}
