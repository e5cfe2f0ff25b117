using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>/sys/kernel/mm/transparent_hugepage/khugepaged (Linux's Documentation/admin-guide/mm/transhuge.rst).</summary>
internal static unsafe class CollapseSettings
{
    public static void AddTo(KernelNode khugepaged)
    {
        khugepaged.AddNumber("alloc_sleep_millisecs"u8, ref CollapseScan.AllocationSleepMilliseconds, 0, int.MaxValue, &CollapseDaemon.Hurry);
        khugepaged.AddNumber("defrag"u8, ref CollapseScan.MayCompact, 0, 1);
        khugepaged.AddFile("full_scans"u8, &ShowFullScans);
        khugepaged.AddNumber("max_ptes_none"u8, ref CollapseScan.MaximumMissing, 0, (int)HugePage.Frames - 1);
        khugepaged.AddNumber("max_ptes_shared"u8, ref CollapseScan.MaximumShared, 0, (int)HugePage.Frames - 1);
        khugepaged.AddNumber("max_ptes_swap"u8, ref CollapseScan.MaximumSwapped, 0, (int)HugePage.Frames - 1);
        khugepaged.AddFile("pages_collapsed"u8, &ShowCollapsed);
        khugepaged.AddNumber("pages_to_scan"u8, ref CollapseScan.PagesToScan, 1, int.MaxValue);
        khugepaged.AddNumber("scan_sleep_millisecs"u8, ref CollapseScan.ScanSleepMilliseconds, 0, int.MaxValue, &CollapseDaemon.Hurry);
    }

    private static void ShowFullScans(ref TextWriter writer) => writer.Line(""u8, CollapseScan.FullScans);

    private static void ShowCollapsed(ref TextWriter writer) => writer.Line(""u8, CollapseScan.PagesCollapsed);
}
