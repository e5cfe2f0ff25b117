using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Page faults in hugetlb memory. A page that the pool does not have is SIGBUS.</summary>
internal static unsafe class HugeTlbFault
{
    /// <summary>Serves the fault; the area allows the access.</summary>
    public static void Handle(AddressSpace space, VmArea area, ulong address, bool isWrite, ref FaultOutcome outcome)
    {
        address = HugePage.RoundDown(address);
        PageTableEntry* entry = PageTable.EnsureDirectoryEntry(space, address);
        if (entry == null) outcome.Error = FaultError.OutOfMemory;
        else if (!entry->IsHuge) BringIn(space, area, address, entry, isWrite, ref outcome);
        else if (isWrite && !entry->IsWritable) MakeWritable(area, address, entry, ref outcome);
        else
        {
            outcome.Kind = FaultKind.Protection;
            Cpu.InvalidatePage(address);
        }
    }

    private static void BringIn(AddressSpace space, VmArea area, ulong address, PageTableEntry* entry, bool isWrite, ref FaultOutcome outcome)
    {
        HugeTlbStore store = area.Source.HugeTlb;
        ulong index = IndexOf(area, address);
        // What a parent took away for itself must not come back as zeros.
        bool isLost = (area.Flags & VmFlags.HugeTlbLost) != 0;
        uint first = isLost || index >= area.Source.SizeBytes / HugePage.Bytes ? 0 : store.Page(index);
        bool isOfFile = first != 0;
        outcome.Kind = isOfFile ? FaultKind.File : FaultKind.DemandZero;
        if (!isOfFile && !isLost && index < area.Source.SizeBytes / HugePage.Bytes) first = area.IsShared ? store.Take(index) : TakeOwn(area, index);
        if (first == 0)
        {
            outcome.Error = FaultError.Bus;
            return;
        }
        if (area.IsShared && !isOfFile) store.Keep(index, first);
        if (area.IsShared || isOfFile) FrameAllocator.AddReference(first);
        else area.PrepareOwnPages();
        *entry = Entry(area, first, area.IsWritable && (area.IsShared || isWrite && !isOfFile));
        space.HugeTlbPages++;
        // The first touch of a file's page by a private mapping is a write: it gets its copy at once.
        if (isWrite && !entry->IsWritable) MakeWritable(area, address, entry, ref outcome);
    }

    /// <summary>A write to a page that is read-only: the last user of a private page gets it, others a copy.</summary>
    private static void MakeWritable(VmArea area, ulong address, PageTableEntry* entry, ref FaultOutcome outcome)
    {
        uint first = entry->Frame;
        outcome.Kind = FaultKind.Protection;
        if (!area.IsShared && FrameAllocator.References(first) != 1)
        {
            ulong index = IndexOf(area, address);
            bool isOfFile = area.Source.HugeTlb.Page(index) == first;
            uint copy = TakeOwn(area, index);
            if (copy != 0)
            {
                outcome.Kind = FaultKind.CopyOnWrite;
                Memory.Copy(Physical.FramePointer(copy), Physical.FramePointer(first), HugePage.Bytes);
                HugeTlbPool.Release(first);
                first = copy;
                area.PrepareOwnPages();
            }
            else if (area.Promises != null && !isOfFile) TakeFromRelatives(area, address, first);
            else
            {
                outcome.Error = FaultError.Bus;
                return;
            }
        }
        *entry = Entry(area, first, writable: true);
        Cpu.InvalidatePage(address);
    }

    /// <summary>A page of a private area's own: by its promise, if it has one.</summary>
    private static uint TakeOwn(VmArea area, ulong index) => area.Promises != null ? area.Promises.Take(index) : HugeTlbPool.Take(isReserved: false);

    /// <summary>Who was promised the page keeps it when no other can be had for the copy: forked processes lose it, and die should they touch it.</summary>
    private static void TakeFromRelatives(VmArea owner, ulong address, uint first)
    {
        ulong page = owner.PageIndex(address);
        FamilyVisit relatives = new FamilyVisit(owner.Family.Root, page);
        for (VmArea area = relatives.Next(); area != null; area = relatives.Next())
        {
            if (area == owner || area.Space == null) continue;
            PageTableEntry* entry = HugePage.Find(area.Space.Root, area.AddressOf(page));
            if (entry == null || entry->Frame != first) continue;
            area.Flags |= VmFlags.HugeTlbLost;
            HugePage.Remove(area.Space, entry);
        }
    }

    private static ulong IndexOf(VmArea area, ulong address) => area.PageIndex(address) >> HugePage.Order;

    private static PageTableEntry Entry(VmArea area, uint first, bool writable) =>
        new PageTableEntry(first, area.EntryFlags(writable) | PageTableEntry.LargePage | PageTableEntry.Pooled);
}
