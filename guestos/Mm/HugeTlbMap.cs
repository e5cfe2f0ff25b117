namespace GuestOs.Mm;

/// <summary>New mappings of MAP_HUGETLB memory.</summary>
internal static class HugeTlbMap
{
    /// <summary>Rounds a length up to whole huge pages.</summary>
    public static ulong RoundUp(ulong lengthBytes) => (lengthBytes + HugePage.Bytes - 1) & ~(HugePage.Bytes - 1);

    /// <summary>
    /// Maps whole huge pages at an aligned place, with all of them promised by the pool unless the flags have <see cref="VmFlags.NoReserve"/>. Returns 0,
    /// -EINVAL for a place that is not aligned, -ENOMEM.
    /// </summary>
    public static int Fixed(AddressSpace space, ulong start, ulong lengthBytes, VmFlags flags)
    {
        if (((start | lengthBytes) & (HugePage.Bytes - 1)) != 0) return -Errno.Invalid;
        if (lengthBytes >> 12 > FrameAllocator.TotalFrames) return -Errno.NoMemory;
        HugeTlbFile file = new HugeTlbFile((int)(lengthBytes / HugePage.Bytes));
        flags |= VmFlags.HugeTlb;
        int error = 0;
        if ((flags & VmFlags.NoReserve) == 0)
        {
            if (!file.TryReserve()) error = -Errno.NoMemory;
            else if ((flags & VmFlags.Shared) == 0) flags |= VmFlags.HugeTlbOwner;
        }
        if (error == 0) error = Map.Fixed(space, start, lengthBytes, flags, file, 0);
        file.Release();
        return error;
    }
}
