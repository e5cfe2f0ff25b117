namespace GuestOs.Mm;

/// <summary>What programs could still get.</summary>
internal static class AvailableMemory
{
    /// <summary>
    /// Pages a new program could have without swapping (Linux's si_mem_available): free ones above the watermarks, and most of what files have cached
    /// and of what the kernel knows of files.
    /// </summary>
    public static ulong Pages
    {
        get
        {
            ulong pages = FrameAllocator.FreeFrames + WithoutKept(FilePages) + WithoutKept(KernelHeap.ReclaimableBytes >> 12);
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

    /// <summary>What a cache can give: half of it stays, or as much as should stay free.</summary>
    private static ulong WithoutKept(ulong pages) => pages - (pages / 2 < Watermarks.Low ? pages / 2 : Watermarks.Low);

    private static ulong FilePages => PageLists.Count(PageList.ActiveFile) + PageLists.Count(PageList.InactiveFile);
}
