using System.Runtime.CompilerServices;

namespace GuestOs.Mm;

/// <summary>What became of a page that reclaim wanted.</summary>
internal enum PageOutResult
{
    /// <summary>Its frame is free.</summary>
    Freed,

    /// <summary>It must stay, and has gone to the list of such pages.</summary>
    Culled,

    /// <summary>It stays, and is tried again later.</summary>
    Kept,

    /// <summary>It stays, as it cannot go now: locked, or nowhere to go to.</summary>
    Activated,
}

/// <summary>Takes one page out of memory: out of all page tables, to swap or to its file where it has changed, then its frame is free.</summary>
internal static unsafe class PageOut
{
    /// <summary>Tries it for a page that is on no list; the caller puts it back on one unless it was freed. Nothing else runs meanwhile.</summary>
    public static PageOutResult Try(uint frame, bool isDirty)
    {
        FrameRecord* record = FrameTable.Of(frame);
        if (record->Is(FrameFlags.LazyFree)) return UnlessWritten(frame, record, isDirty);
        if (record->Is(FrameFlags.Huge)) return Huge(frame);
        return record->Is(FrameFlags.Anonymous) ? Anonymous(frame, record, isDirty) : OfSource(frame, record);
    }

    /// <summary>
    /// A huge page goes to slots in a row, and its mappings become small ones that refer to them. Where no such slots are free it comes apart: its frames come
    /// on the lists, where this one is expected back.
    /// </summary>
    private static PageOutResult Huge(uint firstFrame)
    {
        FrameMappings mappings = new FrameMappings(firstFrame);
        if (!mappings.Next()) return PageOutResult.Kept;
        uint slot = SwapArea.AllocateCluster(firstFrame);
        HugePage.Split(mappings.Area.Space, mappings.Entry, mappings.Address, takesApart: slot == 0);
        PageLists.Remove(firstFrame);
        if (slot == 0)
        {
            TransparentHugePages.SwapOutFallbacks++;
            return PageOutResult.Kept;
        }
        TransparentHugePages.SwapOuts++;
        PageOutResult result = ToSlot(firstFrame, slot);
        for (uint i = 1; i < HugePage.Frames; i++)
        {
            PageLists.Remove(firstFrame + i);
            if (ToSlot(firstFrame + i, slot + i) != PageOutResult.Freed) PageLists.Add(firstFrame + i);
        }
        return result;
    }

    private static PageOutResult ToSlot(uint frame, uint slot)
    {
        SwapCache.Insert(frame, slot);
        return Anonymous(frame, FrameTable.Of(frame), isDirty: true);
    }

    private static PageOutResult Anonymous(uint frame, FrameRecord* record, bool isDirty)
    {
        // Somebody besides page tables and cache uses the frame just now.
        uint expected = record->MapCount + (record->SwapSlot != 0 ? 1u : 0);
        if (FrameAllocator.References(frame) != expected) return PageOutResult.Kept;
        if (record->SwapSlot == 0 && !SwapCache.Add(frame)) return PageOutResult.Activated;
        if (isDirty) record->Set(FrameFlags.Dirty);
        // Written first: after a failure nothing has happened to the page tables yet.
        if (record->Is(FrameFlags.Dirty))
        {
            if (!SwapArea.Write(record->SwapSlot, frame)) return PageOutResult.Activated;
            record->Clear(FrameFlags.Dirty);
            ReclaimCounters.PagesSwappedOut++;
        }
        uint slot = record->SwapSlot;
        FrameMappings mappings = new FrameMappings(frame);
        while (mappings.Next())
        {
            AddressSpace space = mappings.Area.Space;
            mappings.SetEntry(PageTableEntry.ForSwap(slot).With(mappings.Entry->Value & PageTableEntry.SoftDirty));
            SwapArea.AddReference(slot);
            space.SwapPages++;
            space.ResidentPages--;
            AnonymousPage.RemoveMapping(frame);
        }
        if (record->MapCount != 0) return PageOutResult.Kept;
        SwapCache.Remove(frame);
        Workingset.Age();
        return PageOutResult.Freed;
    }

    private static PageOutResult OfSource(uint frame, FrameRecord* record)
    {
        PageSource source = Unsafe.As<PageSource>(Unsafe.ObjectAt(record->Owner));
        if (record->Is(FrameFlags.SwapBacked) && !SwapArea.HasRoom) return PageOutResult.Activated;
        ulong page = record->PageIndex;
        FrameMappings mappings = new FrameMappings(frame);
        while (mappings.Next())
        {
            PageTableEntry entry = *mappings.Entry;
            mappings.SetEntry(default);
            if (entry.IsDirty && mappings.Area.IsShared) source.MarkDirty(page);
            mappings.Area.Space.ResidentPages--;
            FrameAllocator.Release(frame);
        }
        // What is left are the cache's own reference and those of system calls that copy from or to the page.
        if (FrameAllocator.References(frame) != 1) return PageOutResult.Kept;
        return source.TryEvict(page) ? PageOutResult.Freed : PageOutResult.Activated;
    }

    /// <summary>Frees what MADV_FREE gave up: the next touch finds zeros. What was written again after all is memory like any other.</summary>
    private static PageOutResult UnlessWritten(uint frame, FrameRecord* record, bool isDirty)
    {
        if (isDirty || FrameAllocator.References(frame) != record->MapCount)
        {
            record->Clear(FrameFlags.LazyFree);
            record->Set(FrameFlags.SwapBacked);
            return PageOutResult.Activated;
        }
        ReclaimCounters.LazilyFreed += PageLists.PagesOf(record);
        bool isHuge = record->Is(FrameFlags.Huge);
        uint left = record->MapCount;
        FrameMappings mappings = new FrameMappings(frame);
        while (left != 0 && mappings.Next())
        {
            AddressSpace space = mappings.Area.Space;
            left--;
            if (isHuge)
            {
                HugePage.Remove(space, mappings.Entry);
                mappings.FlushTlb();
                continue;
            }
            mappings.SetEntry(default);
            space.ResidentPages--;
            AnonymousPage.RemoveMapping(frame);
        }
        return PageOutResult.Freed;
    }
}
