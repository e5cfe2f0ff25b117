using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Faults on pages that are there: a write to a shared frame copies it, a write by the last owner only restores permission.</summary>
internal static unsafe class CopyOnWrite
{
    /// <summary>Serves a fault whose entry holds a frame; the area allows the access.</summary>
    public static void Present(AddressSpace space, VmArea area, ulong address, PageTableEntry* entry, bool isWrite, ref FaultOutcome outcome)
    {
        outcome.Kind = FaultKind.Protection;
        PageTableEntry old = *entry;
        if (!isWrite || old.IsWritable)
        {
            // A stale TLB entry, or another thread was faster: the entry is right already.
            Cpu.InvalidatePage(address);
            return;
        }
        if (area.IsShared)
        {
            area.Source.MarkDirty(area.PageIndex(address));
            MakeWritable(area, address, entry, old.Frame);
            return;
        }
        area.PrepareOwnPages();
        if (old.Frame != PageTable.ZeroFrame && FrameAllocator.References(old.Frame) == 1)
        {
            MakeWritable(area, address, entry, old.Frame);
            return;
        }
        uint frame = FrameAllocator.AllocateForUser();
        if (frame == 0)
        {
            outcome.Error = FaultError.OutOfMemory;
            return;
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
            FrameAllocator.Release(old.Frame);
        }
        MakeWritable(area, address, entry, frame);
    }

    private static void MakeWritable(VmArea area, ulong address, PageTableEntry* entry, uint frame)
    {
        *entry = new PageTableEntry(frame, area.EntryFlags(writable: true));
        Cpu.InvalidatePage(address);
    }
}
