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
        transparent.AddConstant("hpage_pmd_size"u8, HugePage.Bytes);
        transparent.AddNumber("use_zero_page"u8, ref TransparentHugePages.UsesZeroPage, 0, 1);
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

    /// <summary>The lines of /proc/vmstat.</summary>
    public static void WriteCounters(ref TextWriter writer)
    {
        writer.Line("nr_anon_transparent_hugepages "u8, TransparentHugePages.MappedPages);
        writer.Line("thp_fault_alloc "u8, TransparentHugePages.FaultAllocations);
        writer.Line("thp_fault_fallback "u8, TransparentHugePages.FaultFallbacks);
        writer.Line("thp_collapse_alloc "u8, TransparentHugePages.CollapseAllocations);
        writer.Line("thp_collapse_alloc_failed "u8, TransparentHugePages.CollapseFailures);
        writer.Line("thp_split_page "u8, TransparentHugePages.SplitPages);
        writer.Line("thp_split_pmd "u8, TransparentHugePages.SplitMappings);
        writer.Line("thp_zero_page_alloc "u8, TransparentHugePages.ZeroPageAllocations);
        writer.Line("thp_zero_page_alloc_failed "u8, TransparentHugePages.ZeroPageFailures);
    }

    /// <summary>All choices, the one in force in brackets.</summary>
    private static void ShowPolicy(ref TextWriter writer)
    {
        for (HugePagePolicy policy = HugePagePolicy.Always; policy <= HugePagePolicy.Never; policy++)
        {
            bool isChosen = policy == TransparentHugePages.Policy;
            if (policy != HugePagePolicy.Always) writer.Byte((byte)' ');
            if (isChosen) writer.Byte((byte)'[');
            writer.Text(NameOf(policy));
            if (isChosen) writer.Byte((byte)']');
        }
        writer.Byte((byte)'\n');
    }

    private static int StorePolicy(ReadOnlySpan<byte> text)
    {
        if (text.Length > 0 && text[text.Length - 1] == '\n') text = text.Slice(0, text.Length - 1);
        for (HugePagePolicy policy = HugePagePolicy.Always; policy <= HugePagePolicy.Never; policy++)
        {
            if (!KernelNode.IsEqual(text, NameOf(policy))) continue;
            TransparentHugePages.Policy = policy;
            return 0;
        }
        return -Errno.Invalid;
    }

    private static ReadOnlySpan<byte> NameOf(HugePagePolicy policy) => policy switch
    {
        HugePagePolicy.Always => "always"u8,
        HugePagePolicy.Advised => "madvise"u8,
        _ => "never"u8,
    };

    private static void ShowFree(ref TextWriter writer) => writer.Line(""u8, HugeTlbPool.Free);

    private static void ShowReserved(ref TextWriter writer) => writer.Line(""u8, HugeTlbPool.Reserved);

    private static void ShowSurplus(ref TextWriter writer) => writer.Line(""u8, HugeTlbPool.Surplus);

    private static void Size(ref TextWriter writer, ReadOnlySpan<byte> name, ulong hugePages) => writer.SizeLine(name, hugePages * (HugePage.Bytes >> 10));
}
