using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>Pages of files in memory (tmpfs, shared memory) on swap: there is no file they could be written to.</summary>
internal static class MemoryFileSwap
{
    // The caches that have pages in swap space.
    private static PageCache s_first;

    /// <summary>Pages of files in memory that are in swap space.</summary>
    public static ulong TotalPages { get; private set; }

    /// <summary>Writes a cached page to swap and frees its frame, which nothing else uses. False when there is no room or the disk fails.</summary>
    public static bool TryOut(PageCache cache, ulong page, uint frame)
    {
        uint slot = SwapArea.Allocate(frame);
        if (slot == 0) return false;
        bool isWritten = SwapArea.Write(slot, frame);
        if (isWritten) SwapArea.AddReference(slot);
        SwapArea.ClearCached(slot, Workingset.ShadowOf(frame));
        if (!isWritten) return false;
        ReclaimCounters.PagesSwappedOut++;
        Workingset.Age();
        cache.ReplaceBySlot(page, frame, slot);
        Count(cache);
        return true;
    }

    /// <summary>Brings a page back from swap: 0, -ENOMEM or -EIO.</summary>
    public static int In(PageCache cache, ulong page)
    {
        uint slot = cache.SlotOf(page), frame = SwapReadAhead.Bring(slot, out int error);
        if (frame == 0) return error;
        cache.ReplaceByFrame(page, frame);
        Discard(cache, slot);
        return 0;
    }

    /// <summary>A page on swap is not wanted there any more.</summary>
    public static void Discard(PageCache cache, uint slot)
    {
        TotalPages--;
        if (--cache.SwappedCount == 0)
        {
            if (cache.NextSwapped != null) cache.NextSwapped.PreviousSwapped = cache.PreviousSwapped;
            if (cache.PreviousSwapped != null) cache.PreviousSwapped.NextSwapped = cache.NextSwapped;
            else s_first = cache.NextSwapped;
        }
        SwapCache.ReleaseSlot(slot);
    }

    /// <summary>Brings every page of files in memory back: 0, -ENOMEM or -EIO.</summary>
    public static int BringAllBack()
    {
        while (s_first != null)
        {
            PageCache cache = s_first;
            for (ulong page = 0; cache.SwappedCount != 0 && cache.FindNext(ref page); page++)
            {
                int error = cache.IsSwapped(page) ? In(cache, page) : 0;
                if (error != 0) return error;
            }
        }
        return 0;
    }

    private static void Count(PageCache cache)
    {
        TotalPages++;
        if (cache.SwappedCount++ != 0) return;
        cache.NextSwapped = s_first;
        cache.PreviousSwapped = null;
        if (s_first != null) s_first.PreviousSwapped = cache;
        s_first = cache;
    }
}
