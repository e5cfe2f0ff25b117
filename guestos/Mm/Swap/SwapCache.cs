using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>
/// Frames that have a swap slot: on their way out, or back in. One reference of each is the cache's. Whoever swaps in a page that another process has
/// brought back finds its frame here, and a page not written since needs no second write to go out again.
/// </summary>
internal static unsafe class SwapCache
{
    /// <summary>Frames in it.</summary>
    public static ulong Pages { get; private set; }

    /// <summary>Gives an anonymous frame a slot; false when swap space is full.</summary>
    public static bool Add(uint frame)
    {
        uint slot = SwapArea.Allocate(frame);
        if (slot == 0) return false;
        FrameRecord* record = FrameTable.Of(frame);
        record->SwapSlot = slot;
        record->Set(FrameFlags.Dirty);
        FrameAllocator.AddReference(frame);
        Pages++;
        return true;
    }

    /// <summary>Takes in a frame that was just read from a slot, and its reference; it has been attached.</summary>
    public static void Insert(uint slot, uint frame)
    {
        FrameTable.Of(frame)->SwapSlot = slot;
        SwapArea.SetCached(slot, frame);
        Pages++;
    }

    /// <summary>Takes a frame out. Without mappings it is free then, and its content only on the disk.</summary>
    public static void Remove(uint frame)
    {
        FrameRecord* record = FrameTable.Of(frame);
        uint slot = record->SwapSlot, shadow = Workingset.ShadowOf(frame);
        record->SwapSlot = 0;
        record->Clear(FrameFlags.Dirty);
        Pages--;
        if (record->MapCount == 0) FrameTable.Detach(frame);
        SwapArea.ClearCached(slot, shadow);
        FrameAllocator.Release(frame);
    }

    /// <summary>A swap entry less names a slot; the last one takes the slot's frame along if nothing maps it.</summary>
    public static void ReleaseSlot(uint slot)
    {
        SwapArea.Release(slot);
        uint frame = SwapArea.References(slot) == 0 ? SwapArea.CachedFrame(slot) : 0;
        if (frame != 0 && FrameTable.Of(frame)->MapCount == 0) Remove(frame);
    }

    /// <summary>
    /// True when the caller's page table entry is the only one anywhere with this anonymous frame; a slot that nothing else refers to is given up for that.
    /// </summary>
    public static bool TryOwn(uint frame)
    {
        FrameRecord* record = FrameTable.Of(frame);
        if (!IsSole(frame)) return false;
        if (record->SwapSlot != 0) Remove(frame);
        return true;
    }

    /// <summary>True when one page table entry has this frame, and no swap entry its slot.</summary>
    public static bool IsSole(uint frame)
    {
        FrameRecord* record = FrameTable.Of(frame);
        uint slot = record->Is(FrameFlags.Anonymous) ? record->SwapSlot : 0;
        if (slot == 0) return FrameAllocator.References(frame) == 1;
        return FrameAllocator.References(frame) == 2 && SwapArea.References(slot) == 0;
    }
}
