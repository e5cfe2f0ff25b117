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
            frame = SwapCache.Read(slot, out int error);
            if (frame == 0)
            {
                outcome.Error = error == -Errno.NoMemory ? FaultError.OutOfMemory : FaultError.Bus;
                return true;
            }
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

    /// <summary>Puts a swap cache frame in the place of a swap entry. It is writable when nobody else has the page.</summary>
    public static void Map(AddressSpace space, VmArea area, ulong address, PageTableEntry* entry, uint frame, bool isWrite)
    {
        uint slot = entry->SwapSlot;
        // Others that have this slot may be relatives above this one: all are below the root.
        if (FrameTable.Of(frame)->MapCount == 0)
            FrameTable.SetFamily(frame, SwapArea.References(slot) == 1 ? area.Family : area.Family.Root, area.PageIndex(address));
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
