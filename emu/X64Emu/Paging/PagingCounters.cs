namespace X64Emu.Paging;

/// <summary>What paging did, exactly. Loads, stores and fetch lookups are counted by the run loop; these are the rarer events.</summary>
public sealed class PagingCounters
{
    /// <summary>Data lookups for reads that missed the first-level data TLB and hit the second level.</summary>
    public long DataLoadL2Hits { get; internal set; }

    /// <summary>Data lookups for writes that missed the first-level data TLB and hit the second level.</summary>
    public long DataStoreL2Hits { get; internal set; }

    /// <summary>Instruction lookups that missed the first-level instruction TLB and hit the second level.</summary>
    public long FetchL2Hits { get; internal set; }

    /// <summary>Data lookups for reads that missed every level and caused a walk.</summary>
    public long DataLoadMisses { get; internal set; }

    /// <summary>Data lookups for writes that missed every level and caused a walk.</summary>
    public long DataStoreMisses { get; internal set; }

    /// <summary>Instruction lookups that missed every level and caused a walk.</summary>
    public long FetchMisses { get; internal set; }

    /// <summary>Lookups that hit an entry without the right needed, or a clean one for a write: the tables are walked again.</summary>
    public long PermissionWalks { get; internal set; }

    /// <summary>Walks that found a 4 KiB page.</summary>
    public long Walks4K { get; internal set; }

    /// <summary>Walks that found a 2 MiB page.</summary>
    public long Walks2M { get; internal set; }

    /// <summary>Walks that found a 1 GiB page.</summary>
    public long Walks1G { get; internal set; }

    /// <summary>Walks that ended in a page fault; not part of the counts by page size.</summary>
    public long WalksFaulted { get; internal set; }

    /// <summary>Paging-structure entries read by walks, faulted ones included.</summary>
    public long WalkMemoryReads { get; internal set; }

    /// <summary>Paging-structure entries written to set A or D.</summary>
    public long WalkMemoryWrites { get; internal set; }

    /// <summary>INVLPG instructions.</summary>
    public long Invlpg { get; internal set; }

    /// <summary>INVPCID instructions.</summary>
    public long Invpcid { get; internal set; }

    /// <summary>Loads of CR3 that flushed the non-global entries of a context.</summary>
    public long Cr3LoadsFlushing { get; internal set; }

    /// <summary>Loads of CR3 that kept the TLB (CR4.PCIDE with bit 63 set).</summary>
    public long Cr3LoadsKeeping { get; internal set; }

    /// <summary>Flushes of everything, global entries included: changes of CR0.PG, CR4.PGE, CR4.PCIDE, SMEP or EFER.</summary>
    public long GlobalFlushes { get; internal set; }
}
