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
        if (slot != 0) Insert(frame, slot);
        return slot != 0;
    }

    /// <summary>Gives an anonymous frame a slot that was allocated for it; what the slot holds is nothing yet.</summary>
    public static void Insert(uint frame, uint slot)
    {
        FrameRecord* record = FrameTable.Of(frame);
        record->SwapSlot = slot;
        record->Set(FrameFlags.Dirty);
        FrameAllocator.AddReference(frame);
        Pages++;
    }

    /// <summary>
    /// Reads the page of a slot that has no frame here: 0 with -ENOMEM or -EIO when that cannot be done. The frame belongs to nobody until
    /// <see cref="SwapIn.Map"/> gives it to a family, or <see cref="Take"/> to a memory file.
    /// </summary>
    public static uint Read(uint slot, out int error)
    {
        bool hasShadow = SwapArea.HasShadow(slot, out uint shadow);
        uint frame = FrameAllocator.AllocateForUser();
        error = frame == 0 ? -Errno.NoMemory : 0;
        if (frame == 0) return 0;
        if (!SwapArea.Read(slot, frame))
        {
            FrameAllocator.Release(frame);
            error = -Errno.InputOutput;
            return 0;
        }
        ReclaimCounters.PagesSwappedIn++;
        FrameTable.AttachAnonymous(frame, null, 0)->SwapSlot = slot;
        SwapArea.SetCached(slot, frame);
        Pages++;
        if (hasShadow) Workingset.Refaulted(frame, shadow);
        return frame;
    }

    /// <summary>Takes a frame out. Without mappings it is free then, and its content only on the disk.</summary>
    public static void Remove(uint frame)
    {
        uint slot = FrameTable.Of(frame)->SwapSlot, shadow = Workingset.ShadowOf(frame);
        Forget(frame);
        if (FrameTable.Of(frame)->MapCount == 0) FrameTable.Detach(frame);
        SwapArea.ClearCached(slot, shadow);
        FrameAllocator.Release(frame);
    }

    /// <summary>Takes a frame without mappings out, for a page source that it becomes a page of; the cache's reference is the source's from now on.</summary>
    public static void Take(uint frame, PageSource source, ulong pageIndex)
    {
        uint slot = FrameTable.Of(frame)->SwapSlot;
        Forget(frame);
        SwapArea.ClearCached(slot, 0);
        FrameTable.MoveToSource(frame, source, pageIndex);
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

    private static void Forget(uint frame)
    {
        FrameRecord* record = FrameTable.Of(frame);
        record->SwapSlot = 0;
        record->Clear(FrameFlags.Dirty | FrameFlags.ReadAhead);
        Pages--;
    }
}
