using X64Emu.Bus;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu;

/// <summary>
/// Runs slices of instructions and does between them what cannot happen inside: delivers exceptions and interrupts, advances virtual
/// time, skips idle time. It may stop inside a slice, too, in front of any instruction, and goes on there without a trace.
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
    private readonly Slice slice;
    private readonly SliceRunner runner;
    private volatile bool stopRequested;
    private bool hasLookedAround;

    public RunLoop(Processor processor, BlockFinder finder, SteppedBlocks stepped)
    {
        this.processor = processor;
        c = processor.State;
        clock = processor.Clock;
        blocks = processor.Blocks;
        slice = new Slice(c, Counters, clock);
        runner = new SliceRunner(processor, this, slice, finder, stepped);
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

    /// <summary>True when a repeated string instruction must stop behind the step it has just done.</summary>
    public bool MustStopBetweenSteps => PendingStop is not null && runner.MaySuspend;

    /// <summary>The steps that a repeated string instruction did before it was stopped between two of them, or 0.</summary>
    public long StepsBeforeStop { get; set; }

    /// <summary>True while <see cref="Run"/> has not returned.</summary>
    public bool IsInRun { get; private set; }

    public void RequestStop() => stopRequested = true;

    /// <summary><see cref="StepsBeforeStop"/>, for the instruction that goes on.</summary>
    public long TakeStepsBeforeStop()
    {
        long steps = StepsBeforeStop;
        StepsBeforeStop = 0;
        return steps;
    }

    /// <summary>Ends the run behind the instruction, or the delivery, that is under way. For hooks, devices and watchpoints.</summary>
    public void StopBehindInstruction(StopReason reason)
    {
        PendingStop ??= reason;
        runner.LeaveBehindInstruction();
    }

    /// <summary>The processor's state was changed from outside: what is left of a block may not fit any more.</summary>
    public void StateChanged()
    {
        if (!runner.IsRunning) hasLookedAround = false;
        runner.Forget();
    }

    /// <summary>Runs until <paramref name="instructions"/> more have retired or something stops the processor.</summary>
    public StopReason Run(long instructions)
    {
        IsInRun = true;
        StopReason reason = RunUntilStop(instructions);
        IsInRun = false;
        return reason;
    }

    private StopReason RunUntilStop(long instructions)
    {
        long last = instructions > long.MaxValue - Counters.Instructions ? long.MaxValue : Counters.Instructions + instructions;
        PendingStop = null;
        processor.Monitor.Forget();
        runner.Resume();
        while (Counters.Instructions < last)
        {
            if (!slice.IsOpen)
            {
                if (stopRequested)
                {
                    stopRequested = false;
                    return StopReason.Requested;
                }
                if (!hasLookedAround && !LookAround()) return StopReason.Halted;
                hasLookedAround = !IsHalted;   // a stop that follows must not make the same look happen twice
                if (PendingStop is { } before) return Finish(before);
                if (IsHalted) continue;
                hasLookedAround = false;
                Open();
            }
            runner.Run(last - Counters.Instructions);
            if (PendingStop is { } after) return Finish(after);
        }
        return StopReason.InstructionLimit;
    }

    /// <summary>The virtual time of the instruction that is being executed.</summary>
    public ulong PreciseNowNanoseconds => c->Current == null ? clock.NowNanoseconds : slice.TimeAfter(Charge.Before(c->Current));

    /// <summary>How many instructions had retired before the one that is being executed.</summary>
    public long PreciseInstructions => Counters.Instructions + (c->Current == null ? 0 : slice.Uncounted(Charge.Before(c->Current)));

    /// <summary>Ends the slice at the next block boundary, so that the loop looks at what a device has changed.</summary>
    public void EndSliceSoon() => slice.EndSoon();

    private StopReason Finish(StopReason reason)
    {
        PendingStop = null;
        return reason;
    }

    /// <summary>Between slices: timers, host input, interrupts. False when the processor is halted and nothing can ever wake it.</summary>
    private bool LookAround()
    {
        if (processor.Pace is { } pace && (IsHalted || c->Cpl == 3)) AdvanceTo(pace.Follow(clock.NowNanoseconds, clock.NextDeadlineNanoseconds));
        if (clock.NextDeadlineNanoseconds <= clock.NowNanoseconds) clock.RunDue();
        processor.PollHost();
        if (!InterruptShadow) processor.Interrupts.TakePending();
        return !IsHalted || PendingStop is not null || (processor.Interrupts.MayWake && SkipIdle());
    }

    /// <summary>Halted: goes to the next timer event, or lets the host wait for input. False when nothing can ever wake the processor.</summary>
    private bool SkipIdle()
    {
        if (clock.NextDeadlineNanoseconds != ulong.MaxValue)
        {
            processor.OnIdle(mayBlock: false);
            if (!IsHalted) return true;
            ulong deadline = clock.NextDeadlineNanoseconds;
            AdvanceTo(processor.Pace?.WaitUntil(deadline) ?? deadline);
            return true;
        }
        return processor.OnIdle(mayBlock: true);
    }

    /// <summary>Lets time pass in which nothing is executed.</summary>
    private void AdvanceTo(ulong nanoseconds)
    {
        ulong before = clock.NowNanoseconds;
        clock.AdvanceTo(nanoseconds);
        if (IsHalted) Counters.IdleNanoseconds += (long)(clock.NowNanoseconds - before);
    }

    /// <summary>Begins a slice. Its length depends on nothing but the guest: a limit or a breakpoint stops inside it.</summary>
    private void Open()
    {
        bool singleStep = InterruptShadow || processor.DebugUnit.NeedsSingleStep;
        InterruptShadow = false;
        long budget = singleStep ? 1 : LongestSlice;
        if (clock.NextDeadlineNanoseconds != ulong.MaxValue)
            budget = (long)Math.Clamp(clock.NextDeadlineNanoseconds - clock.NowNanoseconds, 1, (ulong)budget);
        if (!blocks.HasRoom) blocks.Reset();
        slice.Open(budget, singleStep);
        runner.Begin();
    }
}
