using X64Emu.Cpu;
using X64Emu.Debugging.Memory;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>Runs one machine from stop to stop: lets it run, finds out what the pause was about, and goes on or reports.</summary>
internal sealed class RunEngine : IDisposable
{
    private readonly StopPointTable points;
    private readonly DebugMemory memory;
    private readonly SignalMonitor signals;
    private readonly StopPointArming arming;
    private readonly WatchedValues values;
    private readonly long instructionLimit;
    private volatile bool interruptRequested;

    /// <param name="machine">A machine that has not run.</param>
    /// <param name="points">What stops it.</param>
    /// <param name="faults">Where its page faults go.</param>
    /// <param name="kernelSymbol">The address of a kernel symbol; null for one that does not exist.</param>
    /// <param name="instructionLimit">The most instructions it may run.</param>
    public RunEngine(
        PcMachine machine, StopPointTable points, FaultLog faults, Func<string, VirtualAddress?> kernelSymbol, long instructionLimit)
    {
        this.points = points;
        this.instructionLimit = instructionLimit;
        Machine = machine;
        memory = new DebugMemory(machine);
        Monitor = new GuestMonitor(machine, memory, points, faults);
        signals = new SignalMonitor(kernelSymbol);
        values = new WatchedValues(memory);
        arming = new StopPointArming(machine, points, signals, values);
        Monitor.AddressSpaceForked = values.Forked;
        Monitor.PageMapped = PageMapped;
    }

    public PcMachine Machine { get; }

    public DebugMemory Memory => memory;

    public GuestMonitor Monitor { get; }

    /// <summary>Whether the kernel has what signal catchpoints look at.</summary>
    public bool CatchesSignals => signals.IsSupported;

    /// <summary>Who wants to be told of signals now; null for nobody.</summary>
    public Func<Action<SignalEvent>?> SignalListener { get; set; } = () => null;

    /// <summary>How many instructions have retired.</summary>
    public long InstructionCount => Machine.Processor.Counters.Instructions;

    /// <summary>Ends the present run soon, or else the next one at once. May be called from any thread.</summary>
    public void Interrupt()
    {
        interruptRequested = true;
        Machine.RequestStop();
    }

    /// <summary>Runs until the goal, a stop point, an interruption or the machine's end.</summary>
    public StopEvent Run(RunGoal goal)
    {
        arming.Prepare(goal, SignalListener() is not null);
        Monitor.Prepare(goal);
        long last = Math.Min(instructionLimit, goal.Instructions > long.MaxValue - InstructionCount ? long.MaxValue : InstructionCount + goal.Instructions);
        while (true)
        {
            if (interruptRequested) return Interrupted();
            if (InstructionCount >= last) return Report(last == instructionLimit ? StopEventReason.InstructionLimit : goal.AfterInstructions);
            Monitor.BeginRun();
            VirtualAddress start = Machine.Processor.Registers.Rip;
            long startCount = InstructionCount;
            PcStop stop = Machine.Run(last - InstructionCount);
            bool hasMoved = InstructionCount != startCount || Machine.Processor.Registers.Rip != start;
            if (EndOf(stop) is { } end) return end;
            if (Hits(goal, hasMoved) is { Count: > 0 } hits) return Stop(Report(ReasonOf(hits)) with { Hits = hits });
            if (hasMoved && IsReached(goal)) return Stop(Report(goal.AtGoal));
        }
    }

    /// <summary>A stop here and now.</summary>
    public StopEvent Report(StopEventReason reason)
    {
        (int? pid, int? tid) = Monitor.Task.Ids;
        return new StopEvent(reason) { Rip = Machine.Processor.Registers.Rip, InstructionCount = InstructionCount, Pid = pid, Tid = tid };
    }

    /// <inheritdoc/>
    public void Dispose() => Machine.Dispose();

    private StopEvent Interrupted()
    {
        interruptRequested = false;
        return Report(StopEventReason.Interrupted);
    }

    /// <summary>A stop answers a request to interrupt as well.</summary>
    private StopEvent Stop(StopEvent happened)
    {
        interruptRequested = false;
        return happened;
    }

    private StopEvent? EndOf(in PcStop stop) => stop.Reason switch
    {
        PcStopReason.DebugExit when stop.IsPanic => Report(StopEventReason.Panicked),
        PcStopReason.DebugExit => Report(StopEventReason.Exited) with { ExitStatus = stop.ExitStatus, WaitStatus = Monitor.WaitStatus },
        PcStopReason.Reset => Report(StopEventReason.Reset),
        PcStopReason.TripleFault => Report(StopEventReason.TripleFault),
        PcStopReason.HaltedForever => Report(StopEventReason.Halted),
        _ => null,
    };

    private bool IsReached(RunGoal goal)
    {
        bool isPlace = (goal.AtUserMode && Monitor.UserModeReached) || goal.Addresses.Contains(Machine.Processor.Registers.Rip);
        return isPlace && (goal.IsReached?.Invoke() ?? true);
    }

    /// <summary>Everything that stops here. A breakpoint at which the run began does not stop it again.</summary>
    private List<StopHit> Hits(RunGoal goal, bool hasMoved)
    {
        List<StopHit> hits = [];
        if (goal.PassesStopPoints) return hits;
        hits.AddRange(Monitor.Candidates);
        AddWatchpoints(hits);
        if (hasMoved) AddPlaces(hits);
        if (hits.Count == 0) return hits;
        // One instruction may hit a stop point more than once, as a move within a watched range does: that is one hit for its count.
        HashSet<StopPoint> stopping = [.. hits.Select(hit => hit.Point).Distinct().Where(point => point.TakeHit())];
        foreach (StopPoint point in stopping)
            if (point.IsTemporary) points.Remove(point);
        return [.. hits.Where(hit => stopping.Contains(hit.Point)).OrderBy(hit => hit.Point.Number)];
    }

    /// <summary>A watched page may just have got its first bytes, which the instruction that faulted is about to change.</summary>
    private void PageMapped(VirtualAddress address)
    {
        foreach (Watchpoint point in arming.Watchpoints) values.PageMapped(point, address, Machine.Processor.Registers.Cr3);
    }

    private void AddWatchpoints(List<StopHit> hits)
    {
        foreach (WatchHit access in Machine.Processor.WatchHits)
        {
            if (arming.Find(access.Id) is not { } point) continue;
            WatchpointHit hit = values.Describe(point, access);
            if (point.Concerns(Monitor.Task.Pid)) hits.Add(hit);
        }
    }

    private void AddPlaces(List<StopHit> hits)
    {
        VirtualAddress rip = Machine.Processor.Registers.Rip;
        PhysicalAddress? physical = null;
        int? pid = Monitor.Task.Pid;
        foreach (Breakpoint point in points.Enabled<Breakpoint>())
        {
            if (!point.Concerns(pid)) continue;
            if (point.Physical is { } wanted) physical ??= memory.TryTranslate(rip, out PhysicalAddress found) ? found : null;
            if (point.Addresses.Contains(rip) || (point.Physical is not null && point.Physical == physical)) hits.Add(new BreakpointHit(point));
        }
        if (signals.Present(Machine, memory, Monitor.Task) is not { } signal) return;
        SignalListener()?.Invoke(signal);
        if (signal.Fate == SignalFate.Ignored) return;
        foreach (SignalCatchpoint point in points.Enabled<SignalCatchpoint>())
            if (point.Matches(signal.Signal, pid)) hits.Add(new SignalHit(point, signal.Signal, IsHandled: signal.Fate == SignalFate.Handled));
    }

    private static StopEventReason ReasonOf(List<StopHit> hits) =>
        hits.Exists(hit => hit is BreakpointHit) ? StopEventReason.Breakpoint
        : hits.Exists(hit => hit is WatchpointHit) ? StopEventReason.Watchpoint
        : StopEventReason.Catch;
}
