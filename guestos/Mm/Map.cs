namespace GuestOs.Mm;

/// <summary>Makes new areas: what mmap, brk and exec ask for. Nothing is read or allocated but the area itself.</summary>
internal static class Map
{
    /// <summary>vm.mmap_min_addr.</summary>
    public const ulong MinimumAddress = 0x10000;

    /// <summary>
    /// Adds an area; what was in its range goes away first. <paramref name="source"/> may be null, <paramref name="pageOffset"/> has no meaning
    /// then; the area takes its own reference.
    /// Returns 0, -EINVAL for a bad range, -ENOMEM, -EAGAIN for more locked memory than allowed.
    /// </summary>
    public static int Fixed(AddressSpace space, ulong start, ulong lengthBytes, VmFlags flags, PageSource source, ulong pageOffset)
    {
        ulong end = start + lengthBytes;
        if (((start | lengthBytes) & 4095) != 0 || lengthBytes == 0 || !UserMemory.IsUserRange(start, lengthBytes)) return -Errno.Invalid;
        if (FrameAllocator.IsExhausted || space.AreaCount > AddressSpace.MaximumAreas) return -Errno.NoMemory;
        flags = WithAccounting(space.LocksFuture ? flags | VmFlags.Locked : flags);
        if ((flags & VmFlags.Locked) != 0 && !space.Limits.AllowLocked(space.Totals, lengthBytes)) return -Errno.Again;
        if (!space.MayGrow(flags, lengthBytes - space.MappedBytes(start, end))) return -Errno.NoMemory;
        int error = Unmap.Range(space, start, lengthBytes);
        if (error != 0) return error;
        source?.AddReference();
        VmArea area = new VmArea { Start = start, End = end, Flags = flags, Source = source };
        area.PageOffset = source == null ? start >> 12 : pageOffset;
        space.Insert(area);
        space.MergeAround(start, end);
        return 0;
    }

    /// <summary>Flags with <see cref="VmFlags.Accounted"/> where writable private memory makes it due.</summary>
    public static VmFlags WithAccounting(VmFlags flags) =>
        (flags & (VmFlags.Write | VmFlags.Shared | VmFlags.NoReserve | VmFlags.HugeTlb)) == VmFlags.Write ? flags | VmFlags.Accounted : flags;

    /// <summary>
    /// A free range in the order of <see cref="AddressSpace.Search"/>; 0 when there is none. Lengths of whole huge pages begin at one if that is wanted, as
    /// for anonymous memory.
    /// </summary>
    public static ulong FindGap(AddressSpace space, ulong lengthBytes, bool isAligned)
    {
        if (isAligned && lengthBytes % HugePage.Bytes == 0)
        {
            ulong padded = space.Search.Find(space, lengthBytes + HugePage.Bytes);
            if (padded != 0)
            {
                ulong toBoundary = (0 - padded) & (HugePage.Bytes - 1);
                return padded + (toBoundary == 0 && !space.Search.IsBottomUp ? HugePage.Bytes : toBoundary);
            }
        }
        return space.Search.Find(space, lengthBytes);
    }

    /// <summary>True when nothing is mapped in the range (a stack's guard gap counts as mapped).</summary>
    public static bool IsFree(AddressSpace space, ulong start, ulong lengthBytes)
    {
        VmArea next = space.FirstEndingAbove(start);
        return next == null || next.Start >= start + lengthBytes && next.GapEnd >= start + lengthBytes;
    }
}
