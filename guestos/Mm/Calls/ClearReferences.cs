namespace GuestOs.Mm;

/// <summary>/proc/PID/clear_refs: forgets which pages were accessed, so that smaps' Referenced shows what is accessed from now on.</summary>
internal static unsafe class ClearReferences
{
    private const ulong All = 1, Anonymous = 2, Mapped = 3, SoftDirty = 4, PeakResident = 5;

    /// <summary>0, or -EINVAL for a command that does not exist.</summary>
    /// <param name="space">Null for a process without memory.</param>
    /// <param name="command">1 all pages, 2 those of anonymous areas, 3 those of files, 4 nothing (there are no soft-dirty bits), 5 resets VmHWM.</param>
    public static int Of(AddressSpace space, ulong command)
    {
        if (command is < All or > PeakResident) return -Errno.Invalid;
        if (space == null || command == SoftDirty) return 0;
        if (command == PeakResident)
        {
            space.PeakResidentPages = space.ResidentPages;
            return 0;
        }
        for (VmArea area = space.FirstArea; area != null; area = area.Next)
            if (command == All || command == Anonymous == (area.Source == null)) Clear(space, area);
        if (space.IsActive) space.FlushTlb();
        return 0;
    }

    private static void Clear(AddressSpace space, VmArea area)
    {
        ulong address = area.Start;
        while (address < area.End)
        {
            PageTableEntry* table = PageTable.FindTable(space.Root, address);
            if (table == null)
            {
                address = PageTable.SkipMissing(space.Root, address, area.End);
                continue;
            }
            ulong tableEnd = PageTable.TableEnd(address, area.End);
            for (; address < tableEnd; address += 4096)
            {
                PageTableEntry* entry = table + (address >> 12 & 511);
                if (entry->IsPresent) *entry = entry->Without(PageTableEntry.Accessed);
            }
        }
    }
}
