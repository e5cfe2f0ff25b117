using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>What a space consists of, as /proc/PID/statm and status divide it.</summary>
internal unsafe struct MemorySizes
{
    public ulong CodeBytes;
    public ulong LibraryBytes;
    public ulong DataBytes;
    public ulong StackBytes;

    /// <summary>Pages of files in its page tables.</summary>
    public ulong FilePages;

    /// <summary>Pages of shared memory and of files in memory in its page tables.</summary>
    public ulong SharedMemoryPages;

    public static MemorySizes Of(AddressSpace space)
    {
        MemorySizes result = default;
        for (VmArea area = space.FirstArea; area != null; area = area.Next)
        {
            if (area.Start <= space.StackStart && area.End >= space.StackStart) result.StackBytes += area.LengthBytes;
            else if (area.Source != null && (area.Flags & VmFlags.Execute) != 0)
            {
                if (area.Source == space.Executable) result.CodeBytes += area.LengthBytes;
                else result.LibraryBytes += area.LengthBytes;
            }
            else if ((area.Flags & (VmFlags.Write | VmFlags.Shared)) == VmFlags.Write) result.DataBytes += area.LengthBytes;
            if (area.Source != null && !area.IsHugeTlb) result.CountPages(space, area);
        }
        return result;
    }

    /// <summary>Pages of its own, copies of file pages among them.</summary>
    public readonly ulong AnonymousPages(AddressSpace space)
    {
        ulong others = FilePages + SharedMemoryPages;
        return space.ResidentPages > others ? space.ResidentPages - others : 0;
    }

    /// <summary>Counts what an area's page tables hold of its source itself.</summary>
    private void CountPages(AddressSpace space, VmArea area)
    {
        ulong address = area.Start;
        while (address < area.End)
        {
            PageTableEntry* table = PageTable.FindTable(space.Root, address);
            ulong end = table == null ? PageTable.SkipMissing(space.Root, address, area.End) : PageTable.TableEnd(address, area.End);
            for (; table != null && address < end; address += 4096)
            {
                PageTableEntry entry = table[address >> 12 & 511];
                if (!entry.IsPresent || entry.Frame != area.Source.FindCached(area.PageIndex(address))) continue;
                if (area.Source.IsSwapBacked) SharedMemoryPages++;
                else FilePages++;
            }
            address = end;
        }
    }
}
