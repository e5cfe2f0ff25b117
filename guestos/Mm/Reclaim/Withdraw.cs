using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>
/// Takes pages of a file out of every page table that shows them (Linux's unmap_mapping_range): a later access faults and finds what is there then.
/// </summary>
internal static unsafe class Withdraw
{
    /// <summary>Pages [first, end) go, and with <paramref name="withCopies"/> the private copies made of them.</summary>
    public static void Pages(PageSource source, ulong firstPage, ulong endPage, bool withCopies)
    {
        for (VmArea area = source.Mappings.First(firstPage, endPage); area != null; area = source.Mappings.Next(area, firstPage, endPage))
        {
            ulong start = area.AddressOf(firstPage > area.PageOffset ? firstPage : area.PageOffset);
            ulong end = area.AddressOf(endPage < area.EndPage ? endPage : area.EndPage);
            if (area.IsHugeTlb) HugeTlbMap.Zap(area, start, end);
            else if (withCopies || area.IsShared) PageTable.Zap(area.Space, start, end);
            else ZapShown(area, start, end);
        }
    }

    /// <summary>Zaps the pages of a private area that are still the file's own.</summary>
    private static void ZapShown(VmArea area, ulong start, ulong end)
    {
        for (ulong address = start; address < end; address += 4096)
        {
            PageTableEntry* table = PageTable.FindTable(area.Space.Root, address);
            if (table == null)
            {
                address = PageTable.SkipMissing(area.Space.Root, address, end) - 4096;
                continue;
            }
            PageTableEntry entry = table[address >> 12 & 511];
            bool isShown = PageTable.HoldsFrame(entry) && entry.Frame == area.Source.FindCached(area.PageIndex(address));
            if (isShown) PageTable.Zap(area.Space, address, address + 4096);
        }
    }
}
