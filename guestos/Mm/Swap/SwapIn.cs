using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Faults on pages that are in swap space: the page comes from the swap cache (minor) or the disk (major).</summary>
internal static unsafe class SwapIn
{
    /// <summary>Serves a fault whose entry names a slot; the area allows the access. False: the entry has changed meanwhile, look again.</summary>
    public static bool Handle(AddressSpace space, VmArea area, ulong address, PageTableEntry* entry, bool isWrite, ref FaultOutcome outcome)
    {
        PageTableEntry old = *entry;
        uint slot = old.SwapSlot;
        uint frame = SwapArea.CachedFrame(slot);
        if (frame == 0)
        {
            SwapReadAhead.Around(space, area, address);
            frame = Read(area, address, slot, ref outcome);
            if (frame == 0) return true;
            outcome.Traits |= FaultTraits.Major;
        }
        else SwapReadAhead.NoteFound(area, address, frame);
        outcome.Kind = FaultKind.SwapIn;
        Map(space, area, address, entry, frame, isWrite);
        // What others have too is copied at once for a writer, as part of the same fault.
        if (!isWrite || entry->IsWritable) return true;
        bool isDone = CopyOnWrite.Present(space, area, address, entry, isWrite: true, ref outcome);
        outcome.Kind = FaultKind.SwapIn;
        return isDone;
    }

    /// <summary>Brings a slot's page into the swap cache for an area that shows it; 0 and an error when that cannot be done.</summary>
    public static uint Read(VmArea area, ulong address, uint slot, ref FaultOutcome outcome)
    {
        bool hasShadow = SwapArea.HasShadow(slot, out uint shadow);
        uint frame = FrameAllocator.AllocateForUser();
        if (frame == 0)
        {
            outcome.Error = FaultError.OutOfMemory;
            return 0;
        }
        if (!SwapArea.Read(slot, frame))
        {
            FrameAllocator.Release(frame);
            outcome.Error = FaultError.Bus;
            return 0;
        }
        ReclaimCounters.PagesSwappedIn++;
        // Others that have this slot may be relatives above this one: all are below the root.
        FrameTable.AttachAnonymous(frame, SwapArea.References(slot) == 1 ? area.Family : area.Family.Root, area.PageIndex(address));
        SwapCache.Insert(slot, frame);
        if (hasShadow) Workingset.Refaulted(frame, shadow);
        return frame;
    }

    /// <summary>Puts a swap cache frame in the place of a swap entry. It is writable when nobody else has the page.</summary>
    public static void Map(AddressSpace space, VmArea area, ulong address, PageTableEntry* entry, uint frame, bool isWrite)
    {
        uint slot = entry->SwapSlot;
        FrameAllocator.AddReference(frame);
        AnonymousPage.AddMapping(frame);
        space.SwapPages--;
        space.AddResident(1);
        ulong flags = area.EntryFlags(writable: false) | entry->Value & PageTableEntry.SoftDirty;
        bool mayBeWritten = isWrite || !area.TracksSoftDirty || entry->IsSoftDirty;
        SwapArea.Release(slot);
        bool isSole = SwapCache.IsSole(frame);
        if (isSole && area.IsWritable && mayBeWritten) flags |= PageTableEntry.Writable;
        if (isSole && isWrite) flags |= PageTableEntry.Dirty | PageTableEntry.SoftDirty;
        *entry = new PageTableEntry(frame, flags);
        if (area.IsLocked) LockedPages.Add(frame);
        // A slot is kept while there is room, so that the page can go out again without being written.
        if (isSole && (isWrite || SwapArea.IsHalfFull || area.IsLocked)) SwapCache.Remove(frame);
    }
}
