namespace GuestOs.Mm;

/// <summary>New mappings of hugetlb memory, and what goes out of them.</summary>
internal static unsafe class HugeTlbMap
{
    /// <summary>
    /// Maps whole huge pages of a source at an aligned place, with all of them promised by the pool unless the flags have <see cref="VmFlags.NoReserve"/>:
    /// to the file where the mapping is shared, else to the mapping. Returns 0, -EINVAL for a place or offset that is not aligned, -ENOMEM.
    /// </summary>
    /// <param name="pageOffset">In pages of 4 KiB.</param>
    public static int Fixed(AddressSpace space, ulong start, ulong lengthBytes, VmFlags flags, PageSource source, ulong pageOffset)
    {
        if (!HugePage.IsAligned(start | lengthBytes | pageOffset << 12)) return -Errno.Invalid;
        if (lengthBytes >> 12 > FrameAllocator.TotalFrames) return -Errno.NoMemory;
        HugeTlbStore promises = null;
        if ((flags & VmFlags.NoReserve) == 0)
        {
            // A file that cannot be mapped after all keeps what it was promised, as long as it lives.
            HugeTlbStore store = (flags & VmFlags.Shared) != 0 ? source.HugeTlb : promises = new HugeTlbStore();
            ulong first = pageOffset >> HugePage.Order;
            if (!store.TryReserve(first, first + lengthBytes / HugePage.Bytes))
            {
                promises?.Release();
                return -Errno.NoMemory;
            }
        }
        int error = Map.Fixed(space, start, lengthBytes, flags | VmFlags.HugeTlb, source, pageOffset);
        if (error != 0) promises?.Release();
        else space.Find(start).Promises = promises;
        return error;
    }

    /// <summary>Takes whole huge pages out of an area; the owner of private ones keeps its right to them.</summary>
    public static void Zap(VmArea area, ulong start, ulong end)
    {
        for (; start < end; start += HugePage.Bytes)
        {
            PageTableEntry entry = PageTable.Lookup(area.Space.Root, start);
            PageTable.Zap(area.Space, start, start + HugePage.Bytes);
            ulong index = area.PageIndex(start) >> HugePage.Order;
            if (!entry.IsNone && area.Promises != null && entry.Frame != area.Source.HugeTlb.Page(index)) area.Promises.PromiseAgain(index, index + 1);
        }
    }
}
