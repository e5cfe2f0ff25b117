using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Changes permissions of a range: mprotect.</summary>
internal static unsafe class Protect
{
    /// <summary>Returns 0, -ENOMEM where something is not mapped or areas run out, -EACCES for writing a file opened read-only.</summary>
    public static int Range(AddressSpace space, ulong start, ulong lengthBytes, VmFlags access)
    {
        ulong end = start + lengthBytes;
        bool mustFlush = false;
        bool single = lengthBytes >> 12 <= PageTable.SingleFlushLimit && space.IsActive;
        int error = 0;
        for (ulong address = start; address < end && error == 0;)
        {
            // As on Linux, what comes before a hole or a refusal keeps its new permissions.
            VmArea area = space.Find(address);
            ulong areaEnd = area == null || area.End > end ? end : area.End;
            error = area == null ? -Errno.NoMemory : Change(space, area, address, areaEnd, access, single, ref mustFlush);
            address = areaEnd;
        }
        space.Generation++;
        if (mustFlush && !single) space.FlushTlb();
        return error;
    }

    /// <summary>Changes the part of one area in [start, end).</summary>
    private static int Change(AddressSpace space, VmArea area, ulong start, ulong end, VmFlags access, bool single, ref bool mustFlush)
    {
        if ((access & VmFlags.Write) != 0 && (area.Flags & VmFlags.NeverWritable) != 0) return -Errno.Access;
        VmFlags flags = Map.WithAccounting((area.Flags & ~VmFlags.Access) | access);
        if ((flags & VmFlags.Write) == 0 && area.Source == null && !area.HasPrivatePages) flags &= ~VmFlags.Accounted;
        if (flags == area.Flags) return 0;
        bool newlyAccounted = (flags & ~area.Flags & VmFlags.Accounted) != 0;
        bool newlyData = AreaTotals.IsData(flags) && !AreaTotals.IsData(area.Flags);
        if (newlyData && !space.Limits.AllowData(space.Totals, end - start)) return -Errno.NoMemory;
        if (newlyAccounted && !CommitCharge.Allows((end - start) >> 12)) return -Errno.NoMemory;
        bool mustPopulate = (area.Flags & (VmFlags.Write | VmFlags.Shared | VmFlags.Locked)) == VmFlags.Locked && (flags & VmFlags.Write) != 0;
        int error = space.SetFlags(start, end, flags, out area);
        if (error != 0) return error;
        mustFlush |= ChangeEntries(space, area, single);
        space.MergeAround(start, end);
        // Locked memory promises that no touch has to wait: copies are made now.
        if (mustPopulate) Populate.Range(space, start, end);
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
                PageTableEntry* huge = HugePage.Find(space.Root, address);
                if (huge != null) changedPresent |= ChangeHuge(area, address, huge, single);
                address = PageTable.SkipMissing(space.Root, address, area.End) - 4096;
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

    /// <summary>An area begins and ends where huge pages do: one that would not fit was split with the areas.</summary>
    private static bool ChangeHuge(VmArea area, ulong address, PageTableEntry* slot, bool single)
    {
        PageTableEntry old = *slot;
        *slot = WithPermissions(area, old);
        if (!old.IsPresent || slot->Value == old.Value) return false;
        if (single) Cpu.InvalidatePage(address);
        return true;
    }

    private static PageTableEntry WithPermissions(VmArea area, PageTableEntry old)
    {
        if (!area.IsAccessible) return old.Without(PageTableEntry.Present | PageTableEntry.Writable).With(PageTable.NoAccess);
        bool writable = area.IsWritable && (old.IsPresent && old.IsWritable || IsSoleOwner(area, old));
        if (area.TracksSoftDirty && !old.IsSoftDirty) writable = false;
        ulong kept = old.Value & (PageTableEntry.Accessed | PageTableEntry.Dirty | PageTableEntry.SoftDirty | PageTableEntry.LargePage | PageTableEntry.Pooled);
        return new PageTableEntry(old.Frame, area.EntryFlags(writable) | kept);
    }

    private static bool IsSoleOwner(VmArea area, PageTableEntry entry)
    {
        // As on Linux, a pool's page that was read-only faults before it is written.
        if (area.IsShared || entry.IsPooled) return false;
        if (entry.IsHuge) return HugePage.IsSoleOwner(entry);
        return entry.Frame != PageTable.ZeroFrame && SwapCache.IsSole(entry.Frame);
    }
}
