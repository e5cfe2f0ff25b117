using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Turns the PVH memory map into free regions, finds a place for the frame table and starts the frame allocator.</summary>
internal static unsafe class BootMemory
{
    // The boot page tables map this much; the frame table and the first page tables must lie below.
    private const ulong BootMappedFrames = 0x40000;
    private const ulong MaximumFrames = 0x8000000;

    /// <summary>Longest command line that is looked at.</summary>
    public const ulong MaximumCommandLineBytes = 64 << 10;

    private static MemoryRegions s_ram;

    /// <summary>RAM as the boot loader's memory map has it, in frames.</summary>
    public static ref readonly MemoryRegions Ram => ref s_ram;

    /// <summary>End of RAM: one more than the highest frame.</summary>
    public static ulong TopFrame { get; private set; }

    public static void Initialize(PvhStartInfo* startInfo)
    {
        MemoryRegions reserved = default;
        reserved.Add(0, 1);
        ReserveImage(ref reserved, KernelImage.TextStart(), KernelImage.TextEnd());
        ReserveImage(ref reserved, KernelImage.ReadOnlyDataStart(), KernelImage.ReadOnlyDataEnd());
        ReserveImage(ref reserved, KernelImage.DataStart(), KernelImage.DataEnd());
        ReserveBytes(ref reserved, Physical.AddressOf(startInfo), (ulong)sizeof(PvhStartInfo));
        ReserveBytes(ref reserved, startInfo->MemoryMap, startInfo->MemoryMapEntries * (ulong)sizeof(PvhMemoryMapEntry));
        if (startInfo->CommandLine != 0) ReserveBytes(ref reserved, startInfo->CommandLine, CommandLineBytes(startInfo));
        ReserveBytes(ref reserved, startInfo->ModuleList, startInfo->ModuleCount * (ulong)sizeof(PvhModule));
        PvhModule* modules = (PvhModule*)Physical.ToPointer(startInfo->ModuleList);
        for (uint i = 0; i < startInfo->ModuleCount; i++) ReserveBytes(ref reserved, modules[i].Address, modules[i].SizeBytes);

        MemoryRegions free = default;
        PvhMemoryMapEntry* map = (PvhMemoryMapEntry*)Physical.ToPointer(startInfo->MemoryMap);
        for (uint i = 0; i < startInfo->MemoryMapEntries; i++)
        {
            if (map[i].Type != PvhMemoryMapEntry.UsableRam) continue;
            ulong start = (map[i].Address + 0xfff) >> 12, end = (map[i].Address + map[i].SizeBytes) >> 12;
            if (end > MaximumFrames) end = MaximumFrames;
            s_ram.Add(start, end);
            AddWithout(ref free, start, end, reserved);
            if (end > TopFrame) TopFrame = end;
        }
        byte* table = PlaceFrameTable(ref free);
        FrameTable.Initialize(table, (uint)TopFrame);
        FrameAllocator.Initialize(free, table + FrameTable.SizeBytes(TopFrame), (uint)TopFrame);
        Watermarks.Initialize();
    }

    private static void ReserveImage(ref MemoryRegions reserved, byte* start, byte* end) =>
        ReserveBytes(ref reserved, Physical.AddressOf(start), (ulong)(end - start));

    private static ulong CommandLineBytes(PvhStartInfo* startInfo) =>
        Memory.StringLength(Physical.ToPointer(startInfo->CommandLine), MaximumCommandLineBytes) + 1;

    private static void ReserveBytes(ref MemoryRegions reserved, ulong address, ulong lengthBytes)
    {
        if (lengthBytes != 0) reserved.Add(address >> 12, (address + lengthBytes + 0xfff) >> 12);
    }

    /// <summary>Adds [start, end) less the reserved ranges.</summary>
    private static void AddWithout(ref MemoryRegions free, ulong start, ulong end, in MemoryRegions reserved)
    {
        while (start < end)
        {
            ulong holeStart = end, holeEnd = end;
            for (int i = 0; i < reserved.Count; i++)
            {
                if (reserved.End(i) <= start || reserved.Start(i) >= holeStart) continue;
                holeStart = reserved.Start(i);
                holeEnd = reserved.End(i);
            }
            if (holeStart > start) free.Add(start, holeStart);
            start = holeEnd;
        }
    }

    private static byte* PlaceFrameTable(ref MemoryRegions free)
    {
        uint tableFrames = (uint)((TopFrame * (ulong)FrameAllocator.TableBytesPerFrame + FrameTable.SizeBytes(TopFrame) + 0xfff) >> 12);
        for (int i = 0; i < free.Count; i++)
        {
            uint start = free.Start(i);
            if (free.End(i) - start < tableFrames || start + tableFrames > BootMappedFrames) continue;
            free.TakeFront(i, tableFrames);
            return Physical.FramePointer(start);
        }
        Panic.Because("no room for the frame table");
        return null;
    }
}
