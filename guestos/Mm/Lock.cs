namespace GuestOs.Mm;

/// <summary>Keeps pages of a range in memory, or no longer: mlock and munlock.</summary>
internal static class Lock
{
    /// <summary>Marks the areas; 0, or -ENOMEM where something is not mapped (what comes before stays marked) or areas run out.</summary>
    public static int Mark(AddressSpace space, ulong start, ulong end, bool locked)
    {
        for (ulong address = start; address < end;)
        {
            VmArea area = space.Find(address);
            if (area == null) return -Errno.NoMemory;
            ulong areaEnd = area.End < end ? area.End : end;
            VmFlags flags = locked ? area.Flags | VmFlags.Locked : area.Flags & ~VmFlags.Locked;
            // Pages of the pool never leave memory.
            if (flags != area.Flags && !area.IsHugeTlb)
            {
                int error = space.SetFlags(address, areaEnd, flags, out _);
                if (error != 0) return error;
                space.MergeAround(address, areaEnd);
            }
            address = areaEnd;
        }
        return 0;
    }

    /// <summary>Marks every area.</summary>
    public static void MarkAll(AddressSpace space, bool locked)
    {
        VmArea area = space.FirstArea;
        while (area != null)
        {
            ulong end = area.End;
            Mark(space, area.Start, end, locked);
            area = space.FirstEndingAbove(end);
        }
    }
}
