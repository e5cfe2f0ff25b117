using X64Emu.Bus;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu;

/// <summary>
/// Runs slices of instructions and does between them what cannot happen inside: delivers exceptions and interrupts, advances virtual
/// time, skips idle time, and stops.
/// </summary>
internal sealed unsafe class RunLoop
{
    /// <summary>With tiered compilation handlers may run unoptimised at first and nest instead of jumping; short slices bound the depth.</summary>
    private static readonly long LongestSlice =
        AppContext.TryGetSwitch("System.Runtime.TieredCompilation", out bool tiered) && !tiered ? Charge.MaxSliceInstructions : 1000;

    private readonly Processor processor;
    private readonly CpuState* c;
    private readonly VirtualClock clock;
    private readonly BlockCache blocks;
    private readonly BlockFinder finder;
    private volatile bool stopRequested;
    private ulong sliceStartNanoseconds;
    private int sliceCpl;
    private ulong resumedAt;

    public RunLoop(Processor processor, BlockFinder finder)
    {
        this.processor = processor;
        this.finder = finder;
        c = processor.State;
        clock = processor.Clock;
        blocks = processor.Blocks;
    }

    public ExecutionCounters Counters { get; } = new();

    /// <summary>Set by HLT; cleared by an interrupt.</summary>
    public bool IsHalted { get; set; }

    /// <summary>Set by MOV SS, POP SS and STI: the next instruction runs before interrupts are looked at (Intel SDM Vol. 3A, 6.8.3).</summary>
    public bool InterruptShadow { get; set; }

    /// <summary>Set by a repeated string instruction that lets events in after one of its steps but the last: RF is set in the flags they
    /// push (Intel SDM Vol. 3B, 17.3.1.1).</summary>
    public bool IsBetweenSteps { get; set; }

    /// <summary>Why the next return from <see cref="Run"/> happens; set by delivery, hooks and breakpoints.</summary>
    public StopReason? PendingStop { get; set; }

    public void RequestStop() => stopRequested = true;

    /// <summary>Ends the run behind the instruction, or the delivery, that is under way. For hooks and devices.</summary>
    public void Pause()
    {
        PendingStop ??= StopReason.Paused;
        EndSliceSoon();
    }

    /// <summary>Runs until <paramref name="instructions"/> more have retired or something stops the processor.</summary>
    public StopReason Run(long instructions)
    {
        long last = instructions > long.MaxValue - Counters.Instructions ? long.MaxValue : Counters.Instructions + instructions;
        PendingStop = null;
        processor.Monitor.Forget();
        resumedAt = c->Rip;
        while (Counters.Instructions < last)
        {
            if (stopRequested)
            {
                stopRequested = false;
                return StopReason.Requested;
            }
            if (clock.NextDeadlineNanoseconds <= clock.NowNanoseconds) clock.RunDue();
            processor.PollHost();
            if (!InterruptShadow) processor.Interrupts.TakePending();
            if (IsHalted && PendingStop is null && (!processor.Interrupts.MayWake || !SkipIdle())) return StopReason.Halted;
            if (PendingStop is { } before) return Finish(before);
            if (IsHalted) continue;
            RunSlice(last - Counters.Instructions);
            if (PendingStop is { } after) return Finish(after);
        }
        return StopReason.InstructionLimit;
    }

    /// <summary>The virtual time of the instruction that is being executed.</summary>
    public ulong PreciseNowNanoseconds
    {
        get
        {
            if (c->Current == null) return clock.NowNanoseconds;   // between slices
            long before = Charge.Instructions(Charge.Before(c->Current));
            return sliceStartNanoseconds + (ulong)(Consumed(c->Remaining) + before);
        }
    }

    /// <summary>How many instructions had retired before the one that is being executed.</summary>
    public long PreciseInstructions =>
        c->Current == null ? Counters.Instructions : Counters.Instructions + Consumed(c->Remaining) + Charge.Instructions(Charge.Before(c->Current));

    /// <summary>Ends the slice at the next block boundary, so that the loop looks at what a device has changed.</summary>
    public void EndSliceSoon()
    {
        long left = (c->Remaining >> 48) + 1;
        if (left <= 0) return;
        c->Remaining -= left << 48;
        c->SliceInstructions -= left;
    }

    private StopReason Finish(StopReason reason)
    {
        PendingStop = null;
        return reason;
    }

    /// <summary>Halted: goes to the next timer event, or lets the host wait for input. False when nothing can ever wake the processor.</summary>
    private bool SkipIdle()
    {
        if (clock.NextDeadlineNanoseconds != ulong.MaxValue)
        {
            processor.OnIdle(mayBlock: false);
            if (!IsHalted) return true;
            ulong before = clock.NowNanoseconds;
            clock.AdvanceTo(clock.NextDeadlineNanoseconds);
            Counters.IdleNanoseconds += (long)(clock.NowNanoseconds - before);
            return true;
        }
        return processor.OnIdle(mayBlock: true);
    }

    private void RunSlice(long most)
    {
        BreakpointSet breakpoints = processor.Breakpoints;
        bool atBreakpoint = breakpoints.Contains(c->Rip)
            || (breakpoints.HasPhysical && processor.Mmu.Probe(c->Rip, out ulong physical) && breakpoints.ContainsPhysical(physical));
        if (atBreakpoint && c->Rip != resumedAt)
        {
            PendingStop = StopReason.Breakpoint;
            return;
        }
        resumedAt = NoAddress;
        IsBetweenSteps = false;
        processor.InstructionHook?.Invoke();
        bool isWatched = breakpoints.HasPhysical || processor.InstructionHook is not null || processor.Monitor.IsActive;
        bool singleStep = atBreakpoint || isWatched || InterruptShadow || most < BlockBuilder.MaxInstructions || processor.DebugUnit.NeedsSingleStep;
        InterruptShadow = false;
        // A slice ends at the end of a block, up to a block later than asked: near the limit instructions go one by one.
        long budget = singleStep ? 1 : Math.Min(most - BlockBuilder.MaxInstructions + 1, LongestSlice);
        if (!singleStep && clock.NextDeadlineNanoseconds != ulong.MaxValue)
            budget = (long)Math.Clamp(clock.NextDeadlineNanoseconds - clock.NowNanoseconds, 1, (ulong)budget);
        if (!blocks.HasRoom || processor.Breakpoints.HasChanged) ResetBlocks();

        sliceStartNanoseconds = clock.NowNanoseconds;
        sliceCpl = c->Cpl;   // a change of privilege ends the slice
        c->Exit = ExitReason.None;
        c->SliceInstructions = budget;
        c->Remaining = Charge.Slice(budget);
        Op* o;
        if (singleStep)
        {
            c->Current = null;
            processor.DebugUnit.BeforeStep();
            o = c->Exit == ExitReason.None ? finder.FindSingle() : null;
            if (o != null) Execute(o);
            ExitReason exit = c->Exit;
            Op* current = c->Current;
            Account(exit, current);
            Leave(exit, current);
            if (o != null) blocks.Release(o);
            c->Current = null;
            processor.DebugUnit.AfterStep(exit);
            ReportUserMode();
            return;
        }
        // Only the head of a block may go on where the last slice ended: anything else was left by RIP.
        o = finder.Find();
        if (o != null) Execute(o);
        Account(c->Exit, c->Current);
        Leave(c->Exit, c->Current);
        c->Current = null;
        blocks.ResolvePending();
        ReportUserMode();
    }

    private void ReportUserMode()
    {
        if (sliceCpl != 3 && c->Cpl == 3) processor.UserModeHook?.Invoke();
    }

    private void ResetBlocks()
    {
        processor.Breakpoints.HasChanged = false;
        blocks.Reset();
    }

    /// <summary>Not canonical: RIP never reaches it.</summary>
    private const ulong NoAddress = 1UL << 63;

    private void Execute(Op* o)
    {
#if DEBUG
        c->Current = o;
        do
        {
            o = c->Current;
            o->Handler(c, o);
        }
        while (c->Exit == ExitReason.None);
#else
        o->Handler(c, o);
#endif
    }

    /// <summary>Takes what the slice did into the counters and virtual time.</summary>
    private void Account(ExitReason exit, Op* current)
    {
        if (current != null && exit is (ExitReason.Fault or ExitReason.Stale)) c->Remaining += Charge.Before(current);
        long instructions = Consumed(c->Remaining);
        Counters.Instructions += instructions;
        Counters.FetchLookups += Charge.Fetches(c->Remaining);
        Counters.Loads += Charge.Loads(c->Remaining) + c->ExtraLoads;
        Counters.Stores += Charge.Stores(c->Remaining) + c->ExtraStores;
        if (sliceCpl == 3) Counters.UserInstructions += instructions;
        c->ExtraLoads = c->ExtraStores = 0;
        clock.AdvanceTo(sliceStartNanoseconds + (ulong)instructions);
    }

    private void Leave(ExitReason exit, Op* current)
    {
        if (current != null && exit is (ExitReason.SliceEnd or ExitReason.Stale or ExitReason.Fault)) c->Rip = current->Rip;
        if (exit is ExitReason.Fault or ExitReason.FetchFault)
        {
            processor.Monitor.Forget();   // the instruction has not completed
            if (PendingStop == StopReason.Watchpoint) PendingStop = null;
            processor.Interrupts.DeliverFault();
        }
    }

    private long Consumed(long remaining) => c->SliceInstructions - 1 - (remaining >> 48);
}
