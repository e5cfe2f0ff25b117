using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>What an area's pages are, in bytes: the numbers of /proc/PID/smaps.</summary>
internal unsafe struct PageCensus
{
    /// <summary>Shares of a page are counted in this many parts of a byte, as Linux does.</summary>
    private const int ShareShift = 12;
    private const ulong PageBytes = 4096;

    private ulong _proportional;
    private ulong _proportionalDirty;
    private ulong _proportionalSwapped;
    private ulong _proportionalLocked;

    public ulong Resident;
    public ulong SharedClean;
    public ulong SharedDirty;
    public ulong PrivateClean;
    public ulong PrivateDirty;
    public ulong Referenced;
    public ulong Anonymous;

    /// <summary>What transparent huge pages map.</summary>
    public ulong AnonymousHuge;

    /// <summary>What huge pages of the pool map, those of several users apart; not in any of the other numbers.</summary>
    public ulong SharedHugeTlb;
    public ulong PrivateHugeTlb;
    public ulong LazyFree;
    public ulong Swapped;

    /// <summary>Each page divided by the number of its mappings.</summary>
    public readonly ulong Proportional => _proportional >> ShareShift;

    public readonly ulong ProportionalDirty => _proportionalDirty >> ShareShift;

    public readonly ulong ProportionalSwapped => _proportionalSwapped >> ShareShift;

    /// <summary>Shares of pages in locked areas.</summary>
    public readonly ulong Locked => _proportionalLocked >> ShareShift;

    /// <summary>Adds the pages of an area.</summary>
    public void Add(AddressSpace space, VmArea area)
    {
        if (area.Source != null) AddSwappedOfSource(space, area);
        ulong address = area.Start;
        while (address < area.End)
        {
            PageTableEntry* table = PageTable.FindTable(space.Root, address);
            PageTableEntry* huge = HugePage.Find(space.Root, address);
            if (table == null && huge == null)
            {
                address = PageTable.SkipMissing(space.Root, address, area.End);
                continue;
            }
            ulong tableEnd = PageTable.TableEnd(address, area.End);
            for (; table != null && address < tableEnd; address += 4096) Add(area, address, table[address >> 12 & 511], PageBytes);
            if (huge != null) AddHuge(area, address, *huge);
            address = tableEnd;
        }
    }

    /// <summary>How many page table entries hold a frame of an area: its references without the page cache's own.</summary>
    public static uint Mappings(VmArea area, ulong address, uint frame, out bool isCached)
    {
        isCached = area.Source != null && area.Source.FindCached(area.PageIndex(address)) == frame;
        FrameRecord* record = FrameTable.Of(frame);
        if (record->Is(FrameFlags.Anonymous)) return record->MapCount;
        uint references = FrameAllocator.References(frame);
        return isCached && references > 1 ? references - 1 : references;
    }

    private void AddHuge(VmArea area, ulong address, PageTableEntry huge)
    {
        if (huge.IsPooled)
        {
            bool isOfFile = area.Source.HugeTlb.Page(area.PageIndex(address) >> HugePage.Order) == huge.Frame;
            uint users = FrameAllocator.References(huge.Frame) - (isOfFile ? 1u : 0);
            if (users > 1) SharedHugeTlb += HugePage.Bytes;
            else PrivateHugeTlb += HugePage.Bytes;
            return;
        }
        if (huge.Frame == HugeZeroPage.Frame) return;
        AnonymousHuge += HugePage.Bytes;
        if (FrameTable.Of(huge.Frame)->Is(FrameFlags.Huge)) Add(area, address, huge, HugePage.Bytes);
        else
            for (ulong end = address + HugePage.Bytes; address < end; address += 4096) Add(area, address, HugePage.Part(huge, address), PageBytes);
    }

    /// <summary>
    /// Pages of a file in memory that are in swap space, without those that a private area has its own copies of. As on Linux, they have no shares.
    /// </summary>
    private void AddSwappedOfSource(AddressSpace space, VmArea area)
    {
        bool mayHaveCopies = !area.IsShared && area.IsWritable;
        for (ulong page = area.PageOffset; area.Source.FindSwapped(ref page) && page < area.EndPage; page++)
            if (!mayHaveCopies || PageTable.Lookup(space.Root, area.AddressOf(page)).IsNone) Swapped += 4096;
    }

    /// <summary>True for an anonymous page that need not be written to go out: swap has it, or nobody wants it.</summary>
    private static bool IsClean(uint frame)
    {
        FrameRecord* record = FrameTable.Of(frame);
        return record->Is(FrameFlags.LazyFree) || record->Is(FrameFlags.Anonymous) && record->SwapSlot != 0 && !record->Is(FrameFlags.Dirty);
    }

    /// <summary>Adds what an entry maps: a page, or a huge page that stands for itself.</summary>
    private void Add(VmArea area, ulong address, PageTableEntry entry, ulong bytes)
    {
        if (entry.IsSwap)
        {
            Swapped += PageBytes;
            uint frame = SwapArea.CachedFrame(entry.SwapSlot);
            uint sharers = SwapArea.References(entry.SwapSlot) + (frame == 0 ? 0 : FrameTable.Of(frame)->MapCount);
            _proportionalSwapped += (PageBytes << ShareShift) / sharers;
            return;
        }
        if (!PageTable.HoldsFrame(entry) || entry.Frame == PageTable.ZeroFrame) return;
        uint mappings = Mappings(area, address, entry.Frame, out bool isCached);
        bool isDirty = entry.IsDirty || !isCached && !IsClean(entry.Frame);
        ulong share = (bytes << ShareShift) / mappings;
        Resident += bytes;
        _proportional += share;
        if (isDirty) _proportionalDirty += share;
        if (mappings > 1 && isDirty) SharedDirty += bytes;
        else if (mappings > 1) SharedClean += bytes;
        else if (isDirty) PrivateDirty += bytes;
        else PrivateClean += bytes;
        if (entry.IsAccessed) Referenced += bytes;
        if (!isCached) Anonymous += bytes;
        if (FrameTable.Of(entry.Frame)->Is(FrameFlags.LazyFree) && !entry.IsDirty) LazyFree += bytes;
        if (area.IsLocked) _proportionalLocked += share;
    }
}
