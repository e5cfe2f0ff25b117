using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>/proc/zoneinfo: the only zone, its watermarks and what its pages are.</summary>
internal static class ProcZoneInfo
{
    public static void Write(ref TextWriter writer)
    {
        writer.Text("Node 0, zone   Normal\n  per-node stats\n"u8);
        Counter(ref writer, "nr_inactive_anon ", PageLists.Count(PageList.InactiveAnonymous));
        Counter(ref writer, "nr_active_anon ", PageLists.Count(PageList.ActiveAnonymous));
        Counter(ref writer, "nr_inactive_file ", PageLists.Count(PageList.InactiveFile));
        Counter(ref writer, "nr_active_file ", PageLists.Count(PageList.ActiveFile));
        Counter(ref writer, "nr_unevictable ", PageLists.Count(PageList.Unevictable));
        Counter(ref writer, "nr_mlock     ", LockedPages.Count);
        Counter(ref writer, "nr_anon_pages ", AnonymousPage.Pages);
        Counter(ref writer, "nr_file_pages ", PageCache.TotalPages);
        Counter(ref writer, "nr_dirty     ", DirtyFiles.TotalPages);
        Counter(ref writer, "nr_page_table_pages ", PageTable.TotalPages);
        Counter(ref writer, "nr_swapcached ", SwapCache.Pages);
        writer.Line("  pages free     ", FrameAllocator.FreeFrames);
        writer.Line("        boost    ", 0);
        writer.Line("        min      ", Watermarks.Minimum);
        writer.Line("        low      ", Watermarks.Low);
        writer.Line("        high     ", Watermarks.High);
        writer.Line("        spanned  ", FrameAllocator.FrameCount);
        writer.Line("        present  ", FrameAllocator.TotalFrames);
        writer.Line("        managed  ", FrameAllocator.TotalFrames);
        writer.Text("        protection: (0, 0)\n"u8);
        Counter(ref writer, "nr_free_pages ", FrameAllocator.FreeFrames);
        writer.Text("  node_unreclaimable:  0\n  start_pfn:           0\n"u8);
    }

    private static void Counter(ref TextWriter writer, string name, ulong value)
    {
        writer.Text("      "u8);
        writer.Line(name, value);
    }
}
