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
        if (record->Is(FrameFlags.Huge)) return Split(frame);
        return record->Is(FrameFlags.Anonymous) ? Anonymous(frame, record, isDirty) : OfSource(frame, record);
    }

    /// <summary>A huge page goes in small pages: its frames come on the lists, where this one is expected back.</summary>
    private static PageOutResult Split(uint firstFrame)
    {
        FrameMappings mappings = new FrameMappings(firstFrame);
        if (!mappings.Next()) return PageOutResult.Kept;
        HugePage.Split(mappings.Area.Space, mappings.Entry, mappings.Address, takesApart: true);
        TransparentHugePages.SwapOutFallbacks++;
        PageLists.Remove(firstFrame);
        return PageOutResult.Kept;
    }

    private static PageOutResult Anonymous(uint frame, FrameRecord* record, bool isDirty)
    {
        if (record->Is(FrameFlags.LazyFree))
        {
            if (!isDirty && FrameAllocator.References(frame) == record->MapCount) return FreeLazily(frame);
            // Written again after all: memory like any other.
            record->Clear(FrameFlags.LazyFree);
            record->Set(FrameFlags.SwapBacked);
            return PageOutResult.Activated;
        }
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

    /// <summary>The next touch finds a page of zeros.</summary>
    private static PageOutResult FreeLazily(uint frame)
    {
        uint left = FrameTable.Of(frame)->MapCount;
        FrameMappings mappings = new FrameMappings(frame);
        while (left != 0 && mappings.Next())
        {
            mappings.SetEntry(default);
            mappings.Area.Space.ResidentPages--;
            left--;
            AnonymousPage.RemoveMapping(frame);
        }
        ReclaimCounters.LazilyFreed++;
        return PageOutResult.Freed;
    }
}
