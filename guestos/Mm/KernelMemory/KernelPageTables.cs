using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>
/// The kernel's half of every address space: direct map, device registers, kernel heap, kernel image. Its PML4 entries are all made here
/// and never change, so a process copies them once.
/// </summary>
internal static unsafe class KernelPageTables
{
    private const ulong LargePageBytes = 0x200000;
    private const ulong GigabytePageBytes = 0x40000000;
    private const ulong DeviceStart = 0xfe000000;
    private const ulong DeviceEnd = 0x100000000;
    private const ulong DataFlags = PageTableEntry.Present | PageTableEntry.Writable | PageTableEntry.Global | PageTableEntry.Accessed | PageTableEntry.Dirty;
    private const ulong TableFlags = PageTableEntry.Present | PageTableEntry.Writable | PageTableEntry.Accessed;

    /// <summary>The PML4 kernel threads run on: the kernel half alone.</summary>
    public static PageTableEntry* Root { get; private set; }

    /// <summary>The NX bit, or 0 on a CPU without it.</summary>
    public static ulong NoExecute { get; private set; }

    /// <summary>CR3 for the kernel half alone.</summary>
    public static ulong RootPhysical => Physical.AddressOf(Root);

    /// <summary>Builds the tables and drops the boot loader's identity map.</summary>
    public static void Initialize()
    {
        NoExecute = CpuFeatures.HasNoExecute ? PageTableEntry.NoExecute : 0;
        Root = (PageTableEntry*)Physical.FramePointer(FrameAllocator.AllocateZeroed());
        MapDirect();
        const ulong DeviceFlags = DataFlags | PageTableEntry.CacheDisable | PageTableEntry.WriteThrough;
        MapLarge(Physical.MmioBase + DeviceStart, DeviceStart, DeviceEnd - DeviceStart, DeviceFlags | NoExecute);
        const ulong ReadOnlyFlags = PageTableEntry.Present | PageTableEntry.Global | PageTableEntry.Accessed;
        MapImage(KernelImage.TextStart(), KernelImage.TextEnd(), ReadOnlyFlags);
        MapImage(KernelImage.ReadOnlyDataStart(), KernelImage.ReadOnlyDataEnd(), ReadOnlyFlags | NoExecute);
        MapImage(KernelImage.DataStart(), KernelImage.DataEnd(), DataFlags | NoExecute);
        Table(Root, VirtualHeap.Base, 39);
        Cpu.WriteCr3(RootPhysical);
    }

    /// <summary>The last-level entry for a 4 KiB page of the kernel heap; makes tables on the way.</summary>
    public static PageTableEntry* Entry(ulong virtualAddress)
    {
        PageTableEntry* directory = Table(Table(Root, virtualAddress, 39), virtualAddress, 30);
        return Table(directory, virtualAddress, 21) + (virtualAddress >> 12 & 511);
    }

    private static void MapDirect()
    {
        ulong end = BootMemory.TopFrame << 12, address = 0;
        for (; CpuFeatures.HasGigabytePages && end - address >= GigabytePageBytes; address += GigabytePageBytes)
        {
            PageTableEntry* entry = Table(Root, Physical.DirectMapBase + address, 39) + ((Physical.DirectMapBase + address) >> 30 & 511);
            *entry = new PageTableEntry(address | DataFlags | NoExecute | PageTableEntry.LargePage);
        }
        MapLarge(Physical.DirectMapBase + address, address, end - address, DataFlags | NoExecute);
    }

    private static void MapImage(byte* start, byte* end, ulong flags)
    {
        ulong address = (ulong)start & ~(LargePageBytes - 1);
        MapLarge(address, address - KernelImage.Base, (ulong)end - address, flags);
    }

    /// <summary>Maps a range that begins with a large page, in such pages.</summary>
    private static void MapLarge(ulong virtualAddress, ulong physicalAddress, ulong lengthBytes, ulong flags)
    {
        PageTableEntry* directory = null;
        for (ulong done = 0; done < lengthBytes; done += LargePageBytes, virtualAddress += LargePageBytes)
        {
            if (directory == null || (virtualAddress & (GigabytePageBytes - 1)) == 0) directory = Table(Table(Root, virtualAddress, 39), virtualAddress, 30);
            directory[virtualAddress >> 21 & 511] = new PageTableEntry((physicalAddress + done) | flags | PageTableEntry.LargePage);
        }
    }

    /// <summary>The table that the entry for an address at a level (its shift) points to, made when missing.</summary>
    private static PageTableEntry* Table(PageTableEntry* table, ulong virtualAddress, int shift)
    {
        PageTableEntry* entry = table + (virtualAddress >> shift & 511);
        if (!entry->IsPresent) *entry = new PageTableEntry(FrameAllocator.AllocateZeroed(), TableFlags);
        return (PageTableEntry*)Physical.FramePointer(entry->Frame);
    }
}
