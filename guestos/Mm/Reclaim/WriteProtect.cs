using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Takes write permission from the shared mappings of a page, so that the next store faults and is noticed (Linux's page_mkclean).</summary>
internal static unsafe class WriteProtect
{
    /// <summary>Every shared mapping of one page of a source becomes read-only and clean.</summary>
    public static void Page(PageSource source, ulong pageIndex, uint frame)
    {
        if (source.Mappings.SharedCount == 0) return;
        for (VmArea area = source.Mappings.First(pageIndex, pageIndex + 1); area != null; area = source.Mappings.Next(area, pageIndex, pageIndex + 1))
        {
            if (!area.IsShared) continue;
            ulong address = area.AddressOf(pageIndex);
            PageTableEntry* entry = PageTable.Find(area.Space.Root, address);
            if (entry == null || !PageTable.HoldsFrame(*entry) || entry->Frame != frame || !entry->IsWritable && !entry->IsDirty) continue;
            *entry = entry->Without(PageTableEntry.Writable | PageTableEntry.Dirty);
            if (area.Space.IsActive) Cpu.InvalidatePage(address);
        }
    }
}
