using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>/proc/PID/pagemap: one 64-bit word per page of the address space (Linux's Documentation/admin-guide/mm/pagemap.rst).</summary>
internal sealed unsafe class ProcPageMap : WordFile
{
    private const ulong Present = 1UL << 63;
    private const ulong Swapped = 1UL << 62;
    private const ulong FilePage = 1UL << 61;
    private const ulong Exclusive = 1UL << 56;
    private const ulong SoftDirty = 1UL << 55;
    private const int SlotShift = 5;

    private readonly ProcOwner _owner;

    // As on Linux: others than administrators are not told where in memory a page is.
    private readonly bool _showsFrames;

    public ProcPageMap(ProcInode inode, uint flags)
        : base(inode, flags)
    {
        _owner = inode.Owner;
        _showsFrames = Credentials.CurrentHas(Capability.Administer);
    }

    protected override ulong WordCount => _owner.Process?.Space == null ? 0 : UserMemory.End >> 12;

    protected override ulong WordAt(ulong index)
    {
        ulong address = index << 12;
        AddressSpace space = _owner.Process?.Space;
        if (space == null) return 0;
        VmArea area = space.Find(address);
        if (area == null) return 0;
        PageTableEntry entry = PageTable.Lookup(space.Root, address);
        ulong word = entry.IsSoftDirty || !area.TracksSoftDirty ? SoftDirty : 0;
        if (entry.IsSwap) return word | Swapped | (_showsFrames ? (ulong)entry.SwapSlot << SlotShift : 0);
        return PageTable.HoldsFrame(entry) ? word | PresentPage(area, address, entry.Frame) : word;
    }

    private ulong PresentPage(VmArea area, ulong address, uint frame)
    {
        ulong word = Present | (_showsFrames ? frame : 0);
        if (frame == PageTable.ZeroFrame) return word;
        if (area.Source != null && area.Source.FindCached(area.PageIndex(address)) == frame) word |= FilePage;
        return PageCensus.Mappings(area, address, frame, out _) == 1 ? word | Exclusive : word;
    }
}
