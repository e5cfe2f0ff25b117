using System;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>
/// /sys/kernel/mm/transparent_hugepage and hugepages (Linux's Documentation/admin-guide/mm/transhuge.rst and hugetlbpage.rst), and what /proc/vmstat and
/// meminfo say of huge pages.
/// </summary>
internal static unsafe class HugePageSettings
{
    public static void AddTo(KernelNode memory)
    {
        KernelNode transparent = memory.AddDirectory("transparent_hugepage"u8);
        transparent.AddFile("enabled"u8, &ShowPolicy, &StorePolicy);
        transparent.AddFile("defrag"u8, &ShowDefrag, &StoreDefrag);
        transparent.AddConstant("hpage_pmd_size"u8, HugePage.Bytes);
        transparent.AddNumber("use_zero_page"u8, ref TransparentHugePages.UsesZeroPage, 0, 1);
        CollapseSettings.AddTo(transparent.AddDirectory("khugepaged"u8));
        KernelNode pool = memory.AddDirectory("hugepages"u8).AddDirectory("hugepages-2048kB"u8);
        pool.AddFile("free_hugepages"u8, &ShowFree);
        AddPoolSizes(pool);
        pool.AddFile("resv_hugepages"u8, &ShowReserved);
        pool.AddFile("surplus_hugepages"u8, &ShowSurplus);
    }

    /// <summary>The sizes of the pool that can be set, also in /proc/sys/vm.</summary>
    public static void AddPoolSizes(KernelNode directory)
    {
        directory.AddNumber("nr_hugepages"u8, ref HugeTlbPool.Size, 0, uint.MaxValue, &HugeTlbPool.Resize);
        directory.AddNumber("nr_hugepages_mempolicy"u8, ref HugeTlbPool.Size, 0, uint.MaxValue, &HugeTlbPool.Resize);
        directory.AddNumber("nr_overcommit_hugepages"u8, ref HugeTlbPool.OvercommitLimit, 0, uint.MaxValue);
    }

    /// <summary>The lines of /proc/meminfo.</summary>
    public static void WriteSizes(ref TextWriter writer)
    {
        Size(ref writer, "AnonHugePages:  "u8, TransparentHugePages.MappedPages);
        Size(ref writer, "ShmemHugePages: "u8, 0);
        Size(ref writer, "FileHugePages:  "u8, 0);
        writer.Line("HugePages_Total:   "u8, HugeTlbPool.Total, 5);
        writer.Line("HugePages_Free:    "u8, HugeTlbPool.Free, 5);
        writer.Line("HugePages_Rsvd:    "u8, HugeTlbPool.Reserved, 5);
        writer.Line("HugePages_Surp:    "u8, HugeTlbPool.Surplus, 5);
        Size(ref writer, "Hugepagesize:   "u8, 1);
        Size(ref writer, "Hugetlb:        "u8, HugeTlbPool.Total);
    }

    /// <summary>The lines of /proc/vmstat, of moved pages too.</summary>
    public static void WriteCounters(ref TextWriter writer)
    {
        writer.Line("nr_anon_transparent_hugepages "u8, TransparentHugePages.MappedPages);
        writer.Line("pgmigrate_success "u8, Migrate.Successes);
        writer.Line("pgmigrate_fail "u8, Migrate.Failures);
        writer.Line("compact_migrate_scanned "u8, Compaction.PagesScanned);
        writer.Line("compact_free_scanned "u8, Compaction.FreeFramesScanned);
        writer.Line("compact_isolated "u8, Compaction.PagesIsolated);
        writer.Line("compact_stall "u8, Compaction.Stalls);
        writer.Line("compact_fail "u8, Compaction.Failures);
        writer.Line("compact_success "u8, Compaction.Successes);
        writer.Line("thp_fault_alloc "u8, TransparentHugePages.FaultAllocations);
        writer.Line("thp_fault_fallback "u8, TransparentHugePages.FaultFallbacks);
        writer.Line("thp_collapse_alloc "u8, TransparentHugePages.CollapseAllocations);
        writer.Line("thp_collapse_alloc_failed "u8, TransparentHugePages.CollapseFailures);
        writer.Line("thp_split_page "u8, TransparentHugePages.SplitPages);
        writer.Line("thp_deferred_split_page "u8, TransparentHugePages.DeferredSplits);
        writer.Line("thp_split_pmd "u8, TransparentHugePages.SplitMappings);
        writer.Line("thp_scan_exceed_none_pte "u8, CollapseScan.MissingExceeded);
        writer.Line("thp_scan_exceed_swap_pte "u8, CollapseScan.SwappedExceeded);
        writer.Line("thp_scan_exceed_share_pte "u8, CollapseScan.SharedExceeded);
        writer.Line("thp_zero_page_alloc "u8, TransparentHugePages.ZeroPageAllocations);
        writer.Line("thp_zero_page_alloc_failed "u8, TransparentHugePages.ZeroPageFailures);
        writer.Line("thp_swpout "u8, TransparentHugePages.SwapOuts);
        writer.Line("thp_swpout_fallback "u8, TransparentHugePages.SwapOutFallbacks);
    }

    private static void ShowPolicy(ref TextWriter writer) => ShowChoices(ref writer, (int)TransparentHugePages.Policy, (int)HugePagePolicy.Never, &PolicyName);

    private static int StorePolicy(ReadOnlySpan<byte> text)
    {
        int choice = FindChoice(text, (int)HugePagePolicy.Never, &PolicyName);
        if (choice >= 0) TransparentHugePages.Policy = (HugePagePolicy)choice;
        return choice < 0 ? choice : 0;
    }

    private static ReadOnlySpan<byte> PolicyName(int choice) => (HugePagePolicy)choice switch
    {
        HugePagePolicy.Always => "always"u8,
        HugePagePolicy.Advised => "madvise"u8,
        _ => "never"u8,
    };

    private static void ShowDefrag(ref TextWriter writer) => ShowChoices(ref writer, (int)TransparentHugePages.Defrag, (int)DefragPolicy.Never, &DefragName);

    private static int StoreDefrag(ReadOnlySpan<byte> text)
    {
        int choice = FindChoice(text, (int)DefragPolicy.Never, &DefragName);
        if (choice >= 0) TransparentHugePages.Defrag = (DefragPolicy)choice;
        return choice < 0 ? choice : 0;
    }

    private static ReadOnlySpan<byte> DefragName(int choice) => (DefragPolicy)choice switch
    {
        DefragPolicy.Always => "always"u8,
        DefragPolicy.Deferred => "defer"u8,
        DefragPolicy.DeferredUnlessAdvised => "defer+madvise"u8,
        DefragPolicy.Advised => "madvise"u8,
        _ => "never"u8,
    };

    /// <summary>All choices, the one in force in brackets.</summary>
    private static void ShowChoices(ref TextWriter writer, int chosen, int last, delegate*<int, ReadOnlySpan<byte>> nameOf)
    {
        for (int choice = 0; choice <= last; choice++)
        {
            if (choice != 0) writer.Byte((byte)' ');
            if (choice == chosen) writer.Byte((byte)'[');
            writer.Text(nameOf(choice));
            if (choice == chosen) writer.Byte((byte)']');
        }
        writer.Byte((byte)'\n');
    }

    /// <summary>The choice that a text names, or -EINVAL.</summary>
    private static int FindChoice(ReadOnlySpan<byte> text, int last, delegate*<int, ReadOnlySpan<byte>> nameOf)
    {
        if (text.Length > 0 && text[text.Length - 1] == '\n') text = text.Slice(0, text.Length - 1);
        for (int choice = 0; choice <= last; choice++)
            if (KernelNode.IsEqual(text, nameOf(choice))) return choice;
        return -Errno.Invalid;
    }

    private static void ShowFree(ref TextWriter writer) => writer.Line(""u8, HugeTlbPool.Free);

    private static void ShowReserved(ref TextWriter writer) => writer.Line(""u8, HugeTlbPool.Reserved);

    private static void ShowSurplus(ref TextWriter writer) => writer.Line(""u8, HugeTlbPool.Surplus);

    private static void Size(ref TextWriter writer, ReadOnlySpan<byte> name, ulong hugePages) => writer.SizeLine(name, hugePages * (HugePage.Bytes >> 10));
}
