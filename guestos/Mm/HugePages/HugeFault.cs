using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Faults where no page table is: on huge pages that are there, and on untouched memory that may have one.</summary>
internal static unsafe class HugeFault
{
    /// <summary>Serves the fault, or returns false: it is one for small pages.</summary>
    public static bool Handle(AddressSpace space, VmArea area, ulong address, bool isWrite, ref FaultOutcome outcome)
    {
        if (area.IsHugeTlb)
        {
            HugeTlbFault.Handle(space, area, address, isWrite, ref outcome);
            return true;
        }
        PageTableEntry* entry = HugePage.Find(space.Root, address);
        if (entry != null) return Present(space, area, address, entry, isWrite, ref outcome);
        if (!TransparentHugePages.Allows(area)) return false;
        CollapseScan.Expect();
        if (!TransparentHugePages.Fits(area, address)) return false;
        entry = PageTable.EnsureDirectoryEntry(space, address);
        if (entry == null) return false;
        outcome.Kind = FaultKind.DemandZero;
        uint table = PageTable.AllocateTable(space);
        if (table == 0) return false;
        bool isZero = !isWrite && TransparentHugePages.UsesZeroPage != 0;
        if (isZero ? InstallZeros(space, area, entry, table) : InstallNew(space, area, address, entry, table)) return true;
        PageTable.FreeTable(space, table);
        TransparentHugePages.FaultFallbacks++;
        return false;
    }

    /// <summary>A huge page is there. A write to one that is shared splits the mapping and copies one small page, as Linux does.</summary>
    private static bool Present(AddressSpace space, VmArea area, ulong address, PageTableEntry* entry, bool isWrite, ref FaultOutcome outcome)
    {
        PageTableEntry old = *entry;
        if (isWrite && !old.IsWritable)
        {
            if (old.Frame == HugeZeroPage.Frame) return ReplaceZeros(space, area, address, entry, ref outcome);
            if (!HugePage.IsSoleOwner(old))
            {
                HugePage.Split(space, entry, address);
                return false;
            }
            *entry = new PageTableEntry(old.Frame, area.EntryFlags(writable: true) | PageTableEntry.LargePage);
        }
        outcome.Kind = FaultKind.Protection;
        Cpu.InvalidatePage(address);
        return true;
    }

    /// <summary>First write to memory that was only read: it gets its own huge page, or the zeros are mapped in small pages.</summary>
    private static bool ReplaceZeros(AddressSpace space, VmArea area, ulong address, PageTableEntry* entry, ref FaultOutcome outcome)
    {
        uint first = AllocateClear(area);
        if (first == 0)
        {
            TransparentHugePages.FaultFallbacks++;
            HugePage.Split(space, entry, address);
            return false;
        }
        TransparentHugePages.FaultAllocations++;
        AnonymousPage.InstallHuge(area, HugePage.RoundDown(address), first);
        *entry = new PageTableEntry(first, area.EntryFlags(writable: true) | PageTableEntry.LargePage);
        HugeZeroPage.Release();
        space.AddResident(HugePage.Frames);
        outcome.Kind = FaultKind.DemandZero;
        Cpu.InvalidatePage(address);
        return true;
    }

    private static bool InstallZeros(AddressSpace space, VmArea area, PageTableEntry* entry, uint table)
    {
        if (!HugeZeroPage.TryAddReference()) return false;
        HugePage.Install(space, entry, HugeZeroPage.Frame, area.EntryFlags(writable: false), table);
        return true;
    }

    private static bool InstallNew(AddressSpace space, VmArea area, ulong address, PageTableEntry* entry, uint table)
    {
        uint first = AllocateClear(area);
        if (first == 0) return false;
        AnonymousPage.InstallHuge(area, HugePage.RoundDown(address), first);
        HugePage.Install(space, entry, first, area.EntryFlags(area.IsWritable), table);
        TransparentHugePages.FaultAllocations++;
        return true;
    }

    private static uint AllocateClear(VmArea area)
    {
        uint first = HugePage.AllocateFrames(TransparentHugePages.MayCompact(area));
        if (first != 0) Memory.Set(Physical.FramePointer(first), 0, HugePage.Bytes);
        return first;
    }
}
