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
        Counter(ref writer, "nr_anon_pages ", AnonymousPage.Pages);
        Counter(ref writer, "nr_file_pages ", PageCache.TotalPages);
        Counter(ref writer, "nr_dirty     ", DirtyFiles.TotalPages);
        Counter(ref writer, "nr_page_table_pages ", PageTable.TotalPages);
        Counter(ref writer, "nr_swapcached ", SwapCache.Pages);
        Pages(ref writer, "  pages free     ", FrameAllocator.FreeFrames);
        Pages(ref writer, "        boost    ", 0);
        Pages(ref writer, "        min      ", Watermarks.Minimum);
        Pages(ref writer, "        low      ", Watermarks.Low);
        Pages(ref writer, "        high     ", Watermarks.High);
        Pages(ref writer, "        spanned  ", FrameAllocator.FrameCount);
        Pages(ref writer, "        present  ", FrameAllocator.TotalFrames);
        Pages(ref writer, "        managed  ", FrameAllocator.TotalFrames);
        writer.Text("        protection: (0, 0)\n"u8);
        Counter(ref writer, "nr_free_pages ", FrameAllocator.FreeFrames);
        writer.Text("  node_unreclaimable:  0\n  start_pfn:           0\n"u8);
    }

    private static void Counter(ref TextWriter writer, string name, ulong value)
    {
        writer.Text("      "u8);
        Pages(ref writer, name, value);
    }

    private static void Pages(ref TextWriter writer, string name, ulong value)
    {
        writer.Text(name);
        writer.Decimal(value);
        writer.Byte((byte)'\n');
    }
}
