using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>
/// Writes changed pages back to the file system, neighbours together. What cannot be written counts as written, as on Linux: kept, such pages would fill
/// all memory. Who wrote it learns of it by <see cref="PageCache.Errors"/>.
/// </summary>
internal static unsafe class DirtyPages
{
    /// <summary>
    /// Writes the changed pages of [first, end): 0, or the first error. Who maps them loses write permission, so that the next store is noticed.
    /// </summary>
    public static int WriteBack(PageCache cache, ulong firstPage, ulong endPage)
    {
        int result = 0;
        ulong index = firstPage;
        uint* frames = stackalloc uint[PageCache.MaximumRun];
        while (TakeRun(cache, ref index, endPage, frames, out int count))
        {
            DirtyFiles.PagesWrittenBack += (ulong)count;
            ulong first = index - (ulong)count;
            int error = cache.Inode.WritePages(first, count, frames);
            if (error != 0 && count > 1) error = Separately(cache, first, count, frames);
            if (error == 0) continue;
            cache.Errors.Add(error);
            cache.Inode.FileSystem?.Errors.Add(error);
            if (result == 0) result = error;
        }
        return result;
    }

    /// <summary>Takes the next changed pages that follow one another; the index is behind them then. False when there are none.</summary>
    private static bool TakeRun(PageCache cache, ref ulong index, ulong endPage, uint* frames, out int count)
    {
        count = 0;
        if (!cache.FindDirty(ref index, endPage)) return false;
        for (; count < PageCache.MaximumRun && index < endPage; index++)
        {
            uint frame = cache.DirtyFrame(index);
            if (frame == 0) break;
            WriteProtect.Page(cache, index, frame);
            cache.MarkClean(index);
            frames[count++] = frame;
        }
        return true;
    }

    /// <summary>Writes pages one by one: a page that cannot be written must not take its neighbours with it. 0, or the first error.</summary>
    private static int Separately(PageCache cache, ulong first, int count, uint* frames)
    {
        int result = 0;
        for (int i = 0; i < count; i++)
        {
            int error = cache.Inode.WritePages(first + (ulong)i, 1, frames + i);
            if (result == 0) result = error;
        }
        return result;
    }
}
