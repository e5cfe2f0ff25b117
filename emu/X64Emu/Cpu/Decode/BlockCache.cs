using System.Runtime.InteropServices;
using X64Emu.Bus;
using X64Emu.Cpu.Floating;
using X64Emu.Paging;

namespace X64Emu.Cpu.Decode;

/// <summary>
/// The decoded blocks by physical address. A block is also tied to the virtual address, code width and floating-point modes it was decoded
/// for, since its ops hold them. Blocks are dropped, a physical page at a time, when the page is written.
/// </summary>
/// <remarks>Bounds: ops live in one unmanaged array of <see cref="Capacity"/> ops; <see cref="NewOp"/> hands out each slot once, and
/// <see cref="HasRoom"/> is checked before a block is built. Slots are reused only by <see cref="Reset"/>, which the run loop calls while
/// no handler runs.</remarks>
internal sealed unsafe class BlockCache : IDisposable
{
    /// <summary>More ops than a block ever takes: 64 instructions, two successors each at most.</summary>
    private const int LargestBlock = 256;
    private const int Capacity = 1 << 18;

    private readonly CpuState* c;
    private readonly CodePageMap codePages;
    private readonly TranslationUnit mmu;
    private readonly Dictionary<Key, nint> blocks = [];
    private readonly Dictionary<ulong, List<Entry>> blocksByPage = [];
    private readonly Dictionary<nint, ulong> secondPages = [];
    private readonly Queue<nint> pending = new();
    private Op* arena;
    private int used;

    public BlockCache(CpuState* state, TranslationUnit mmu, CodePageMap codePages)
    {
        c = state;
        this.mmu = mmu;
        this.codePages = codePages;
        arena = (Op*)NativeMemory.AlignedAlloc((nuint)Capacity * (nuint)sizeof(Op), 64);
    }

    private readonly record struct Key(ulong Physical, ulong Virtual, int CodeBits, FloatingModes FloatingModes);

    private readonly record struct Entry(Key Key, nint First, int Count);

    /// <summary>False when the next block may not fit and <see cref="Reset"/> is due.</summary>
    public bool HasRoom => used + LargestBlock <= Capacity;

    /// <summary>The floating-point modes that blocks are decoded for now.</summary>
    public FloatingModes FloatingModes => c->FloatingModes;

    /// <summary>The block decoded at this place, or null.</summary>
    public Op* Find(ulong physical, ulong virtualAddress) =>
        blocks.TryGetValue(KeyOf(physical, virtualAddress), out nint block) ? (Op*)block : null;

    /// <summary>A new op, all zero.</summary>
    public Op* NewOp()
    {
        Op* o = arena + used++;
        *o = default;
        return o;
    }

    /// <summary>Where the next <see cref="NewOp"/> will be, to know how many ops a block took.</summary>
    public Op* Position => arena + used;

    /// <summary>Takes back the ops from <paramref name="first"/> on: a block that is run once and not kept.</summary>
    public void Release(Op* first)
    {
        used = (int)(first - arena);
        pending.Clear();
    }

    /// <summary>Keeps a block and marks the pages it came from as code.</summary>
    /// <param name="first">Its first op; the block's ops and stubs reach up to <see cref="Position"/>.</param>
    /// <param name="physical">Physical address of its first byte.</param>
    /// <param name="virtualAddress">Virtual address of its first byte.</param>
    /// <param name="secondPage">Physical page number of the page its last instruction reaches into, or null.</param>
    public void Add(Op* first, ulong physical, ulong virtualAddress, ulong? secondPage)
    {
        Key key = KeyOf(physical, virtualAddress);
        blocks[key] = (nint)first;
        Entry entry = new(key, (nint)first, (int)(Position - first));
        AddToPage(physical >> 12, entry);
        if (secondPage is not { } page) return;
        secondPages[(nint)first] = page;
        AddToPage(page, entry);
    }

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
            Op* o = (Op*)entry.First;
            for (int index = 0; index < entry.Count; index++) o[index].Handler = stale.Pointer;
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
        blocksByPage.Clear();
        secondPages.Clear();
        pending.Clear();
        used = 0;
        mmu.FlushFast();
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(arena);
        arena = null;
    }

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
