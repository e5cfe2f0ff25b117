namespace GuestOs.Mm;

/// <summary>Keeps pages of a range in memory, or no longer: mlock and munlock.</summary>
internal static unsafe class Lock
{
    /// <summary>The flags a locked area has.</summary>
    public const VmFlags Flags = VmFlags.Locked | VmFlags.LockedOnFault;

    /// <summary>
    /// Gives the areas of a range these of <see cref="Flags"/>, and their pages what follows from it. 0, or -ENOMEM where something is not mapped (what comes
    /// before stays marked) or areas run out.
    /// </summary>
    public static int Mark(AddressSpace space, ulong start, ulong end, VmFlags lockFlags)
    {
        for (ulong address = start; address < end;)
        {
            VmArea area = space.Find(address);
            if (area == null) return -Errno.NoMemory;
            ulong areaEnd = area.End < end ? area.End : end;
            VmFlags flags = area.Flags & ~Flags | lockFlags;
            if (flags != area.Flags && MayLock(area))
            {
                int error = space.SetFlags(address, areaEnd, flags, out _);
                if (error != 0) return error;
                space.MergeAround(address, areaEnd);
                MarkPages(space, address, areaEnd, lockFlags != VmFlags.None);
            }
            address = areaEnd;
        }
        return 0;
    }

    /// <summary>Marks every area.</summary>
    public static void MarkAll(AddressSpace space, VmFlags lockFlags)
    {
        VmArea area = space.FirstArea;
        while (area != null)
        {
            ulong end = area.End;
            Mark(space, area.Start, end, lockFlags);
            area = space.FirstEndingAbove(end);
        }
    }

    /// <summary>False for areas whose pages never leave memory: those of the pool, and the kernel's own.</summary>
    private static bool MayLock(VmArea area) => !area.IsHugeTlb && area.Source is not KernelPages;

    private static void MarkPages(AddressSpace space, ulong start, ulong end, bool isLocked)
    {
        for (ulong address = start; address < end;)
        {
            PageTableEntry* huge = HugePage.Find(space.Root, address);
            PageTableEntry* table = PageTable.FindTable(space.Root, address);
            ulong tableEnd = PageTable.TableEnd(address, end);
            if (huge != null) MarkFrame(huge->Frame, isLocked);
            for (; table != null && address < tableEnd; address += 4096)
            {
                PageTableEntry entry = table[address >> 12 & 511];
                if (!entry.IsSwap && PageTable.HoldsFrame(entry)) MarkFrame(entry.Frame, isLocked);
            }
            address = table == null && huge == null ? PageTable.SkipMissing(space.Root, address, end) : tableEnd;
        }
    }

    private static void MarkFrame(uint frame, bool isLocked)
    {
        if (isLocked) LockedPages.Add(frame);
        else LockedPages.Review(frame);
    }
}
