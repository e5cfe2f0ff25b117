using X64Emu.Bus;

namespace X64Emu.Cpu.Decode;

/// <summary>
/// What a debugger needs of decoded blocks: which of them hold a breakpoint and must be stepped through, and the ops for stepping through
/// a block. The cached blocks, their bounds and their links stay as they are, so that no count depends on a debugger.
/// </summary>
internal sealed unsafe class SteppedBlocks : IDisposable
{
    private const int Capacity = 1 << 14;

    private readonly BlockCache blocks;
    private readonly GuestRam ram;
    private readonly BreakpointSet breakpoints;
    private readonly CpuModel model;
    private readonly Dictionary<nint, nint> guarded = [];
    private readonly Dictionary<nint, SteppedBlock> stepped = [];
    private OpArena? ops;
    private BlockBuilder? builder;

    public SteppedBlocks(BlockCache blocks, GuestRam ram, BreakpointSet breakpoints, CpuModel model)
    {
        this.blocks = blocks;
        this.ram = ram;
        this.breakpoints = breakpoints;
        this.model = model;
        blocks.Stepped = this;
    }

    /// <summary>Whether a block holds a breakpoint.</summary>
    public bool IsGuarded(in BlockCache.Entry block) => guarded.ContainsKey(block.First);

    /// <summary>The ops for stepping through a block.</summary>
    public SteppedBlock OpsOf(in BlockCache.Entry block)
    {
        if (stepped.TryGetValue(block.First, out SteppedBlock found)) return found;
        if (ops is null || builder is null)
        {
            ops = new OpArena(Capacity);
            builder = new BlockBuilder(blocks, ops, model);
        }
        if (!ops.HasRoom)
        {
            ops.Reset();
            stepped.Clear();
        }
        return stepped[block.First] = Build(block, ops, builder);
    }

    /// <summary>Finds the blocks with breakpoints anew.</summary>
    public void BreakpointsChanged()
    {
        breakpoints.HasChanged = false;
        foreach ((nint first, nint handler) in guarded) ((Op*)first)->Handler = new Handler(handler).Pointer;
        guarded.Clear();
        if (breakpoints.Count == 0) return;
        foreach (BlockCache.Entry block in blocks.Entries) Guard(block);
    }

    /// <summary>A block has been decoded.</summary>
    public void Added(in BlockCache.Entry block)
    {
        if (breakpoints.Count > 0) Guard(block);
    }

    /// <summary>A block has been dropped.</summary>
    public void Dropped(in BlockCache.Entry block)
    {
        guarded.Remove(block.First);
        stepped.Remove(block.First);
    }

    /// <summary>All blocks have been dropped.</summary>
    public void Emptied()
    {
        guarded.Clear();
        stepped.Clear();
        ops?.Reset();
    }

    public void Dispose() => ops?.Dispose();

    private void Guard(in BlockCache.Entry block)
    {
        Op* first = (Op*)block.First, last = first;
        while (last[1].Instructions != 0 && Charge.Instructions(last[1].Charge) > Charge.Instructions(last->Charge)) last++;
        if (!breakpoints.AnyIn(block.Key.Virtual, block.Key.Physical, last->NextRip - first->Rip)) return;
        guarded[block.First] = (nint)first->Handler;
        first->Handler = Handler.Of(&Resolver.Guarded).Pointer;
    }

    /// <summary>Decodes the bytes that the block was decoded from: they are the same, or it would have been dropped.</summary>
    private SteppedBlock Build(in BlockCache.Entry block, OpArena ops, BlockBuilder builder)
    {
        (ulong physical, ulong virtualAddress, int codeBits, _) = block.Key;
        ReadOnlySpan<byte> page = CodePage.At(ram, physical);
        bool straddles = (((Op*)block.First)->Scale & Op.Straddles) != 0;
        if (straddles)
            builder.DecodeStraddling(page, CodePage.At(ram, blocks.SecondPageOf((Op*)block.First) << 12), virtualAddress, codeBits);
        else builder.Decode(page, virtualAddress, codeBits, int.MaxValue);
        nint first = (nint)builder.Build(straddles, BlockUse.Stepping);
        return new SteppedBlock(first, builder.Count, builder.HasSuccessors);
    }
}

/// <summary>The ops for stepping through a block: one for each instruction, and one behind each that leaves the chain.</summary>
/// <param name="First">The first op.</param>
/// <param name="Count">How many instructions there are.</param>
/// <param name="HasSuccessors">Whether the last one goes on through Target and Next, which are the cached block's.</param>
internal readonly unsafe record struct SteppedBlock(nint First, int Count, bool HasSuccessors)
{
    /// <summary>The op of an instruction, from 0 on.</summary>
    public Op* this[int index] => (Op*)First + 2 * index;

    /// <summary>Which instruction comes next at an op of the cached block; <see cref="Count"/> at the op that ends a cut block.</summary>
    /// <param name="o">The op.</param>
    /// <param name="isHalfway">Whether the first of its two instructions is done.</param>
    public static int IndexOf(Op* o, bool isHalfway) => Charge.Instructions(o->Charge) - o->Instructions + (isHalfway ? 1 : 0);

    /// <summary>The op of a cached block that holds an instruction.</summary>
    /// <param name="first">The block's first op.</param>
    /// <param name="index">The instruction, from 0 on; their count for the op that ends a cut block.</param>
    /// <param name="isHalfway">Whether it is the second of the op's two.</param>
    public static Op* Locate(Op* first, int index, out bool isHalfway)
    {
        Op* o = first;
        while (o->Instructions != 0 && Charge.Instructions(o->Charge) <= index) o++;
        isHalfway = IndexOf(o, isHalfway: false) < index;
        return o;
    }
}
