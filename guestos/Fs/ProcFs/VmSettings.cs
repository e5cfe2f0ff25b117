using System;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>/proc/sys/vm (Linux's Documentation/admin-guide/sysctl/vm.rst).</summary>
internal static unsafe class VmSettings
{
    // Two pages.
    private const ulong LeastDirtyBytes = 8192;

    public static void AddTo(KernelNode vm)
    {
        vm.AddCommand("compact_memory"u8, &CompactMemory);
        vm.AddNumber("dirty_background_bytes"u8, ref DirtyFiles.BackgroundBytes, 1, ulong.MaxValue, &BackgroundBytesChanged);
        vm.AddNumber("dirty_background_ratio"u8, ref DirtyFiles.BackgroundRatioPercent, 0, 100, &BackgroundRatioChanged);
        vm.AddNumber("dirty_bytes"u8, ref DirtyFiles.Bytes, LeastDirtyBytes, ulong.MaxValue, &DirtyBytesChanged);
        vm.AddNumber("dirty_expire_centisecs"u8, ref Flusher.ExpireCentiseconds, 0, int.MaxValue);
        vm.AddNumber("dirty_ratio"u8, ref DirtyFiles.RatioPercent, 0, 100, &DirtyRatioChanged);
        vm.AddNumber("dirty_writeback_centisecs"u8, ref Flusher.IntervalCentiseconds, 0, int.MaxValue, &Flusher.IntervalChanged);
        vm.AddCommand("drop_caches"u8, &DropCaches);
        vm.AddNumber("legacy_va_layout"u8, ref ProgramLayout.LegacyLayout, 0, int.MaxValue);
        vm.AddNumber("max_map_count"u8, ref AddressSpace.MaximumAreas, 0, int.MaxValue);
        vm.AddNumber("min_free_kbytes"u8, ref Watermarks.MinimumKilobytes, 0, int.MaxValue, &Watermarks.Changed);
        vm.AddConstant("mmap_min_addr"u8, Map.MinimumAddress);
        vm.AddConstant("mmap_rnd_bits"u8, ProgramLayout.MapRandomBits);
        HugePageSettings.AddPoolSizes(vm);
        vm.AddNumber("oom_dump_tasks"u8, ref OutOfMemory.ListsProcesses, 0, int.MaxValue);
        vm.AddNumber("oom_kill_allocating_task"u8, ref OutOfMemory.KillsRequester, 0, int.MaxValue);
        vm.AddNumber("overcommit_kbytes"u8, ref CommitCharge.LimitKilobytes, 0, ulong.MaxValue >> 12);
        vm.AddNumber("overcommit_memory"u8, ref CommitCharge.PolicySetting, 0, (int)OvercommitPolicy.Never);
        vm.AddNumber("overcommit_ratio"u8, ref CommitCharge.RatioPercent, 0, int.MaxValue, &RatioChanged);
        vm.AddNumber("page-cluster"u8, ref SwapReadAhead.ClusterLogarithm, 0, 31);
        vm.AddNumber("panic_on_oom"u8, ref OutOfMemory.Panics, 0, 2);
        vm.AddNumber("swappiness"u8, ref ScanBalance.Swappiness, 0, ScanBalance.MaximumSwappiness);
        vm.AddNumber("watermark_scale_factor"u8, ref Watermarks.ScaleFactor, 1, Watermarks.MaximumScaleFactor, &Watermarks.Changed);
    }

    private static int CompactMemory(ReadOnlySpan<byte> text)
    {
        if (!NumberText.TryParse(text, out ulong what, out bool isNegative) || isNegative || what != 1) return -Errno.Invalid;
        Compaction.Fully();
        return 0;
    }

    private static int DropCaches(ReadOnlySpan<byte> text)
    {
        if (!NumberText.TryParse(text, out ulong what, out bool isNegative) || isNegative || what is < 1 or > 4) return -Errno.Invalid;
        DentryCache.DropCaches((what & 1) != 0, (what & 2) != 0);
        return 0;
    }

    // Of a limit in percent and one in bytes, the one set last counts; the other reads as 0.
    private static int BackgroundBytesChanged()
    {
        DirtyFiles.BackgroundRatioPercent = 0;
        return 0;
    }

    private static int BackgroundRatioChanged()
    {
        DirtyFiles.BackgroundBytes = 0;
        return 0;
    }

    private static int DirtyBytesChanged()
    {
        DirtyFiles.RatioPercent = 0;
        return 0;
    }

    private static int DirtyRatioChanged()
    {
        DirtyFiles.Bytes = 0;
        return 0;
    }

    private static int RatioChanged()
    {
        CommitCharge.LimitKilobytes = 0;
        return 0;
    }
}
