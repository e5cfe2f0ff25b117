namespace GuestOs.Mm;

/// <summary>Makes new areas: what mmap, brk and exec ask for. Nothing is read or allocated but the area itself.</summary>
internal static class Map
{
    /// <summary>vm.mmap_min_addr.</summary>
    public const ulong MinimumAddress = 0x10000;

    /// <summary>
    /// Adds an area; what was in its range goes away first. <paramref name="source"/> may be null, <paramref name="pageOffset"/> has no meaning
    /// then; <paramref name="file"/> is the open file the program gave. The area takes its own references.
    /// Returns 0, -EINVAL for a bad range, -ENOMEM, -EAGAIN for more locked memory than allowed.
    /// </summary>
    public static int Fixed(
        AddressSpace space, ulong start, ulong lengthBytes, VmFlags flags, PageSource source, ulong pageOffset, MappedFile file = null)
    {
        int error = Apart(space, start, lengthBytes, flags, source, pageOffset, file);
        if (error == 0) space.MergeAround(start, start + lengthBytes);
        return error;
    }

    /// <summary>As <see cref="Fixed"/>, without joining the area with its neighbours.</summary>
    public static int Apart(
        AddressSpace space, ulong start, ulong lengthBytes, VmFlags flags, PageSource source, ulong pageOffset, MappedFile file = null)
    {
        ulong end = start + lengthBytes;
        if (((start | lengthBytes) & 4095) != 0 || lengthBytes == 0 || !UserMemory.IsUserRange(start, lengthBytes)) return -Errno.Invalid;
        if (FrameAllocator.IsExhausted || space.AreaCount > AddressSpace.MaximumAreas) return -Errno.NoMemory;
        flags = WithAccounting(source is KernelPages ? flags : flags | space.FutureLock);
        if ((flags & VmFlags.Locked) != 0 && !space.Limits.AllowLocked(space.Totals, lengthBytes)) return -Errno.Again;
        if (!space.MayGrow(flags, lengthBytes - space.MappedBytes(start, end))) return -Errno.NoMemory;
        int error = Unmap.Range(space, start, lengthBytes);
        if (error != 0) return error;
        source?.AddReference();
        file?.AddReference();
        VmArea area = new VmArea { Start = start, End = end, Flags = flags, Source = source, File = file };
        area.PageOffset = source == null ? start >> 12 : pageOffset;
        space.Insert(area);
        return 0;
    }

    /// <summary>Flags with <see cref="VmFlags.Accounted"/> where writable private memory makes it due.</summary>
    public static VmFlags WithAccounting(VmFlags flags) =>
        (flags & (VmFlags.Write | VmFlags.Shared | VmFlags.NoReserve | VmFlags.HugeTlb)) == VmFlags.Write ? flags | VmFlags.Accounted : flags;

    /// <summary>
    /// A free range for a mapping, in the order of <see cref="AddressSpace.Search"/>; 0 when there is none. Where huge pages may be used, those of the source
    /// begin at huge pages' addresses (Linux's thp_get_unmapped_area).
    /// </summary>
    /// <param name="source">Null for anonymous memory.</param>
    /// <param name="pageOffset">The source's page that will be first, in 4 KiB.</param>
    public static ulong FindGap(AddressSpace space, ulong lengthBytes, PageSource source, ulong pageOffset)
    {
        ulong offset = source == null ? 0 : pageOffset << 12;
        bool isAligned = source == null ? HugePage.IsAligned(lengthBytes) : source.HugeTlb != null || AlignsHugePages(source, lengthBytes, pageOffset);
        ulong padded = isAligned ? space.Search.Find(space, lengthBytes + HugePage.Bytes) : 0;
        if (padded == 0) return space.Search.Find(space, lengthBytes);
        ulong toBoundary = (offset - padded) & (HugePage.Bytes - 1);
        return padded + (toBoundary == 0 && !space.Search.IsBottomUp ? HugePage.Bytes : toBoundary);
    }

    /// <summary>
    /// True for a file mapping that is placed so that its huge pages' addresses fit their offsets: of a file system that does so, with a whole one in it.
    /// </summary>
    public static bool AlignsHugePages(PageSource source, ulong lengthBytes, ulong pageOffset)
    {
        ulong end = (pageOffset << 12) + lengthBytes, firstWhole = HugePage.RoundUp(pageOffset << 12);
        return source != null && source.AlignsHugePages && end > firstWhole && end - firstWhole >= HugePage.Bytes;
    }

    /// <summary>True when nothing is mapped in the range (a stack's guard gap counts as mapped).</summary>
    public static bool IsFree(AddressSpace space, ulong start, ulong lengthBytes)
    {
        VmArea next = space.FirstEndingAbove(start);
        return next == null || next.Start >= start + lengthBytes && next.GapEnd >= start + lengthBytes;
    }
}
