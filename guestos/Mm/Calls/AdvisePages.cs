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
            if (huge != null && FollowHuge(space, huge, address, end, advice, ref changed))
            {
                address = PageTable.TableEnd(address, end) - 4096;
                continue;
            }
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

    /// <summary>Follows the advice for a huge page as one, or returns false: it is mapped in small pages now.</summary>
    private static bool FollowHuge(AddressSpace space, PageTableEntry* huge, ulong address, ulong end, Advice advice, ref bool changed)
    {
        if (advice == Advice.WillNeed || huge->Frame == HugeZeroPage.Frame) return true;
        FrameRecord* record = FrameTable.Of(huge->Frame);
        bool isAll = HugePage.IsAligned(address) && end - address >= HugePage.Bytes;
        if (isAll && record->Is(FrameFlags.Huge))
        {
            changed |= FollowPresent(huge, advice);
            // Sent away it is mapped in small pages, which are to go as well where it came apart.
            return huge->IsHuge;
        }
        if (isAll && advice == Advice.Cold) return true;
        HugePage.Split(space, huge, address, takesApart: true);
        return false;
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
                ReclaimCounters.LazilyFreeable += PageLists.PagesOf(record);
                // No longer swap-backed: it goes as easily as a clean file page.
                record->Clear(FrameFlags.Active | FrameFlags.Referenced | FrameFlags.SwapBacked);
                record->Set(FrameFlags.LazyFree);
                PageLists.Add(frame);
                return true;
            default: return false;
        }
    }
}
