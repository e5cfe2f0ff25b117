using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Advice that is about the pages of an area as they are now: MADV_FREE, COLD, PAGEOUT, and WILLNEED for swapped pages.</summary>
internal static unsafe class AdvisePages
{
    /// <summary>Follows the advice for [start, end) of an area.</summary>
    public static void Follow(AddressSpace space, VmArea area, ulong start, ulong end, Advice advice)
    {
        bool changed = false;
        for (ulong address = start; address < end; address += 4096)
        {
            PageTableEntry* huge = HugePage.Find(space.Root, address);
            if (huge != null && advice == Advice.Cold && HugePage.IsAligned(address) && end - address >= HugePage.Bytes)
            {
                if (FrameTable.Of(huge->Frame)->Is(FrameFlags.Huge)) changed |= FollowPresent(huge, advice);
                address += HugePage.Bytes - 4096;
                continue;
            }
            if (huge != null) HugePage.Split(space, huge, address, takesApart: true);
            PageTableEntry* table = PageTable.FindTable(space.Root, address);
            if (table == null)
            {
                address = PageTable.SkipMissing(space.Root, address, end) - 4096;
                continue;
            }
            PageTableEntry* entry = table + (address >> 12 & 511);
            if (entry->IsSwap) FollowSwapped(space, entry, advice);
            else if (PageTable.HoldsFrame(*entry) && entry->Frame != PageTable.ZeroFrame) changed |= FollowPresent(entry, advice);
        }
        if (changed) space.FlushTlb();
    }

    private static void FollowSwapped(AddressSpace space, PageTableEntry* entry, Advice advice)
    {
        if (advice == Advice.Free)
        {
            PageTableEntry old = *entry;
            *entry = default;
            PageTable.DropFrame(space, old);
            return;
        }
        // What cannot be read now shows when it is touched.
        if (advice == Advice.WillNeed && SwapArea.CachedFrame(entry->SwapSlot) == 0) SwapCache.Read(entry->SwapSlot, out _);
    }

    /// <summary>True when the entry has changed and the CPU may still use the old one.</summary>
    private static bool FollowPresent(PageTableEntry* entry, Advice advice)
    {
        uint frame = entry->Frame;
        FrameRecord* record = FrameTable.Of(frame);
        if (!record->HasOwner || !record->Is(FrameFlags.Listed)) return false;
        switch (advice)
        {
            case Advice.PageOut:
                // What others use too is not this program's to send away.
                if (record->Is(FrameFlags.Anonymous) ? record->MapCount == 1 : FrameAllocator.References(frame) == 2) Reclaim.PageOutNow(frame);
                return false;
            case Advice.Cold:
                *entry = entry->Without(PageTableEntry.Accessed);
                record->Clear(FrameFlags.Referenced);
                PageLists.Move(frame, isActive: false);
                return true;
            case Advice.Free when record->Is(FrameFlags.Anonymous) && SwapCache.TryOwn(frame):
                *entry = entry->Without(PageTableEntry.Accessed | PageTableEntry.Dirty);
                PageLists.Remove(frame);
                // No longer swap-backed: it goes as easily as a clean file page.
                record->Clear(FrameFlags.Active | FrameFlags.Referenced | FrameFlags.SwapBacked);
                record->Set(FrameFlags.LazyFree);
                PageLists.Add(frame);
                return true;
            default: return false;
        }
    }
}
