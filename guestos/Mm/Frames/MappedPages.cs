namespace GuestOs.Mm;

/// <summary>Pages of files that some page table holds.</summary>
internal static unsafe class MappedPages
{
    /// <summary>Counts them: a cached page that is used once more than by its cache. Looks at every frame.</summary>
    public static ulong Count()
    {
        ulong count = 0;
        for (uint frame = 0; frame < FrameAllocator.FrameCount; frame++)
            if (FrameAllocator.References(frame) > 1 && FrameTable.Of(frame)->Is(FrameFlags.File)) count++;
        return count;
    }
}
