using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>The caches with changed pages, in the order in which they got the first of them, and how many such pages there may be.</summary>
internal static class DirtyFiles
{
    /// <summary>vm.dirty_background_ratio: percent of the available memory from which on the flusher writes without waiting for pages to age.</summary>
    public static int BackgroundRatioPercent = 10;

    /// <summary>vm.dirty_background_bytes: takes the ratio's place unless it is 0.</summary>
    public static ulong BackgroundBytes;

    /// <summary>vm.dirty_ratio: percent of the available memory that may be changed.</summary>
    public static int RatioPercent = 20;

    /// <summary>vm.dirty_bytes: takes the ratio's place unless it is 0.</summary>
    public static ulong Bytes;

    private static PageCache s_first;
    private static PageCache s_last;

    /// <summary>Changed pages that wait for being written back.</summary>
    public static ulong TotalPages { get; private set; }

    /// <summary>Pages that were changed so far, each time anew.</summary>
    public static ulong PagesDirtied { get; private set; }

    /// <summary>The cache whose changes are oldest, or null when everything is written.</summary>
    public static PageCache First => s_first;

    /// <summary>Pages that were written back so far.</summary>
    public static ulong PagesWrittenBack;

    /// <summary>Changed pages there may be.</summary>
    public static ulong Threshold => Limit(Bytes, RatioPercent);

    /// <summary>Changed pages from which on the flusher does not wait.</summary>
    public static ulong BackgroundThreshold
    {
        get
        {
            ulong pages = Limit(BackgroundBytes, BackgroundRatioPercent), all = Threshold;
            return pages < all ? pages : all / 2;
        }
    }

    /// <summary>True when a writer has to write back itself: half-way between the thresholds, as on Linux.</summary>
    public static bool AreTooMany => TotalPages > (Threshold + BackgroundThreshold) / 2;

    /// <summary>True when the flusher should write back now.</summary>
    public static bool AreMany => TotalPages > BackgroundThreshold;

    /// <summary>A page of a cache has changed.</summary>
    public static void Count(PageCache cache)
    {
        TotalPages++;
        PagesDirtied++;
        if (++cache.DirtyCount == 1)
        {
            cache.DirtySince = Clock.Now;
            cache.NextDirty = null;
            cache.PreviousDirty = s_last;
            if (s_last != null) s_last.NextDirty = cache;
            else s_first = cache;
            s_last = cache;
            Flusher.Expect();
        }
        if (AreMany) Flusher.Hurry();
    }

    /// <summary>A page of a cache is written, or gone.</summary>
    public static void Discount(PageCache cache)
    {
        TotalPages--;
        if (--cache.DirtyCount != 0) return;
        if (cache.PreviousDirty != null) cache.PreviousDirty.NextDirty = cache.NextDirty;
        else s_first = cache.NextDirty;
        if (cache.NextDirty != null) cache.NextDirty.PreviousDirty = cache.PreviousDirty;
        else s_last = cache.PreviousDirty;
        cache.NextDirty = null;
        cache.PreviousDirty = null;
    }

    /// <summary>Writes every changed page of every file back. Returns the first error; a file that cannot be written does not hinder the others.</summary>
    public static int WriteBackAll() => WriteBack(ulong.MaxValue);

    /// <summary>Writes the files back that changed before a time (<see cref="Clock.Now"/>); the result is as <see cref="WriteBackAll"/>'s.</summary>
    public static int WriteBack(ulong changedBefore)
    {
        int result = 0;
        // Writing, or failing to, leaves no changed page, so the file leaves the list.
        while (s_first != null && s_first.DirtySince < changedBefore)
        {
            Inode inode = s_first.Inode;
            inode.AddReference();
            int error = inode.Pages.WriteBack();
            if (error != 0 && result == 0) result = error;
            inode.Release();
        }
        return result;
    }

    /// <summary>A number of bytes, or a share of what could be dirty at all.</summary>
    private static ulong Limit(ulong bytes, int percent) => bytes != 0 ? (bytes + 4095) >> 12 : AvailableMemory.DirtyablePages * (ulong)percent / 100;
}
