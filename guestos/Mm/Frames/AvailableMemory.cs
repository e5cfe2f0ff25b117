namespace GuestOs.Mm;

/// <summary>What programs could still get.</summary>
internal static class AvailableMemory
{
    /// <summary>
    /// Pages a new program could have without swapping (Linux's si_mem_available): free ones above the watermarks, and most of what files have cached.
    /// </summary>
    public static ulong Pages
    {
        get
        {
            ulong files = FilePages, kept = files / 2 < Watermarks.Low ? files / 2 : Watermarks.Low;
            ulong pages = FrameAllocator.FreeFrames + (files - kept);
            return pages > Watermarks.High ? pages - Watermarks.High : 0;
        }
    }

    /// <summary>Pages that files could fill with changes (Linux's global_dirtyable_memory).</summary>
    public static ulong DirtyablePages
    {
        get
        {
            ulong free = FrameAllocator.FreeFrames;
            return (free > Watermarks.High ? free - Watermarks.High : 0) + FilePages;
        }
    }

    private static ulong FilePages => PageLists.Count(PageList.ActiveFile) + PageLists.Count(PageList.InactiveFile);
}
