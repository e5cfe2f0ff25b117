namespace GuestOs.Mm;

/// <summary>Puts pages of a program's own into its page tables and takes them out, with all the books kept.</summary>
internal static unsafe class AnonymousPage
{
    /// <summary>Anonymous pages that programs have mapped.</summary>
    public static ulong Pages { get; private set; }

    /// <summary>A fresh frame, with its one reference, becomes the area's page at an address.</summary>
    public static void Install(VmArea area, ulong address, PageTableEntry* entry, uint frame)
    {
        area.PrepareOwnPages();
        FrameTable.AttachAnonymous(frame, area, address);
        AddMapping(frame);
        *entry = new PageTableEntry(frame, area.EntryFlags(writable: true));
    }

    /// <summary>A frame with one mapping becomes the area's own if it is nobody's: a file's page that the file has dropped.</summary>
    public static void Adopt(VmArea area, ulong address, uint frame)
    {
        if (FrameTable.Of(frame)->Owner != null) return;
        FrameTable.AttachAnonymous(frame, area, address);
        AddMapping(frame);
    }

    /// <summary>A page table entry more holds the frame; its reference is the caller's business. Nothing happens for other frames than anonymous ones.</summary>
    public static void AddMapping(uint frame)
    {
        FrameRecord* record = FrameTable.Of(frame);
        if (!record->Is(FrameFlags.Anonymous)) return;
        if (record->MapCount++ == 0) Pages++;
    }

    /// <summary>A page table entry less holds the frame, and its reference goes.</summary>
    public static void RemoveMapping(uint frame)
    {
        FrameRecord* record = FrameTable.Of(frame);
        if (record->Is(FrameFlags.Anonymous) && --record->MapCount == 0)
        {
            Pages--;
            if (record->SwapSlot == 0) FrameTable.Detach(frame);
            else if (SwapArea.References(record->SwapSlot) == 0) SwapCache.Remove(frame);
        }
        FrameAllocator.Release(frame);
    }
}
