using System.Runtime.CompilerServices;
using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>
/// Transparent huge pages in page directories. Each mapping has a reference to each of the 512 frames, so that a page mapped in small pieces later is
/// no special case, and keeps a page table in reserve (Linux's deposit), so that a split never fails.
/// </summary>
internal static unsafe class HugePage
{
    public const int Order = 9;
    public const uint Frames = 1 << Order;
    public const ulong Bytes = (ulong)Frames << 12;

    /// <summary>The start of the huge page that an address or length lies in.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong RoundDown(ulong address) => address & ~(Bytes - 1);

    /// <summary>An address or length rounded up to whole huge pages.</summary>
    public static ulong RoundUp(ulong address) => RoundDown(address + Bytes - 1);

    /// <summary>True for an address or length, or several of them ored, of whole huge pages.</summary>
    public static bool IsAligned(ulong address) => (address & (Bytes - 1)) == 0;

    /// <summary>
    /// Frames for a huge page, with any content and one reference each; 0 when there are none. Where it may, it moves other memory out of the way: as after
    /// <see cref="FrameAllocator.AllocateForUser"/>, page table entries may have changed then.
    /// </summary>
    public static uint AllocateFrames(bool mayCompact)
    {
        uint first = FrameAllocator.AllocateContiguous(Order);
        if (first != 0 || !mayCompact || !Compaction.Directly()) return first;
        return FrameAllocator.AllocateContiguous(Order);
    }

    /// <summary>Drops a reference to each frame of a huge page.</summary>
    public static void ReleaseFrames(uint firstFrame)
    {
        for (uint i = 0; i < Frames; i++) FrameAllocator.Release(firstFrame + i);
    }

    /// <summary>The page directory's entry that maps a huge page at an address, or null.</summary>
    public static PageTableEntry* Find(PageTableEntry* root, ulong address)
    {
        PageTableEntry* entry = PageTable.FindDirectoryEntry(root, address);
        return entry != null && entry->IsHuge ? entry : null;
    }

    /// <summary>What the entry of one of the small pages would be.</summary>
    public static PageTableEntry Part(PageTableEntry huge, ulong address)
    {
        ulong flags = huge.Value & ~(PageTableEntry.LargePage | PageTableEntry.Pooled | PageTableEntry.AddressMask);
        if (huge.Frame == HugeZeroPage.Frame) return new PageTableEntry(PageTable.ZeroFrame, flags);
        return new PageTableEntry(huge.Frame + (uint)(address >> 12 & 511), flags);
    }

    /// <summary>Fills an empty entry; the mapping keeps <paramref name="table"/> for a split. Books and references are the caller's business.</summary>
    public static void Install(AddressSpace space, PageTableEntry* entry, uint firstFrame, ulong flags, uint table)
    {
        *(uint*)Physical.FramePointer(table) = space.KeptTable;
        space.KeptTable = table;
        *entry = new PageTableEntry(firstFrame, flags | PageTableEntry.LargePage);
        if (firstFrame != HugeZeroPage.Frame) space.AddResident(Frames);
    }

    /// <summary>Takes a huge page, transparent or not, out and drops its frames; the caller flushes the TLB.</summary>
    public static void Remove(AddressSpace space, PageTableEntry* entry)
    {
        uint first = entry->Frame;
        bool isPooled = entry->IsPooled;
        *entry = default;
        if (isPooled)
        {
            space.HugeTlbPages--;
            HugeTlbPool.Release(first);
            return;
        }
        PageTable.FreeTable(space, TakeKeptTable(space));
        if (first == HugeZeroPage.Frame)
        {
            HugeZeroPage.Release();
            return;
        }
        space.ResidentPages -= Frames;
        AnonymousPage.RemoveHugeMapping(first);
    }

    /// <summary>Maps the same memory in 512 small pages.</summary>
    /// <param name="takesApart">The page itself comes apart as well, not only this mapping of it: counted as thp_split_page.</param>
    public static void Split(AddressSpace space, PageTableEntry* entry, ulong address, bool takesApart = false)
    {
        PageTableEntry huge = *entry;
        uint table = TakeKeptTable(space);
        PageTableEntry* small = (PageTableEntry*)Physical.FramePointer(table);
        bool isZero = huge.Frame == HugeZeroPage.Frame;
        ulong value = Part(huge, 0).Value;
        for (uint i = 0; i < Frames; i++, value += isZero ? 0UL : 4096) small[i] = new PageTableEntry(value);
        *entry = PageTable.Reference(table);
        if (huge.IsPresent && space.IsActive) Cpu.InvalidatePage(address);
        TransparentHugePages.SplitMappings++;
        if (isZero) HugeZeroPage.Release();
        else if (FrameTable.Of(huge.Frame)->Is(FrameFlags.Huge))
        {
            FrameTable.Expand(huge.Frame, takesApart ? FrameFlags.None : FrameFlags.PartOfHuge);
            if (takesApart) TransparentHugePages.SplitPages++;
            TransparentHugePages.MappedPages--;
        }
    }

    /// <summary>
    /// Part of a page table's range is about to be unmapped: a huge page that was whole till then, mapped in small pages, counts as one that would be split
    /// when memory is short (thp_deferred_split_page). Here its frames are free at once.
    /// </summary>
    /// <param name="first">The first entry that goes.</param>
    public static void NotePartUnmapped(PageTableEntry* first, uint count)
    {
        while (count != 0 && !PageTable.HoldsFrame(*first))
        {
            first++;
            count--;
        }
        if (count == 0) return;
        FrameRecord* record = FrameTable.Of(first->Frame);
        if (!record->Is(FrameFlags.PartOfHuge | FrameFlags.Anonymous) || record->MapCount != 1) return;
        TransparentHugePages.DeferredSplits++;
        uint head = first->Frame & ~(Frames - 1);
        for (uint i = 0; i < Frames; i++) FrameTable.Of(head + i)->Clear(FrameFlags.PartOfHuge);
    }

    /// <summary>Splits the huge page that an address lies inside of, if there is one: an area will begin or end there.</summary>
    public static void SplitAt(AddressSpace space, ulong address)
    {
        if (IsAligned(address)) return;
        PageTableEntry* entry = Find(space.Root, address);
        if (entry != null) Split(space, entry, address);
    }

    /// <summary>True when nobody else refers to any of the page's frames.</summary>
    public static bool IsSoleOwner(PageTableEntry huge)
    {
        if (huge.Frame == HugeZeroPage.Frame) return false;
        for (uint i = 0; i < Frames; i++)
            if (FrameAllocator.References(huge.Frame + i) != 1) return false;
        return true;
    }

    /// <summary>Gives the other space of a fork the same page; the parent's entry must be read-only already.</summary>
    public static void Share(AddressSpace child, PageTableEntry* entry, PageTableEntry huge, uint table)
    {
        Install(child, entry, huge.Frame, huge.Value & ~PageTableEntry.AddressMask, table);
        if (huge.Frame == HugeZeroPage.Frame)
        {
            HugeZeroPage.AddReference();
            return;
        }
        for (uint i = 0; i < Frames; i++) FrameAllocator.AddReference(huge.Frame + i);
        AnonymousPage.AddHugeMapping(huge.Frame);
    }

    private static uint TakeKeptTable(AddressSpace space)
    {
        uint table = space.KeptTable;
        space.KeptTable = *(uint*)Physical.FramePointer(table);
        return table;
    }
}
