using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu;

/// <summary>
/// Runs an open slice in legs: at full speed where it may, one instruction at a time where a debugger wants to stop, and knows where the
/// last leg ended. Both ways run the same blocks in the same bounds, so that every count is the same.
/// </summary>
internal sealed unsafe class SliceRunner
{
    /// <summary>Not canonical: RIP never reaches it.</summary>
    private const ulong NoAddress = 1UL << 63;

    private readonly Processor processor;
    private readonly RunLoop loop;
    private readonly CpuState* c;
    private readonly Slice slice;
    private readonly BlockCache blocks;
    private readonly BlockFinder finder;
    private readonly SteppedBlocks stepped;
    private readonly Handler suspend = Handler.Of(&Resolver.Suspend);

    /// <summary>Where the slice goes on: an op or stub of a cached block, or null for the block at RIP.</summary>
    private Op* next;

    /// <summary>Whether the first of the two instructions fused in <see cref="next"/> is done.</summary>
    private bool isHalfway;

    /// <summary>RIP when <see cref="next"/> was set; the debugger may have moved it since.</summary>
    private ulong nextRip;

    /// <summary>The breakpoint that the run begins at, which must not stop it again.</summary>
    private ulong resumedAt;

    /// <summary>Whether the slice begins inside a repeated instruction, which was passed by its breakpoint before.</summary>
    private bool isRepeating;

    private bool isStepping;
    private Op* broken;
    private Handler brokenHandler;

    public SliceRunner(Processor processor, RunLoop loop, Slice slice, BlockFinder finder, SteppedBlocks stepped)
    {
        this.processor = processor;
        this.loop = loop;
        this.slice = slice;
        this.finder = finder;
        this.stepped = stepped;
        c = processor.State;
        blocks = processor.Blocks;
    }

    /// <summary>True while handlers run.</summary>
    public bool IsRunning { get; private set; }

    /// <summary>Whether an instruction can be left in its middle: not where the guest itself looks at every instruction.</summary>
    public bool MaySuspend => !slice.IsSingleStep;

    /// <summary>A run begins: it may do so where the last one ended.</summary>
    public void Resume()
    {
        resumedAt = c->Rip;
        if (c->Rip != nextRip) Forget();
    }

    /// <summary>A slice begins at RIP.</summary>
    public void Begin()
    {
        next = null;
        isRepeating = loop.IsBetweenSteps;
        loop.IsBetweenSteps = false;
        loop.StepsBeforeStop = 0;
        SetNext(null, false);
    }

    /// <summary>Ends a slice that is stopped in its middle: the next one begins at RIP.</summary>
    public void Forget()
    {
        if (IsRunning || !slice.IsOpen) return;
        next = null;
        loop.StepsBeforeStop = 0;
        slice.Close();
    }

    /// <summary>Makes the chain leave behind the instruction that is running.</summary>
    public void LeaveBehindInstruction()
    {
        if (!IsRunning || isStepping || slice.IsSingleStep || broken != null || c->Current == null) return;
        // The op behind it leaves; when it is the last of its block, the block's end does.
        broken = c->Current + 1;
        brokenHandler = new((nint)broken->Handler);
        broken->Handler = suspend.Pointer;
        slice.Hold(0);
    }

    /// <summary>Runs a leg of at most <paramref name="most"/> instructions.</summary>
    public void Run(long most)
    {
        if (processor.Breakpoints.HasChanged) stepped.BreakpointsChanged();
        if (slice.IsSingleStep)
        {
            RunSingle();
            return;
        }
        c->Exit = ExitReason.None;
        Op* o = next;
        if (o == null)
        {
            o = finder.FindFirst();
            if (o == null)
            {
                Leave();
                return;
            }
            SetNext(o, false);
        }
        bool mayStop = most < BlockBuilder.MaxInstructions || processor.InstructionHook is not null || isHalfway;
        if (mayStop || (processor.Breakpoints.Count > 0 && (Resolver.IsStub(o) || IsInGuardedBlock(o)))) Step(o);
        else
        {
            resumedAt = NoAddress;
            isRepeating = false;
            // The leg ends at the end of a block, up to a block later than asked.
            slice.Hold(SteppedBlock.IndexOf(o, isHalfway: false) + most - BlockBuilder.MaxInstructions + 1);
            Execute(o);
            Leave();
        }
    }

    private bool IsInGuardedBlock(Op* o) => blocks.TryFindOwner(o, out BlockCache.Entry block) && stepped.IsGuarded(block);

    /// <summary>Runs one instruction of a cached block, by an op of its own.</summary>
    private void Step(Op* o)
    {
        if (!blocks.TryFindOwner(o, out BlockCache.Entry block))
        {
            Forget();   // dropped since: the address is decoded again
            return;
        }
        if (Resolver.IsStub(o))
        {
            o = Resolver.Follow(c, o, links: o->Rip >> 12 == block.Key.Virtual >> 12);
            if (o == null)
            {
                Leave();
                return;
            }
            SetNext(o, false);
            blocks.TryFindOwner(o, out block);
        }
        SteppedBlock ops = stepped.OpsOf(block);
        int index = SteppedBlock.IndexOf(o, isHalfway);
        Op* instruction = ops[index];
        if (IsAtBreakpoint(instruction->Rip, block.Key.Physical + (instruction->Rip - block.Key.Virtual))) return;
        processor.InstructionHook?.Invoke();
        resumedAt = NoAddress;
        isRepeating = false;
        if (index == ops.Count - 1 && ops.HasSuccessors) LinkAs(instruction, o);
        slice.Hold(1);
        isStepping = true;
        Execute(instruction);
        if (c->Exit != ExitReason.Stepped) Leave();
        else Advance(block, instruction, index);
        isStepping = false;
    }

    private static void LinkAs(Op* instruction, Op* cached)
    {
        instruction->Target = cached->Target;
        instruction->Next = cached->Next;
    }

    /// <summary>An instruction of a stepped block is done: goes on with the one behind it.</summary>
    private void Advance(in BlockCache.Entry block, Op* instruction, int index)
    {
        slice.Unhold();
        slice.Count(instruction->Charge);
        c->Rip = c->Current->Rip;
        c->Current = null;
        Op* following = SteppedBlock.Locate((Op*)block.First, index + 1, out bool halfway);
        SetNext(following, halfway);
        isStepping = false;
        if (following->Instructions == 0) PassEnd(following);
    }

    private bool IsAtBreakpoint(ulong rip, ulong physical)
    {
        BreakpointSet breakpoints = processor.Breakpoints;
        if (breakpoints.Count == 0 || isRepeating || rip == resumedAt) return false;
        if (!breakpoints.Contains(rip) && !breakpoints.ContainsPhysical(physical)) return false;
        loop.PendingStop = StopReason.Breakpoint;
        return true;
    }

    /// <summary>Runs the op that ends a cut block: no instruction, but the block is charged and may end the slice.</summary>
    private void PassEnd(Op* end)
    {
        c->Exit = ExitReason.None;
        slice.Hold(0);
        Execute(end);
        Leave();
    }

    /// <summary>Runs a slice of one instruction, decoded for it alone.</summary>
    private void RunSingle()
    {
        ulong physical = 0;
        if (processor.Breakpoints.HasPhysical && !processor.Mmu.Probe(c->Rip, out physical)) physical = NoAddress;
        if (IsAtBreakpoint(c->Rip, physical)) return;
        processor.InstructionHook?.Invoke();
        resumedAt = NoAddress;
        isRepeating = false;
        c->Exit = ExitReason.None;
        c->Current = null;
        processor.DebugUnit.BeforeStep();
        Op* o = c->Exit == ExitReason.None ? finder.FindSingle() : null;
        if (o != null) Execute(o);
        ExitReason exit = c->Exit;
        End(exit, c->Current);
        if (o != null) blocks.Release(o);
        processor.DebugUnit.AfterStep(exit);
        ReportUserMode();
    }

    private void Execute(Op* o)
    {
        c->Exit = ExitReason.None;
        IsRunning = true;
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
        IsRunning = false;
    }

    /// <summary>Deals with what made the chain leave: the slice ends, or goes on here later.</summary>
    private void Leave()
    {
        Op* current = c->Current;
        ExitReason exit = c->Exit;
        Mend();
        slice.Unhold();
        switch (exit)
        {
            case ExitReason.SliceEnd when !slice.IsUsedUp:
            case ExitReason.Guarded:
                Suspend(current, 0);
                break;
            case ExitReason.Suspended when isStepping:
                Suspend(next, Charge.Before(current), isHalfway);
                c->Rip = nextRip = current->Rip;
                break;
            case ExitReason.Suspended:
                Suspend(current, Charge.Before(current));
                if (current->Instructions == 0) PassEnd(current);
                break;
            case ExitReason.SuspendedHalfway:
                Suspend(current, current->Charge - Charge.Of(1, 1, 0, 0), halfway: true);
                break;
            default:
                End(exit, current);
                blocks.ResolvePending();
                ReportUserMode();
                break;
        }
    }

    /// <summary>Counts what has run, and goes on at an op later.</summary>
    private void Suspend(Op* o, long charge, bool halfway = false)
    {
        slice.Count(charge);
        c->Current = null;
        if (o != null) c->Rip = halfway ? SecondRipOf(o) : o->Rip;
        SetNext(o, halfway);
    }

    private ulong SecondRipOf(Op* fused) =>
        blocks.TryFindOwner(fused, out BlockCache.Entry block) ? stepped.OpsOf(block)[SteppedBlock.IndexOf(fused, isHalfway: true)]->Rip : fused->NextRip;

    private void SetNext(Op* o, bool halfway)
    {
        next = o;
        isHalfway = halfway;
        nextRip = c->Rip;
    }

    /// <summary>Counts what has run and ends the slice. A fault is delivered; RIP is where the guest goes on.</summary>
    private void End(ExitReason exit, Op* current)
    {
        bool isUnfinished = current != null && exit is ExitReason.Fault or ExitReason.Stale or ExitReason.Suspended;
        slice.Count(isUnfinished ? Charge.Before(current) : 0);
        if (isUnfinished || (current != null && exit == ExitReason.SliceEnd)) c->Rip = current->Rip;
        c->Current = null;
        next = null;
        slice.Close();
        if (exit is not (ExitReason.Fault or ExitReason.FetchFault)) return;
        processor.Monitor.Forget();   // the instruction has not completed
        if (loop.PendingStop == StopReason.Watchpoint) loop.PendingStop = null;
        processor.Interrupts.DeliverFault();
    }

    /// <summary>Gives the op that <see cref="LeaveBehindInstruction"/> broke its handler back, unless its block was dropped.</summary>
    private void Mend()
    {
        if (broken == null) return;
        if ((nint)broken->Handler == suspend.Address) broken->Handler = brokenHandler.Pointer;
        broken = null;
    }

    private void ReportUserMode()
    {
        if (slice.Cpl != 3 && c->Cpl == 3) processor.UserModeHook?.Invoke();
    }
}
