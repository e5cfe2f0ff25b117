using GuestOs.Mm;

namespace GuestOs.Fs;

/// <summary>/proc/PID/pagemap: one 64-bit word per page of the address space (Linux's Documentation/admin-guide/mm/pagemap.rst).</summary>
internal sealed unsafe class ProcPageMap : WordFile
{
    private const ulong Present = 1UL << 63;
    private const ulong Swapped = 1UL << 62;
    private const ulong FilePage = 1UL << 61;
    private const int SlotShift = 5;
    private const ulong Exclusive = 1UL << 56;

    private readonly ProcOwner _owner;

    public ProcPageMap(ProcInode inode, uint flags)
        : base(inode, flags) => _owner = inode.Owner;

    protected override ulong WordCount => _owner.Process?.Space == null ? 0 : UserMemory.End >> 12;

    protected override ulong WordAt(ulong index)
    {
        ulong address = index << 12;
        AddressSpace space = _owner.Process?.Space;
        if (space == null) return 0;
        PageTableEntry entry = PageTable.Lookup(space.Root, address);
        if (entry.IsSwap) return Swapped | (ulong)entry.SwapSlot << SlotShift;
        if (!PageTable.HoldsFrame(entry)) return 0;
        VmArea area = space.Find(address);
        if (area == null) return 0;
        ulong word = Present | entry.Frame;
        bool isZero = entry.Frame == PageTable.ZeroFrame;
        uint mappings = isZero ? 2 : PageCensus.Mappings(area, address, entry.Frame, out bool isCached);
        if (!isZero && area.Source != null && area.Source.FindCached(area.PageIndex(address)) == entry.Frame) word |= FilePage;
        return mappings == 1 ? word | Exclusive : word;
    }
}
