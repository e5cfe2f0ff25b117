using X64Emu.Bus;

namespace X64Emu.Cpu;

/// <summary>
/// A run of blocks between two looks at interrupts, timers and devices: how long it may last, and what of it has been counted. The run loop
/// may stop in the middle of it and go on later; when it ends does not depend on that.
/// </summary>
internal sealed unsafe class Slice(CpuState* state, ExecutionCounters counters, VirtualClock clock)
{
    private readonly CpuState* c = state;
    private ulong startNanoseconds;
    private long countedInstructions, countedFetches, countedLoads, countedStores;

    /// <summary>Instructions withheld from <see cref="CpuState.Remaining"/>, so that the chain leaves before the slice ends.</summary>
    private long held;

    /// <summary>True from the start of a slice until it ends.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>True when it is a single instruction that the guest looks at: by TF, a debug register, or in an interrupt shadow.</summary>
    public bool IsSingleStep { get; private set; }

    /// <summary>The privilege level of the slice; a change ends it.</summary>
    public int Cpl { get; private set; }

    /// <summary>True when the slice's instructions are used up; it ends at the end of a block only.</summary>
    public bool IsUsedUp => c->Remaining < 0;

    /// <summary>Instructions in the slice so far, those of the block that runs not included.</summary>
    public long Instructions => c->SliceInstructions - 1 - (c->Remaining >> 48);

    public void Open(long instructions, bool singleStep)
    {
        startNanoseconds = clock.NowNanoseconds;
        (Cpl, IsSingleStep, IsOpen) = (c->Cpl, singleStep, true);
        c->SliceInstructions = instructions;
        c->Remaining = Charge.Slice(instructions);
        countedInstructions = countedFetches = countedLoads = countedStores = held = 0;
    }

    public void Close() => IsOpen = false;

    /// <summary>Lets the chain leave at the end of the block in which so many more are used up, counted from the start of the block that runs.</summary>
    public void Hold(long instructions)
    {
        long more = (c->Remaining >> 48) + 1 - instructions;
        if (more <= 0) return;
        held += more;
        Shorten(more);
    }

    /// <summary>Gives back what <see cref="Hold"/> withheld.</summary>
    public void Unhold()
    {
        Shorten(-held);
        held = 0;
    }

    /// <summary>Ends the slice at the end of the block that runs.</summary>
    public void EndSoon()
    {
        long left = (c->Remaining >> 48) + 1;
        if (left + held <= 0) return;
        held = 0;
        Shorten(left);
    }

    /// <summary>Virtual time once what is charged and <paramref name="charge"/> have run.</summary>
    public ulong TimeAfter(long charge) => startNanoseconds + (ulong)(Instructions + Charge.Instructions(charge));

    /// <summary>How many instructions have run and are not in the counters yet; <paramref name="charge"/> is what has run of the block.</summary>
    public long Uncounted(long charge) => Instructions + Charge.Instructions(charge) - countedInstructions;

    /// <summary>Takes what has run into the counters and virtual time.</summary>
    /// <param name="charge">What has run of a block that has not been charged.</param>
    public void Count(long charge)
    {
        long done = c->Remaining + charge;
        long instructions = c->SliceInstructions - 1 - (done >> 48);
        counters.Instructions += instructions - countedInstructions;
        if (Cpl == 3) counters.UserInstructions += instructions - countedInstructions;
        counters.FetchLookups += Charge.Fetches(done) - countedFetches;
        counters.Loads += Charge.Loads(done) - countedLoads + c->ExtraLoads;
        counters.Stores += Charge.Stores(done) - countedStores + c->ExtraStores;
        (countedInstructions, countedFetches) = (instructions, Charge.Fetches(done));
        (countedLoads, countedStores) = (Charge.Loads(done), Charge.Stores(done));
        c->ExtraLoads = c->ExtraStores = 0;
        clock.AdvanceTo(startNanoseconds + (ulong)instructions);
    }

    private void Shorten(long instructions)
    {
        c->Remaining -= instructions << 48;
        c->SliceInstructions -= instructions;
    }
}
