using X64Emu.Debugging.Running;
using X64Emu.Gdb.Target;
using X64Emu.Primitives;

namespace X64Emu.Gdb.Debuggee;

/// <summary>Runs the session as gdb asks and turns its stops into gdb's.</summary>
internal sealed class SessionRunner
{
    /// <summary>An entry to the kernel saves the user registers, and a return puts them back, in fewer instructions.</summary>
    private const int MaximumEntryInstructions = 200;

    private readonly DebugSession session;
    private readonly SessionThreads threads;
    private readonly EventCatchpoints catchpoints;
    private readonly StopTranslation translation;
    private int mainPid = 1;

    // What happened while the last stop was brought to where gdb looks at it; told as the next stop.
    private TargetStop? deferred;

    public SessionRunner(DebugSession session, SessionThreads threads, SessionStopPoints points, EventSelection events)
    {
        this.session = session;
        this.threads = threads;
        catchpoints = new EventCatchpoints(session.Breakpoints, events);
        translation = new StopTranslation(session, threads, points, events);
        LastStop = new TargetStop(TargetStopKind.Step, new GuestThreadId(1, 1));
    }

    public TargetStop LastStop { get; private set; }

    public bool IsAlive { get; private set; }

    /// <summary>A new machine is about to boot.</summary>
    public void Starting()
    {
        catchpoints.Clear();
        deferred = null;
    }

    /// <summary>The machine was ended from outside.</summary>
    public void Killed()
    {
        IsAlive = false;
        LastStop = StopTranslation.End(session.LastStop, mainPid);
    }

    /// <summary>A machine is there that has not been run for gdb yet.</summary>
    public void Started()
    {
        threads.Invalidate();
        threads.KernelView = null;
        LastStop = Translate(session.LastStop);
        if (IsAlive) mainPid = LastStop.Thread.Pid;
    }

    public TargetStop Proceed(ResumeRequest request)
    {
        if (session.HasEnded)
        {
            // gdb has seen the machine's last state and goes on: now it is over.
            IsAlive = false;
            return LastStop = StopTranslation.End(session.LastStop, mainPid);
        }
        if (deferred is { } untold)
        {
            deferred = null;
            return LastStop = untold;
        }
        catchpoints.Update(mainPid);
        StopEvent happened = request.Kind switch
        {
            ResumeKind.Step => Step(request.Thread),
            ResumeKind.StepRange => StepRange(request),
            ResumeKind.StepBack => StepBack(),
            _ => Continue(),
        };
        bool isInKernelView = request.Kind == ResumeKind.StepBack || (request.Kind != ResumeKind.Continue && threads.KernelView is not null);
        threads.Invalidate();
        threads.KernelView = null;
        if (happened.Reason == StopEventReason.Interrupted) LeaveEntry();
        if (happened.Hits.Any(hit => hit is ExceptionHit)) FetchFault.Undo(session);
        LastStop = Translate(happened, isInKernelView);
        if (ExecOf(happened) is { } exec) RunToEntry(exec);
        return LastStop;
    }

    private TargetStop Translate(StopEvent happened, bool isInKernelView = false)
    {
        IsAlive = !happened.IsEnd || StopTranslation.CanBeLookedAt(happened);
        return IsAlive ? translation.Of(happened, LastStop.Thread, isInKernelView) : StopTranslation.End(happened, mainPid);
    }

    private static ProcessEvent? ExecOf(StopEvent happened) =>
        happened.Hits.OfType<ProcessHit>().Select(hit => hit.Event).FirstOrDefault(candidate => candidate.Kind == ProcessEventKind.Exec);

    /// <summary>The kernel reports a new program before its stack is whole; gdb gets it in front of its first instruction, as from Linux.</summary>
    private void RunToEntry(ProcessEvent exec)
    {
        Breakpoint entry = new(exec.EntryPoint) { Pid = exec.Pid };
        session.Breakpoints.Add(entry);
        StopEvent arrival = session.Continue();
        session.Breakpoints.Remove(entry);
        threads.Invalidate();
        if (arrival.Hits.Any(hit => hit.Point == entry)) return;
        deferred = Translate(arrival);
        IsAlive = true;
    }

    private StopEvent Continue() => session.Continue();

    /// <summary>One instruction of a thread: of the kernel when the thread shows the kernel's registers, else of the program.</summary>
    private StopEvent Step(GuestThreadId thread)
    {
        if (threads.KernelView == thread || session.Guest is null) return session.Step();
        StopEvent stop = session.LastStop;
        if (threads.Running != thread) stop = WaitFor(thread);
        return threads.Running == thread ? session.StepUser() : stop;
    }

    private StopEvent StepRange(ResumeRequest request)
    {
        StopEvent stop;
        do
        {
            stop = Step(request.Thread);
        }
        while (stop.Reason == StopEventReason.Step && stop.Rip.Value >= request.RangeStart.Value && stop.Rip.Value < request.RangeEnd.Value);
        return stop;
    }

    /// <summary>Runs until a thread gets the processor, or until another stop.</summary>
    private StopEvent WaitFor(GuestThreadId thread)
    {
        ProcessCatchpoint arrival = new(ProcessEventKind.Switch) { Pid = thread.Pid };
        session.Breakpoints.Add(arrival);
        try
        {
            StopEvent stop;
            do
            {
                stop = session.Continue();
                threads.Invalidate();
            }
            while (stop.Reason == StopEventReason.Catch && stop.Hits.All(hit => hit.Point == arrival) && threads.Running != thread);
            return stop;
        }
        finally
        {
            session.Breakpoints.Remove(arrival);
        }
    }

    /// <summary>Back by running a new machine to one instruction before this one, which may be the kernel's.</summary>
    private StopEvent StepBack() => session.RunToInstruction(Math.Max(0, session.InstructionCount - 1));

    /// <summary>A stop among the few instructions that save and restore user registers would show half of them.</summary>
    private void LeaveEntry()
    {
        for (int i = 0; i < MaximumEntryInstructions && !session.HasEnded && threads.IsBetweenViews; i++)
        {
            session.Step();
            threads.Invalidate();
        }
    }
}
