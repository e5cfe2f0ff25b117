namespace GuestOs.Mm;

/// <summary>What a frame is used for, in the words of Linux's /proc/kpagecount and kpageflags.</summary>
internal static unsafe class FrameUse
{
    // include/uapi/linux/kernel-page-flags.h
    private const int Referenced = 2, Dirty = 4, Listed = 5, Active = 6, Buddy = 10, Mapped = 11, Anonymous = 12, SwapCache = 13, SwapBacked = 14;
    private const int Head = 15, Tail = 16, Unevictable = 18, Huge = 22, Zero = 24, Locked = 33;

    /// <summary>Page table entries that hold the frame; a huge page's entry counts for each of its frames.</summary>
    /// <param name="frame">Below <see cref="FrameAllocator.FrameCount"/>.</param>
    public static ulong Mappings(uint frame)
    {
        uint record = RecordOf(frame);
        FrameRecord* page = FrameTable.Of(record);
        uint references = FrameAllocator.References(record);
        if (references == 0 || !page->HasOwner) return 0;
        // The page cache's reference is no mapping.
        return page->Is(FrameFlags.Anonymous) ? page->MapCount : references - 1;
    }

    /// <param name="frame">Below <see cref="FrameAllocator.FrameCount"/>.</param>
    public static ulong Flags(uint frame)
    {
        if (frame == PageTable.ZeroFrame) return 1UL << Zero;
        uint record = RecordOf(frame);
        if (FrameAllocator.References(record) == 0) return 1UL << Buddy;
        FrameRecord* page = FrameTable.Of(record);
        if (!page->HasOwner) return 0;
        ulong flags = 0;
        Add(ref flags, Referenced, page->Is(FrameFlags.Referenced));
        Add(ref flags, Dirty, page->Is(FrameFlags.Dirty));
        Add(ref flags, Listed, page->Is(FrameFlags.Listed));
        Add(ref flags, Active, page->Is(FrameFlags.Active));
        Add(ref flags, Mapped, Mappings(frame) != 0);
        Add(ref flags, Anonymous, page->Is(FrameFlags.Anonymous));
        Add(ref flags, SwapCache, page->Is(FrameFlags.Anonymous) && page->SwapSlot != 0);
        Add(ref flags, SwapBacked, page->Is(FrameFlags.SwapBacked));
        Add(ref flags, Unevictable, page->Is(FrameFlags.Unevictable));
        Add(ref flags, Locked, page->Is(FrameFlags.Locked));
        if (!page->Is(FrameFlags.Huge)) return flags;
        Add(ref flags, Huge, true);
        Add(ref flags, frame == record ? Head : Tail, true);
        return flags;
    }

    /// <summary>The frame whose record tells: a huge page's first one, or the frame itself.</summary>
    private static uint RecordOf(uint frame)
    {
        uint head = frame - frame % (uint)HugePage.Frames;
        bool isHuge = FrameAllocator.References(head) != 0 && FrameTable.Of(head)->HasOwner && FrameTable.Of(head)->Is(FrameFlags.Huge);
        return isHuge ? head : frame;
    }

    private static void Add(ref ulong flags, int bit, bool isSet)
    {
        if (isSet) flags |= 1UL << bit;
    }
}
