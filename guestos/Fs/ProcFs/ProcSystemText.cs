using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>The files of /proc that describe the whole system.</summary>
internal static unsafe class ProcSystemText
{
    /// <summary>The kernel's command line is the tool's business: it is not shown.</summary>
    public static void WriteCommandLine(ref TextWriter writer) => writer.Byte((byte)'\n');

    /// <summary>Nothing here has a block device of its own.</summary>
    public static void WriteFileSystems(ref TextWriter writer) =>
        writer.Text("nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tdevtmpfs\nnodev\tpipefs\nnodev\thugetlbfs\nnodev\t9p\n"u8);

    public static void WriteDevices(ref TextWriter writer) => writer.Text("Character devices:\n  1 mem\n  4 ttyS\n  5 /dev/tty\n  5 /dev/console\n\nBlock devices:\n"u8);

    /// <summary>Name, node, major, minors, kind: ps names terminals by it.</summary>
    public static void WriteTerminalDrivers(ref TextWriter writer) => writer.Text(
        "/dev/tty             /dev/tty        5       0 system:/dev/tty\n/dev/console         /dev/console    5       1 system:console\n"u8);

    public static void WriteVersion(ref TextWriter writer)
    {
        writer.Text(SystemName.System);
        writer.Text(" version "u8);
        writer.Text(SystemName.Release);
        writer.Text(" (x64emu) (ILCompiler, GNU ld) "u8);
        writer.Text(SystemName.Version);
        writer.Byte((byte)'\n');
    }

    /// <summary>/proc/buddyinfo: free blocks of each order; frames that wait to be used singly are not among them.</summary>
    public static void WriteBuddyInfo(ref TextWriter writer)
    {
        ulong* counts = stackalloc ulong[FreeBlocks.MaximumOrder + 1];
        FreeBlocks.Count(counts);
        writer.Text("Node 0, zone   Normal "u8);
        for (int order = 0; order <= FreeBlocks.MaximumOrder; order++)
        {
            writer.Decimal(counts[order], 6);
            writer.Byte((byte)' ');
        }
        writer.Byte((byte)'\n');
    }

    public static void WriteLoad(ref TextWriter writer)
    {
        LoadAverage.Advance(Clock.Now, Scheduler.ActiveCount);
        WriteAverage(ref writer, 1);
        WriteAverage(ref writer, 5);
        WriteAverage(ref writer, 15);
        writer.Decimal((ulong)Scheduler.RunnableCount + 1);
        writer.Byte((byte)'/');
        writer.Decimal((ulong)ProcessTable.ThreadCount);
        writer.Byte((byte)' ');
        writer.Decimal((ulong)ProcessTable.LastPid);
        writer.Byte((byte)'\n');
    }

    private static void WriteAverage(ref TextWriter writer, int minutes)
    {
        writer.Hundredths(LoadAverage.Hundredths(minutes));
        writer.Byte((byte)' ');
    }

    public static void WriteMemory(ref TextWriter writer)
    {
        ulong cached = PageCache.TotalPages;
        ulong free = FrameAllocator.FreeFrames;
        ulong heap = KernelHeap.BytesInUse >> 12, reclaimable = KernelHeap.ReclaimableBytes >> 12;
        ulong total = FrameAllocator.TotalFrames;
        ulong inactiveAnonymous = PageLists.Count(PageList.InactiveAnonymous), activeAnonymous = PageLists.Count(PageList.ActiveAnonymous);
        ulong inactiveFile = PageLists.Count(PageList.InactiveFile), activeFile = PageLists.Count(PageList.ActiveFile);
        Size(ref writer, "MemTotal:       ", total);
        Size(ref writer, "MemFree:        ", free);
        Size(ref writer, "MemAvailable:   ", AvailableMemory.Pages);
        Size(ref writer, "Buffers:        ", 0);
        Size(ref writer, "Cached:         ", cached);
        Size(ref writer, "SwapCached:     ", SwapCache.Pages);
        Size(ref writer, "Active:         ", activeAnonymous + activeFile);
        Size(ref writer, "Inactive:       ", inactiveAnonymous + inactiveFile);
        Size(ref writer, "Active(anon):   ", activeAnonymous);
        Size(ref writer, "Inactive(anon): ", inactiveAnonymous);
        Size(ref writer, "Active(file):   ", activeFile);
        Size(ref writer, "Inactive(file): ", inactiveFile);
        Size(ref writer, "Unevictable:    ", PageLists.Count(PageList.Unevictable));
        Size(ref writer, "Mlocked:        ", LockedPages.Count);
        Size(ref writer, "SwapTotal:      ", SwapArea.TotalPages);
        Size(ref writer, "SwapFree:       ", SwapArea.FreePages);
        Size(ref writer, "Dirty:          ", DirtyFiles.TotalPages);
        Size(ref writer, "Writeback:      ", 0);
        Size(ref writer, "AnonPages:      ", AnonymousPage.Pages);
        Size(ref writer, "Mapped:         ", MappedPages.Count());
        Size(ref writer, "Shmem:          ", RamFileSystem.TotalPages - MemoryFileSwap.TotalPages);
        Size(ref writer, "KReclaimable:   ", reclaimable);
        Size(ref writer, "Slab:           ", heap);
        Size(ref writer, "SReclaimable:   ", reclaimable);
        Size(ref writer, "SUnreclaim:     ", heap - reclaimable);
        Size(ref writer, "KernelStack:    ", (ulong)ProcessTable.ThreadCount * 4);
        Size(ref writer, "PageTables:     ", PageTable.TotalPages);
        Size(ref writer, "CommitLimit:    ", CommitCharge.LimitPages);
        Size(ref writer, "Committed_AS:   ", CommitCharge.Pages);
        writer.Text("VmallocTotal:   536870912 kB\n"u8);
        Size(ref writer, "VmallocUsed:    ", VirtualHeap.Pages);
        Size(ref writer, "VmallocChunk:   ", 0);
        HugePageSettings.WriteSizes(ref writer);
    }

    private static void Size(ref TextWriter writer, string name, ulong pages) => writer.SizeLine(name, pages << 2);

    public static void WriteUptime(ref TextWriter writer)
    {
        WriteSeconds(ref writer, Clock.Now);
        writer.Byte((byte)' ');
        WriteSeconds(ref writer, Scheduler.IdleTime);
        writer.Byte((byte)'\n');
    }

    private static void WriteSeconds(ref TextWriter writer, ulong nanoseconds) => writer.Hundredths(nanoseconds / ProcProcessText.TickNanoseconds);

    /// <summary>/proc/swaps (proc_swaps(5)).</summary>
    public static void WriteSwaps(ref TextWriter writer)
    {
        writer.Text("Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"u8);
        if (SwapArea.TotalPages == 0) return;
        writer.Text("/dev/vda                                partition\t"u8);
        SwapSize(ref writer, SwapArea.TotalPages << 2);
        SwapSize(ref writer, (SwapArea.TotalPages - SwapArea.FreePages) << 2);
        writer.Signed(SwapArea.Priority);
        writer.Byte((byte)'\n');
    }

    private static void SwapSize(ref TextWriter writer, ulong kilobytes)
    {
        writer.Decimal(kilobytes);
        writer.Text(kilobytes < 10000000 ? "\t\t"u8 : "\t"u8);
    }
}
