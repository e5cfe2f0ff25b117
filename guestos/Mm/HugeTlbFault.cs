using System.Runtime.CompilerServices;
using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Page faults in MAP_HUGETLB memory. A page that the pool does not have is SIGBUS.</summary>
internal static unsafe class HugeTlbFault
{
    /// <summary>Serves the fault; the area allows the access.</summary>
    public static void Handle(AddressSpace space, VmArea area, ulong address, bool isWrite, ref FaultOutcome outcome)
    {
        address &= ~(HugePage.Bytes - 1);
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
        HugeTlbFile file = Unsafe.As<HugeTlbFile>(area.Source);
        int index = (int)(area.PageIndex(address) >> HugePage.Order);
        uint first = file.Page(index);
        outcome.Kind = first != 0 ? FaultKind.File : FaultKind.DemandZero;
        // What a parent took away for itself must not come back as zeros.
        bool isLost = (area.Flags & VmFlags.HugeTlbLost) != 0;
        if (first == 0 && !isLost) first = file.Take(index, area.IsShared || (area.Flags & VmFlags.HugeTlbOwner) != 0);
        if (first == 0)
        {
            outcome.Error = FaultError.Bus;
            return;
        }
        if (area.IsShared)
        {
            file.Keep(index, first);
            FrameAllocator.AddReference(first);
        }
        else area.PrepareOwnPages();
        *entry = Entry(area, first, area.IsWritable && (isWrite || area.IsShared));
        space.HugeTlbPages++;
    }

    /// <summary>A write to a page that is read-only: the last user of a private page gets it, others a copy.</summary>
    private static void MakeWritable(VmArea area, ulong address, PageTableEntry* entry, ref FaultOutcome outcome)
    {
        uint first = entry->Frame;
        outcome.Kind = FaultKind.Protection;
        if (!area.IsShared && FrameAllocator.References(first) != 1)
        {
            uint copy = HugeTlbPool.Take(isReserved: false);
            if (copy != 0)
            {
                outcome.Kind = FaultKind.CopyOnWrite;
                Memory.Copy(Physical.FramePointer(copy), Physical.FramePointer(first), HugePage.Bytes);
                HugeTlbPool.Release(first);
                first = copy;
            }
            else if ((area.Flags & VmFlags.HugeTlbOwner) != 0) TakeFromRelatives(area, address, first);
            else
            {
                outcome.Error = FaultError.Bus;
                return;
            }
        }
        *entry = Entry(area, first, writable: true);
        Cpu.InvalidatePage(address);
    }

    /// <summary>Who was promised the page keeps it when no other can be had for the copy: forked processes lose it, and die should they touch it.</summary>
    private static void TakeFromRelatives(VmArea owner, ulong address, uint first)
    {
        ulong page = owner.PageIndex(address);
        for (VmArea area = owner.Family.Root.FirstArea; area != null; area = area.NextRelative)
        {
            if (area == owner || page < area.PageOffset || page >= area.EndPage || area.Space == null) continue;
            PageTableEntry* entry = HugePage.Find(area.Space.Root, area.AddressOf(page));
            if (entry == null || entry->Frame != first) continue;
            area.Flags |= VmFlags.HugeTlbLost;
            HugePage.Remove(area.Space, entry);
        }
    }

    private static PageTableEntry Entry(VmArea area, uint first, bool writable) =>
        new PageTableEntry(first, area.EntryFlags(writable) | PageTableEntry.LargePage | PageTableEntry.Pooled);
}
