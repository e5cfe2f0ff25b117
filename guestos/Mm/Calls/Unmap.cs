namespace GuestOs.Mm;

/// <summary>Takes a range out of an address space: areas, pages, and page tables nothing needs any more.</summary>
internal static class Unmap
{
    /// <summary>Returns 0, -ENOMEM when cutting an area in two would make too many, -EINVAL for part of an area that cannot be cut.</summary>
    public static int Range(AddressSpace space, ulong start, ulong lengthBytes)
    {
        ulong end = start + lengthBytes;
        VmArea first = space.FirstEndingAbove(start);
        if (first == null || first.Start >= end) return 0;
        int error = space.SplitAt(start);
        if (error == 0) error = space.SplitAt(end);
        if (error != 0) return error;
        VmArea area = space.FirstEndingAbove(start);
        ulong floor = area.Previous == null ? 0 : area.Previous.End;
        while (area != null && area.Start < end)
        {
            VmArea next = area.Next;
            PageTable.Zap(space, area.Start, area.End);
            space.Remove(area);
            area.Destroy();
            area = next;
        }
        ulong ceiling = area == null ? 1UL << 47 : area.Start;
        PageTable.FreeTables(space, start, end, floor, ceiling);
        return 0;
    }
}
