using X64Emu.Cpu;
using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Memory;

/// <summary>How a TLB entry differs from the page tables.</summary>
[Flags]
public enum TlbDifferences
{
    /// <summary>It agrees.</summary>
    None = 0,

    /// <summary>The tables do not map the address any more.</summary>
    NotMapped = 1,

    /// <summary>The tables lead to another frame.</summary>
    OtherFrame = 2,

    /// <summary>The entry allows writing, the tables do not.</summary>
    Writable = 4,

    /// <summary>The entry allows user mode, the tables do not.</summary>
    User = 8,

    /// <summary>The entry allows execution, the tables do not.</summary>
    Executable = 16,

    /// <summary>The tables now map smaller pages.</summary>
    SmallerPages = 32,

    /// <summary>The tables' dirty bit was cleared: a write by way of the entry will not set it again.</summary>
    DirtyBitCleared = 64,

    /// <summary>The tables allow more than the entry. Harmless: the processor walks again before it faults.</summary>
    FewerRights = 128,
}

/// <summary>A TLB entry beside what the page tables say.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Walk">The walk of the current tables for its address; null for an entry of another process context, which cannot be compared.</param>
/// <param name="Differences">How they differ.</param>
/// <param name="LastWrite">The last write to one of the table entries of the walk; null when it is not known.</param>
public sealed record TlbComparison(TlbEntryInfo Entry, PageWalkReport? Walk, TlbDifferences Differences, PageTableWrite? LastWrite)
{
    /// <summary>True when the entry lets the processor do what the tables forbid or put elsewhere: an INVLPG is missing.</summary>
    public bool IsStale => (Differences & ~TlbDifferences.FewerRights) != 0;

    /// <summary>Compares every valid TLB entry with the current page tables. Changes nothing in the machine.</summary>
    public static IReadOnlyList<TlbComparison> All(Processor processor, PageTableReader tables)
    {
        ArgumentNullException.ThrowIfNull(processor);
        ArgumentNullException.ThrowIfNull(tables);
        const ulong ProcessContexts = 1 << 17;
        int pcid = (processor.Registers.Cr4 & ProcessContexts) != 0 ? (int)(processor.Registers.Cr3 & 0xfff) : 0;
        return [.. processor.TlbEntries().Select(entry => Compare(entry, processor, tables, pcid))];
    }

    private static TlbComparison Compare(TlbEntryInfo entry, Processor processor, PageTableReader tables, int pcid)
    {
        if (!entry.IsGlobal && entry.Pcid != pcid) return new TlbComparison(entry, null, TlbDifferences.None, null);
        PageWalkReport walk = tables.Walk(entry.VirtualBase, tables.CurrentCr3);
        return new TlbComparison(entry, walk, Differ(entry, walk), LastWriteOf(walk, processor.PageTableWrites));
    }

    private static TlbDifferences Differ(in TlbEntryInfo entry, PageWalkReport walk)
    {
        if (walk.Mapping is not { } page) return TlbDifferences.NotMapped;
        TlbDifferences differences = TlbDifferences.None;
        if (page.Translate(entry.VirtualBase) != entry.PhysicalBase) differences |= TlbDifferences.OtherFrame;
        if (page.SizeBytes < entry.SizeBytes) differences |= TlbDifferences.SmallerPages;
        PagePermissions cached = entry.Permissions, now = page.Permissions;
        if (cached.IsWritable && !now.IsWritable) differences |= TlbDifferences.Writable;
        if (cached.IsUser && !now.IsUser) differences |= TlbDifferences.User;
        if (!cached.IsNoExecute && now.IsNoExecute) differences |= TlbDifferences.Executable;
        if (entry.IsDirty && !page.Entry.IsDirty) differences |= TlbDifferences.DirtyBitCleared;
        if ((now.IsWritable && !cached.IsWritable) || (now.IsUser && !cached.IsUser) || (!now.IsNoExecute && cached.IsNoExecute))
            differences |= TlbDifferences.FewerRights;
        return differences;
    }

    private static PageTableWrite? LastWriteOf(PageWalkReport walk, PageTableWriteLog log)
    {
        PageTableWrite? last = null;
        foreach (PageWalkLevel step in walk.Levels)
        {
            if (log.TryGetLast(step.EntryAddress, out PageTableWrite write) && (last is null || write.Instruction > last.Value.Instruction)) last = write;
        }
        return last;
    }
}
