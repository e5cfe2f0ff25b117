using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>/proc/PID/numa_maps (numa(7)): what pages each area has on the one node there is.</summary>
internal static unsafe class ProcNumaMaps
{
    private struct Counts
    {
        public ulong Pages;
        public ulong Anonymous;
        public ulong Dirty;
        public ulong Active;
        public ulong SwapCache;
        public uint MostMappings;
    }

    public static void Write(Process process, ref TextWriter writer)
    {
        AddressSpace space = process.Space;
        for (VmArea area = space?.FirstArea; area != null && !writer.IsFull; area = area.Next)
        {
            writer.Hex(area.Start, 8);
            writer.Text(" default"u8);
            Counts counts = default;
            // The kernel's own pages, such as the vdso's, are on no node.
            if (area.Source is null or InodePages)
            {
                WriteName(space, area, ref writer);
                CountPages(space, area, ref counts);
            }
            if (area.IsHugeTlb) writer.Text(" huge"u8);
            if (counts.Pages != 0) WriteCounts(counts, area.IsHugeTlb, ref writer);
            writer.Byte((byte)'\n');
        }
    }

    private static void WriteName(AddressSpace space, VmArea area, ref TextWriter writer)
    {
        if (ProcMaps.IsHeap(space, area)) writer.Text(" heap"u8);
        if (ProcMaps.IsStack(space, area)) writer.Text(" stack"u8);
        if (area.Source == null) return;
        PathBuffer path = default;
        if (path.Allocate() != 0) return;
        path.Length = area.Source.CopyPath(path.Text, PathBuffer.Capacity);
        if (path.Length > 0)
        {
            writer.Text(" file="u8);
            writer.Escaped(path.Span, "\n\t= "u8);
        }
        path.Release();
    }

    /// <summary>Numbers that say nothing new are left out, as on Linux.</summary>
    private static void WriteCounts(in Counts counts, bool isHuge, ref TextWriter writer)
    {
        if (counts.Anonymous != 0) Field(ref writer, " anon=", counts.Anonymous);
        if (counts.Dirty != 0) Field(ref writer, " dirty=", counts.Dirty);
        if (counts.Pages != counts.Anonymous && counts.Pages != counts.Dirty) Field(ref writer, " mapped=", counts.Pages);
        if (counts.MostMappings > 1) Field(ref writer, " mapmax=", counts.MostMappings);
        if (counts.SwapCache != 0) Field(ref writer, " swapcache=", counts.SwapCache);
        if (counts.Active < counts.Pages && !isHuge) Field(ref writer, " active=", counts.Active);
        Field(ref writer, " N0=", counts.Pages);
        Field(ref writer, " kernelpagesize_kB=", (isHuge ? HugePage.Bytes : 4096) >> 10);
    }

    private static void Field(ref TextWriter writer, string name, ulong value)
    {
        writer.Text(name);
        writer.Decimal(value);
    }

    private static void CountPages(AddressSpace space, VmArea area, ref Counts counts)
    {
        ulong address = area.Start;
        while (address < area.End)
        {
            PageTableEntry* table = PageTable.FindTable(space.Root, address);
            PageTableEntry* huge = HugePage.Find(space.Root, address);
            ulong end = PageTable.TableEnd(address, area.End);
            if (huge != null && huge->Frame != HugeZeroPage.Frame) Count(area, address, *huge, huge->IsPooled ? 1 : HugePage.Frames, ref counts);
            if (table == null && huge == null) end = PageTable.SkipMissing(space.Root, address, area.End);
            for (; table != null && address < end; address += 4096)
            {
                PageTableEntry entry = table[address >> 12 & 511];
                if (PageTable.HoldsFrame(entry) && entry.Frame != PageTable.ZeroFrame) Count(area, address, entry, 1, ref counts);
            }
            address = end;
        }
    }

    private static void Count(VmArea area, ulong address, PageTableEntry entry, ulong pages, ref Counts counts)
    {
        FrameRecord* record = FrameTable.Of(entry.Frame);
        bool isAnonymous = !area.IsShared && (area.Source == null || area.Source.FindCached(area.PageIndex(address)) != entry.Frame);
        counts.Pages += pages;
        if (isAnonymous) counts.Anonymous += pages;
        if (entry.IsDirty || record->Is(FrameFlags.Dirty) || !isAnonymous && IsDirtyInFile(area, address)) counts.Dirty += pages;
        if (record->Is(FrameFlags.Active) || record->Is(FrameFlags.Unevictable)) counts.Active += pages;
        if (isAnonymous && record->SwapSlot != 0) counts.SwapCache += pages;
        uint mappings = entry.IsPooled ? FrameAllocator.References(entry.Frame) : PageCensus.Mappings(area, address, entry.Frame, out _);
        if (mappings > counts.MostMappings) counts.MostMappings = mappings;
    }

    /// <summary>Pages of files in memory always are: there is nothing that they could be equal to.</summary>
    private static bool IsDirtyInFile(VmArea area, ulong address) =>
        area.Source.IsSwapBacked || area.Source is PageCache pages && pages.DirtyFrame(area.PageIndex(address)) != 0;
}
