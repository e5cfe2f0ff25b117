namespace GuestOs.Mm;

/// <summary>Changes a mapping's length, moving its pages (not their content) when it has to: mremap.</summary>
internal static unsafe class Remap
{
    /// <summary>Returns the mapping's start; -EFAULT when the range is not inside one area, -ENOMEM when it may not or cannot move.</summary>
    public static long Range(AddressSpace space, ulong start, ulong oldLength, ulong newLength, bool mayMove)
    {
        VmArea area = space.Find(start);
        if (area == null || oldLength > area.End - start) return -Errno.Fault;
        if (newLength <= oldLength)
        {
            int error = newLength == oldLength ? 0 : Unmap.Range(space, start + newLength, oldLength - newLength);
            return error != 0 ? error : (long)start;
        }
        ulong oldEnd = start + oldLength, growth = newLength - oldLength;
        if (area.End == oldEnd && UserMemory.IsUserRange(start, newLength) && Map.IsFree(space, oldEnd, growth))
        {
            ulong offset = area.PageIndex(oldEnd);
            int error = Map.Fixed(space, oldEnd, growth, area.Flags, area.Source, area.Source == null ? 0 : offset);
            return error != 0 ? error : (long)start;
        }
        return mayMove ? Move(space, area, start, oldLength, newLength) : -Errno.NoMemory;
    }

    private static long Move(AddressSpace space, VmArea area, ulong start, ulong oldLength, ulong newLength)
    {
        ulong target = Map.FindGap(space, newLength, area.Source == null);
        if (target == 0) return -Errno.NoMemory;
        bool hasPrivatePages = area.HasPrivatePages;
        int error = Map.Fixed(space, target, newLength, area.Flags, area.Source, area.Source == null ? 0 : area.PageIndex(start));
        if (error != 0) return error;
        space.Find(target).HasPrivatePages |= hasPrivatePages;
        for (ulong offset = 0; offset < oldLength; offset += 4096)
        {
            PageTableEntry* from = PageTable.Find(space.Root, start + offset);
            if (from == null || from->IsNone) continue;
            PageTableEntry* to = PageTable.Ensure(space.Root, target + offset);
            if (to == null) return -Errno.NoMemory;
            *to = *from;
            *from = default;
        }
        space.FlushTlb();
        error = Unmap.Range(space, start, oldLength);
        return error != 0 ? error : (long)target;
    }
}
