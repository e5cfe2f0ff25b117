using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Changes permissions of a range: mprotect.</summary>
internal static unsafe class Protect
{
    /// <summary>Returns 0, -ENOMEM where something is not mapped or areas run out, -EACCES for writing a file opened read-only.</summary>
    public static int Range(AddressSpace space, ulong start, ulong lengthBytes, VmFlags access)
    {
        ulong end = start + lengthBytes;
        int error = Check(space, start, end, access);
        if (error != 0) return error;
        if (!space.SplitAt(start) || !space.SplitAt(end)) return -Errno.NoMemory;
        bool mustFlush = false;
        bool single = lengthBytes >> 12 <= PageTable.SingleFlushLimit && space.IsActive;
        for (int i = space.IndexAfter(start); i < space.AreaCount && space.Area(i).Start < end; i++)
        {
            VmArea area = space.Area(i);
            VmFlags flags = (area.Flags & ~VmFlags.Access) | access;
            if (flags == area.Flags) continue;
            area.Flags = flags;
            mustFlush |= ChangeEntries(space, area, single);
        }
        space.Generation++;
        space.MergeAround(start, end);
        if (mustFlush && !single) space.FlushTlb();
        return 0;
    }

    private static int Check(AddressSpace space, ulong start, ulong end, VmFlags access)
    {
        ulong covered = start;
        for (int i = space.IndexAfter(start); covered < end; i++)
        {
            if (i == space.AreaCount || space.Area(i).Start > covered) return -Errno.NoMemory;
            if ((access & VmFlags.Write) != 0 && (space.Area(i).Flags & VmFlags.NeverWritable) != 0) return -Errno.Access;
            covered = space.Area(i).End;
        }
        return 0;
    }

    /// <summary>Gives an area's pages its permissions. Write permission goes at once only to pages nobody shares; the others fault for it.</summary>
    private static bool ChangeEntries(AddressSpace space, VmArea area, bool single)
    {
        bool changedPresent = false;
        for (ulong address = area.Start; address < area.End; address += 4096)
        {
            PageTableEntry* table = PageTable.FindTable(space.Root, address);
            if (table == null)
            {
                address = (address & ~0x1fffffUL) + 0x200000 - 4096;
                continue;
            }
            PageTableEntry* slot = table + (address >> 12 & 511);
            PageTableEntry old = *slot;
            if (!PageTable.HoldsFrame(old)) continue;
            *slot = WithPermissions(area, old);
            if (!old.IsPresent || slot->Value == old.Value) continue;
            changedPresent = true;
            if (single) Cpu.InvalidatePage(address);
        }
        return changedPresent;
    }

    private static PageTableEntry WithPermissions(VmArea area, PageTableEntry old)
    {
        if (!area.IsAccessible) return old.Without(PageTableEntry.Present | PageTableEntry.Writable).With(PageTable.NoAccess);
        bool writable = area.IsWritable && (old.IsPresent && old.IsWritable || IsSoleOwner(area, old));
        ulong kept = old.Value & (PageTableEntry.Accessed | PageTableEntry.Dirty);
        return new PageTableEntry(old.Frame, area.EntryFlags(writable) | kept);
    }

    private static bool IsSoleOwner(VmArea area, PageTableEntry entry) =>
        !area.IsShared && entry.Frame != PageTable.ZeroFrame && FrameAllocator.References(entry.Frame) == 1;
}
