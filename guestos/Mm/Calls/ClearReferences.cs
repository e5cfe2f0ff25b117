namespace GuestOs.Mm;

/// <summary>
/// /proc/PID/clear_refs (proc_pid_clear_refs(5)): forgets which pages were accessed, which smaps shows as Referenced, or which were written, which pagemap
/// shows as soft-dirty (Linux's Documentation/admin-guide/mm/soft-dirty.rst).
/// </summary>
internal static unsafe class ClearReferences
{
    private const ulong All = 1, Anonymous = 2, Mapped = 3, SoftDirty = 4, PeakResident = 5;

    // A page without write permission faults when it is written, and is soft-dirty then.
    private const ulong SoftDirtyBits = PageTableEntry.Writable | PageTableEntry.SoftDirty;

    /// <summary>0, or -EINVAL for a command that does not exist.</summary>
    /// <param name="space">Null for a process without memory.</param>
    /// <param name="command">1 accesses to all pages, 2 to those of anonymous areas, 3 to those of files, 4 writes, 5 resets VmHWM.</param>
    public static int Of(AddressSpace space, ulong command)
    {
        if (command is < All or > PeakResident) return -Errno.Invalid;
        if (space == null) return 0;
        if (command == PeakResident)
        {
            space.PeakResidentPages = space.ResidentPages;
            return 0;
        }
        for (VmArea area = space.FirstArea; area != null; area = area.Next)
        {
            if (command == SoftDirty && !area.IsHugeTlb)
            {
                area.Flags |= VmFlags.TracksSoftDirty;
                Clear(space, area, SoftDirtyBits);
            }
            else if (command == All || command == (area.Source == null ? Anonymous : Mapped)) Clear(space, area, PageTableEntry.Accessed);
        }
        if (space.IsActive) space.FlushTlb();
        return 0;
    }

    /// <summary>
    /// Takes bits from the entries of all pages of an area; a page in swap space has none of them but <see cref="PageTableEntry.SoftDirty"/>.
    /// </summary>
    private static void Clear(AddressSpace space, VmArea area, ulong bits)
    {
        ulong address = area.Start;
        while (address < area.End)
        {
            PageTableEntry* table = PageTable.FindTable(space.Root, address);
            if (table == null)
            {
                PageTableEntry* huge = HugePage.Find(space.Root, address);
                if (huge != null) *huge = huge->Without(bits);
                address = PageTable.SkipMissing(space.Root, address, area.End);
                continue;
            }
            ulong tableEnd = PageTable.TableEnd(address, area.End);
            for (; address < tableEnd; address += 4096)
            {
                PageTableEntry* entry = table + (address >> 12 & 511);
                *entry = entry->Without(bits);
            }
        }
    }
}
