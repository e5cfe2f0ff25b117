using X64Emu.Bus;
using X64Emu.Cpu.Floating;
using X64Emu.Paging;

namespace X64Emu.Cpu.Decode;

/// <summary>
/// The decoded blocks by physical address. A block is also tied to the virtual address, code width and floating-point modes it was decoded
/// for, since its ops hold them. Blocks are dropped, a physical page at a time, when the page is written.
/// </summary>
/// <remarks>Ops are reused only by <see cref="Reset"/>, which the run loop calls while no handler runs.</remarks>
internal sealed unsafe class BlockCache : IDisposable
{
    private const int Capacity = 1 << 18;
    private const int RecentCount = 1 << 12;

    private readonly CpuState* c;
    private readonly CodePageMap codePages;
    private readonly TranslationUnit mmu;
    private readonly Dictionary<Key, nint> blocks = [];

    // In front of the dictionary, by low bits of the address: each load of CR3 has all blocks in use looked up again.
    private readonly Entry[] recent = new Entry[RecentCount];
    private readonly Dictionary<ulong, List<Entry>> blocksByPage = [];
    private readonly Dictionary<nint, ulong> secondPages = [];
    private readonly List<Entry> inOrder = [];
    private readonly Queue<nint> pending = new();

    public BlockCache(CpuState* state, TranslationUnit mmu, CodePageMap codePages)
    {
        c = state;
        this.mmu = mmu;
        this.codePages = codePages;
    }

    /// <summary>Where a block was decoded, and for what.</summary>
    internal readonly record struct Key(ulong Physical, ulong Virtual, int CodeBits, FloatingModes FloatingModes);

    /// <summary>A block: its first op and how many there are, stubs included.</summary>
    internal readonly record struct Entry(Key Key, nint First, int Count);

    /// <summary>Where ops are made.</summary>
    public OpArena Ops { get; } = new(Capacity);

    /// <summary>Which blocks are run one instruction at a time; told of all that come and go.</summary>
    public SteppedBlocks? Stepped { get; set; }

    /// <summary>False when the next block may not fit and <see cref="Reset"/> is due.</summary>
    public bool HasRoom => Ops.HasRoom;

    /// <summary>The floating-point modes that blocks are decoded for now.</summary>
    public FloatingModes FloatingModes => c->FloatingModes;

    /// <summary>The block decoded at this place, or null.</summary>
    public Op* Find(ulong physical, ulong virtualAddress)
    {
        Key key = KeyOf(physical, virtualAddress);
        ref Entry entry = ref RecentOf(key);
        if (entry.Key == key) return (Op*)entry.First;
        if (!blocks.TryGetValue(key, out nint block)) return null;
        entry = new Entry(key, block, 0);
        return (Op*)block;
    }

    /// <summary>Takes back the ops from <paramref name="first"/> on: a block that is run once and not kept.</summary>
    public void Release(Op* first)
    {
        Ops.Release(first);
        pending.Clear();
    }

    /// <summary>Keeps a block and marks the pages it came from as code.</summary>
    /// <param name="first">Its first op; the block's ops and stubs reach up to the arena's position.</param>
    /// <param name="physical">Physical address of its first byte.</param>
    /// <param name="virtualAddress">Virtual address of its first byte.</param>
    /// <param name="secondPage">Physical page number of the page its last instruction reaches into, or null.</param>
    public void Add(Op* first, ulong physical, ulong virtualAddress, ulong? secondPage)
    {
        Key key = KeyOf(physical, virtualAddress);
        blocks[key] = (nint)first;
        RecentOf(key) = default;
        Entry entry = new(key, (nint)first, (int)(Ops.Position - first));
        inOrder.Add(entry);
        Stepped?.Added(entry);
        AddToPage(physical >> 12, entry);
        if (secondPage is not { } page) return;
        secondPages[(nint)first] = page;
        AddToPage(page, entry);
    }

    /// <summary>The block that an op or stub belongs to; false when it has been dropped.</summary>
    public bool TryFindOwner(Op* o, out Entry entry)
    {
        // Blocks are made, and so lie in the arena, in ascending order.
        int low = 0, high = inOrder.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (inOrder[middle].First <= (nint)o) low = middle + 1;
            else high = middle;
        }
        entry = low == 0 ? default : inOrder[low - 1];
        return o - (Op*)entry.First < entry.Count && IsValid(entry);
    }

    /// <summary>Every block that has not been dropped.</summary>
    public IEnumerable<Entry> Entries => inOrder.Where(IsValid);

    private bool IsValid(Entry entry) => blocks.TryGetValue(entry.Key, out nint current) && current == entry.First;

    /// <summary>The physical page number that a straddling block's second part was decoded from.</summary>
    public ulong SecondPageOf(Op* block) => secondPages.GetValueOrDefault((nint)block, ulong.MaxValue);

    /// <summary>Drops all blocks that have bytes in a physical page. A block that is running leaves at its next op.</summary>
    public void DropPage(ulong physicalPage)
    {
        codePages.Clear(physicalPage);
        if (!blocksByPage.Remove(physicalPage, out List<Entry>? entries)) return;
        Handler stale = Handler.Of(&Resolver.Stale);
        foreach (Entry entry in entries)
        {
            if (blocks.TryGetValue(entry.Key, out nint current) && current == entry.First) blocks.Remove(entry.Key);
            RecentOf(entry.Key) = default;
            Op* o = (Op*)entry.First;
            JumpCache.Forget(c, entry.Key.Virtual, o);
            for (int index = 0; index < entry.Count; index++) o[index].Handler = stale.Pointer;
            Stepped?.Dropped(entry);
        }
    }

    /// <summary>The compiled code of a handler for an op, or its stub for now; <see cref="ResolvePending"/> tries again later.</summary>
    public Handler Resolve(Handler handler, Op* o)
    {
        Handler resolved = HandlerCode.Resolve(handler);
        if (resolved == handler) pending.Enqueue((nint)o);
        return resolved;
    }

    /// <summary>Replaces stubs by compiled code in some of the ops that have run since. Cheap; called once a slice.</summary>
    public void ResolvePending()
    {
        for (int tries = Math.Min(pending.Count, 128); tries > 0; tries--)
        {
            Op* o = (Op*)pending.Dequeue();
            Handler handler = new((nint)o->Handler);
            o->Handler = Resolve(handler, o).Pointer;
        }
    }

    /// <summary>Whether successors may jump straight to a block; a straddling one must look both its pages up each time.</summary>
    public static bool MayLink(Op* block) => (block->Scale & Op.Straddles) == 0;

    /// <summary>Drops everything. Only while no handler runs.</summary>
    public void Reset()
    {
        foreach (ulong page in blocksByPage.Keys) codePages.Clear(page);
        blocks.Clear();
        Array.Clear(recent);
        blocksByPage.Clear();
        secondPages.Clear();
        inOrder.Clear();
        pending.Clear();
        Ops.Reset();
        Stepped?.Emptied();
        mmu.FlushFast();
    }

    public void Dispose() => Ops.Dispose();

    // An empty place fits no key: there is code of 16, 32 and 64 bits, none of 0.
    private ref Entry RecentOf(in Key key) => ref recent[(int)(key.Physical ^ key.Physical >> 12) & (RecentCount - 1)];

    private Key KeyOf(ulong physical, ulong virtualAddress) => new(physical, virtualAddress, c->CodeBits, c->FloatingModes);

    private void AddToPage(ulong page, Entry entry)
    {
        if (!blocksByPage.TryGetValue(page, out List<Entry>? entries))
        {
            blocksByPage[page] = entries = [];
            codePages.Mark(page);
            mmu.ForbidFastWrites(page);
        }
        entries.Add(entry);
    }
}
