using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Faults on pages that are there: a write to a shared frame copies it, a write by the last owner only restores permission.</summary>
internal static unsafe class CopyOnWrite
{
    /// <summary>Serves a fault whose entry holds a frame; the area allows the access. False: the entry has changed meanwhile, look again.</summary>
    public static bool Present(AddressSpace space, VmArea area, ulong address, PageTableEntry* entry, bool isWrite, ref FaultOutcome outcome)
    {
        outcome.Kind = FaultKind.Protection;
        PageTableEntry old = *entry;
        if (!isWrite || old.IsWritable)
        {
            // A stale TLB entry, or another thread was faster: the entry is right already.
            Cpu.InvalidatePage(address);
            return true;
        }
        if (area.IsShared)
        {
            area.Source.MarkDirty(area.PageIndex(address));
            MakeWritable(area, address, entry, old.Frame);
            return true;
        }
        area.PrepareOwnPages();
        if (old.Frame != PageTable.ZeroFrame && SwapCache.TryOwn(old.Frame))
        {
            AnonymousPage.Adopt(area, address, old.Frame);
            MakeWritable(area, address, entry, old.Frame);
            return true;
        }
        uint frame = FrameAllocator.AllocateForUser();
        if (frame == 0)
        {
            outcome.Error = FaultError.OutOfMemory;
            return true;
        }
        // Getting the frame may have sent this very page to swap, or dropped it: the entry is what counts.
        if (entry->Frame != old.Frame || !PageTable.HoldsFrame(*entry))
        {
            FrameAllocator.Release(frame);
            return false;
        }
        if (old.Frame == PageTable.ZeroFrame)
        {
            outcome.Kind = FaultKind.DemandZero;
            Memory.ClearPage(Physical.FramePointer(frame));
            space.AddResident(1);
        }
        else
        {
            outcome.Kind = FaultKind.CopyOnWrite;
            Memory.CopyPage(Physical.FramePointer(frame), Physical.FramePointer(old.Frame));
            *entry = default;
            AnonymousPage.RemoveMapping(old.Frame);
        }
        AnonymousPage.Install(area, address, entry, frame);
        Cpu.InvalidatePage(address);
        return true;
    }

    private static void MakeWritable(VmArea area, ulong address, PageTableEntry* entry, uint frame)
    {
        *entry = new PageTableEntry(frame, area.EntryFlags(writable: true));
        Cpu.InvalidatePage(address);
    }
}
