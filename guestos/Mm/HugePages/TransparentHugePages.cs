namespace GuestOs.Mm;

/// <summary>Which anonymous memory gets huge pages by itself: the setting of that name below /sys/kernel/mm/transparent_hugepage.</summary>
internal enum HugePagePolicy
{
    /// <summary>All that is large enough.</summary>
    Always,

    /// <summary>What madvise(MADV_HUGEPAGE) asked it for.</summary>
    Advised,

    /// <summary>None.</summary>
    Never,
}

/// <summary>Who waits at a page fault until memory has been moved to make a huge page: the setting defrag.</summary>
internal enum DefragPolicy
{
    /// <summary>All that may have huge pages.</summary>
    Always,

    /// <summary>Nobody: khugepaged makes the page later.</summary>
    Deferred,

    /// <summary>What asked for huge pages; the rest as <see cref="Deferred"/>.</summary>
    DeferredUnlessAdvised,

    /// <summary>What asked for huge pages.</summary>
    Advised,

    /// <summary>Nobody.</summary>
    Never,
}

/// <summary>Settings and counters of transparent huge pages, and who may have them.</summary>
internal static class TransparentHugePages
{
    /// <summary>transparent_hugepage/enabled.</summary>
    public static HugePagePolicy Policy = HugePagePolicy.Advised;

    /// <summary>transparent_hugepage/defrag.</summary>
    public static DefragPolicy Defrag = DefragPolicy.Advised;

    /// <summary>transparent_hugepage/use_zero_page: reads of untouched memory map 2 MiB of zeros that all share.</summary>
    public static int UsesZeroPage = 1;

    /// <summary>Huge pages that programs have mapped as such, each counted once: nr_anon_transparent_hugepages.</summary>
    public static ulong MappedPages;

    /// <summary>Counters of /proc/vmstat, by the names there: thp_fault_alloc.</summary>
    public static ulong FaultAllocations;

    /// <summary>thp_fault_fallback.</summary>
    public static ulong FaultFallbacks;

    /// <summary>thp_collapse_alloc: pages made for memory that was mapped in small ones.</summary>
    public static ulong CollapseAllocations;

    /// <summary>thp_collapse_alloc_failed.</summary>
    public static ulong CollapseFailures;

    /// <summary>thp_split_page: pages that reclaim or advice has taken apart.</summary>
    public static ulong SplitPages;

    /// <summary>thp_deferred_split_page: pages of which a part was unmapped. Here they come apart at once; Linux waits until memory is short.</summary>
    public static ulong DeferredSplits;

    /// <summary>thp_swpout: pages that went to swap space as a whole.</summary>
    public static ulong SwapOuts;

    /// <summary>thp_swpout_fallback: pages that came apart before they went to swap space.</summary>
    public static ulong SwapOutFallbacks;

    /// <summary>thp_split_pmd: mappings that became 512 small ones.</summary>
    public static ulong SplitMappings;

    /// <summary>thp_zero_page_alloc.</summary>
    public static ulong ZeroPageAllocations;

    /// <summary>thp_zero_page_alloc_failed.</summary>
    public static ulong ZeroPageFailures;

    /// <summary>True when nothing about the area speaks against huge pages; the policy may.</summary>
    public static bool Permits(VmArea area) => area.Source == null && (area.Flags & VmFlags.NoHugePages) == 0 && !area.Space.HugePagesDisabled;

    /// <summary>True when the area's memory is mapped in huge pages by itself, wherever it is large enough.</summary>
    public static bool Allows(VmArea area) =>
        (Policy == HugePagePolicy.Always || Policy == HugePagePolicy.Advised && (area.Flags & VmFlags.HugePages) != 0) && Permits(area);

    /// <summary>True when a fault in the area may move other memory out of the way.</summary>
    public static bool MayCompact(VmArea area) => Defrag switch
    {
        DefragPolicy.Always => true,
        DefragPolicy.Advised or DefragPolicy.DeferredUnlessAdvised => (area.Flags & VmFlags.HugePages) != 0,
        _ => false,
    };

    /// <summary>True when the aligned 2 MiB around an address lie within the area.</summary>
    public static bool Fits(VmArea area, ulong address)
    {
        ulong start = HugePage.RoundDown(address);
        return start >= area.Start && start + HugePage.Bytes <= area.End;
    }

    /// <summary>True when an area has room for a huge page at all: smaps' THPeligible.</summary>
    public static bool IsEligible(VmArea area) => Allows(area) && Fits(area, area.Start + HugePage.Bytes - 1);
}
