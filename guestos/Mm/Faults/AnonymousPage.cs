using System.Runtime.CompilerServices;

namespace GuestOs.Mm;

/// <summary>Puts pages of a program's own into its page tables and takes them out, with all the books kept.</summary>
internal static unsafe class AnonymousPage
{
    /// <summary>Anonymous pages that programs have mapped.</summary>
    public static ulong Pages { get; private set; }

    /// <summary>A fresh frame, with its one reference, becomes the area's page at an address.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Install(VmArea area, ulong address, PageTableEntry* entry, uint frame)
    {
        area.PrepareOwnPages();
        FrameTable.AttachAnonymous(frame, area.Family, area.PageIndex(address))->MapCount = 1;
        Pages++;
        if (area.IsLocked) LockedPages.Add(frame);
        *entry = new PageTableEntry(frame, area.EntryFlags(writable: true));
    }

    /// <summary>512 fresh frames, with one reference each, become the area's huge page at an address; the caller writes the entry.</summary>
    public static void InstallHuge(VmArea area, ulong address, uint firstFrame)
    {
        area.PrepareOwnPages();
        FrameTable.AttachHuge(firstFrame, area.Family, area.PageIndex(address));
        AddHugeMapping(firstFrame);
        if (area.IsLocked) LockedPages.Add(firstFrame);
    }

    /// <summary>A page directory entry more holds a huge page; the references to its frames are the caller's business.</summary>
    public static void AddHugeMapping(uint firstFrame)
    {
        FrameRecord* record = FrameTable.Of(firstFrame);
        if (record->Is(FrameFlags.Huge))
        {
            if (record->MapCount++ != 0) return;
            Pages += HugePage.Frames;
            TransparentHugePages.MappedPages++;
            return;
        }
        for (uint i = 0; i < HugePage.Frames; i++) AddMapping(firstFrame + i);
    }

    /// <summary>A page directory entry less holds a huge page, and its references go.</summary>
    public static void RemoveHugeMapping(uint firstFrame)
    {
        FrameRecord* record = FrameTable.Of(firstFrame);
        bool isWhole = record->Is(FrameFlags.Huge);
        if (isWhole && --record->MapCount == 0)
        {
            Pages -= HugePage.Frames;
            TransparentHugePages.MappedPages--;
            FrameTable.Detach(firstFrame);
        }
        for (uint i = 0; i < HugePage.Frames; i++)
        {
            if (isWhole) FrameAllocator.Release(firstFrame + i);
            else RemoveMapping(firstFrame + i);
        }
        if (isWhole && record->MapCount != 0) LockedPages.Review(firstFrame);
    }

    /// <summary>
    /// A frame with one mapping becomes the area's own: a page that came by fork and that all relatives have left, or a file's page that the file has dropped.
    /// </summary>
    public static void Adopt(VmArea area, ulong address, uint frame)
    {
        FrameRecord* record = FrameTable.Of(frame);
        if (record->HasOwner)
        {
            // From now on nobody looks for it where the relatives' areas are.
            if (record->Is(FrameFlags.Anonymous)) record->Owner = Unsafe.AddressOf(area.Family);
            return;
        }
        FrameTable.AttachAnonymous(frame, area.Family, area.PageIndex(address));
        AddMapping(frame);
    }

    /// <summary>
    /// A page table entry more holds the frame; its reference is the caller's business. Nothing happens for other frames than anonymous ones.
    /// </summary>
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
        if (record->Is(FrameFlags.Locked)) LockedPages.Review(frame);
        FrameAllocator.Release(frame);
    }
}
