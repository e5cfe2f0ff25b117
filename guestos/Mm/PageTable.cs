using System.Runtime.CompilerServices;
using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>Walks and changes of the user half of four-level page tables.</summary>
internal static unsafe class PageTable
{
    /// <summary>A page whose area forbids all access (PROT_NONE): not present to the CPU, this bit set, frame kept.</summary>
    public const ulong NoAccess = PageTableEntry.Global;

    /// <summary>Up to this many pages are flushed one by one, more by reloading CR3 (Linux's tlb_single_page_flush_ceiling).</summary>
    public const ulong SingleFlushLimit = 33;

    private const ulong TableFlags = PageTableEntry.Present | PageTableEntry.Writable | PageTableEntry.User | PageTableEntry.Accessed;

    /// <summary>The frame every read of untouched anonymous memory sees. Not counted per mapping.</summary>
    public static uint ZeroFrame { get; private set; }

    /// <summary>Frames that hold page tables of programs, but for the PML4s.</summary>
    public static ulong TotalPages { get; private set; }

    public static void Initialize() => ZeroFrame = FrameAllocator.AllocateZeroed();

    /// <summary>The page directory's entry for an address, which refers to a last-level table or maps a huge page; null when there is no directory.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PageTableEntry* FindDirectoryEntry(PageTableEntry* root, ulong address)
    {
        PageTableEntry entry = root[address >> 39 & 511];
        if (!entry.IsPresent) return null;
        entry = entry.Table[address >> 30 & 511];
        return entry.IsPresent ? entry.Table + (address >> 21 & 511) : null;
    }

    /// <summary>The last-level table that covers an address, or null: nothing is there, or a huge page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PageTableEntry* FindTable(PageTableEntry* root, ulong address)
    {
        PageTableEntry* entry = FindDirectoryEntry(root, address);
        if (entry == null || (entry->Value & (PageTableEntry.Present | PageTableEntry.LargePage)) != PageTableEntry.Present) return null;
        return entry->Table;
    }

    /// <summary>The entry of an address as it is, or as it would be if its huge page were mapped in small ones; empty when there is none.</summary>
    public static PageTableEntry Lookup(PageTableEntry* root, ulong address)
    {
        PageTableEntry* entry = FindDirectoryEntry(root, address);
        if (entry == null) return default;
        if (entry->IsHuge) return HugePage.Part(*entry, address);
        return entry->IsPresent ? entry->Table[address >> 12 & 511] : default;
    }

    /// <summary>The entry of an address, or null when there is no table for it.</summary>
    public static PageTableEntry* Find(PageTableEntry* root, ulong address)
    {
        PageTableEntry* table = FindTable(root, address);
        return table == null ? null : table + (address >> 12 & 511);
    }

    /// <summary>As <see cref="FindDirectoryEntry"/>, but makes the tables on the way. Null when a program may have no more memory.</summary>
    public static PageTableEntry* EnsureDirectoryEntry(AddressSpace space, ulong address)
    {
        PageTableEntry* table = Next(space, space.Root + (address >> 39 & 511));
        if (table == null || (table = Next(space, table + (address >> 30 & 511))) == null) return null;
        return table + (address >> 21 & 511);
    }

    /// <summary>
    /// The entry of an address; makes the tables on the way and splits a huge page that is there. Null when a program may have no more memory.
    /// </summary>
    public static PageTableEntry* Ensure(AddressSpace space, ulong address)
    {
        PageTableEntry* table = FindTable(space.Root, address);
        if (table == null)
        {
            PageTableEntry* entry = EnsureDirectoryEntry(space, address);
            if (entry == null) return null;
            if (entry->IsHuge) HugePage.Split(space, entry, address);
            if ((table = Next(space, entry)) == null) return null;
        }
        return table + (address >> 12 & 511);
    }

    /// <summary>Where the range of an address's last-level table ends, or <paramref name="end"/> if that comes first.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong TableEnd(ulong address, ulong end)
    {
        ulong tableEnd = HugePage.RoundDown(address) + HugePage.Bytes;
        return tableEnd < end ? tableEnd : end;
    }

    /// <summary>The first address above that a table may cover, at the coarsest level that is missing.</summary>
    public static ulong SkipMissing(PageTableEntry* root, ulong address, ulong end)
    {
        ulong span = HugePage.Bytes;
        PageTableEntry entry = root[address >> 39 & 511];
        if (!entry.IsPresent) span = 1UL << 39;
        else if (!entry.Table[address >> 30 & 511].IsPresent) span = 1UL << 30;
        ulong next = (address & ~(span - 1)) + span;
        return next < end ? next : end;
    }

    /// <summary>True when the entry holds a frame, accessible or not.</summary>
    public static bool HoldsFrame(PageTableEntry entry) => (entry.Value & (PageTableEntry.Present | NoAccess)) != 0;

    /// <summary>Takes every page of a range out and drops its frame; flushes the TLB for what was present.</summary>
    public static void Zap(AddressSpace space, ulong start, ulong end)
    {
        bool active = space.IsActive;
        bool single = (end - start) >> 12 <= SingleFlushLimit;
        bool mustFlush = false;
        ulong address = start;
        while (address < end)
        {
            ulong tableEnd = TableEnd(address, end);
            PageTableEntry* huge = HugePage.Find(space.Root, address);
            if (huge != null && (tableEnd - address == HugePage.Bytes || huge->IsPooled))
            {
                mustFlush |= huge->IsPresent && active;
                HugePage.Remove(space, huge);
                address = tableEnd;
                continue;
            }
            if (huge != null) HugePage.Split(space, huge, address);
            PageTableEntry* table = FindTable(space.Root, address);
            if (table == null)
            {
                address = SkipMissing(space.Root, address, end);
                continue;
            }
            uint count = (uint)(tableEnd - address) >> 12;
            if (count != HugePage.Frames) HugePage.NotePartUnmapped(table + (address >> 12 & 511), count);
            for (; address < tableEnd; address += 4096)
            {
                PageTableEntry* slot = table + (address >> 12 & 511);
                PageTableEntry entry = *slot;
                if (entry.IsNone) continue;
                *slot = default;
                if (entry.IsPresent && active)
                {
                    if (single) Cpu.InvalidatePage(address);
                    else mustFlush = true;
                }
                DropFrame(space, entry);
            }
        }
        if (mustFlush) space.FlushTlb();
    }

    /// <summary>
    /// Frees the tables that served [start, end) and nothing outside the gap [floor, ceiling) around it. The range's pages must be gone and their TLB
    /// entries flushed.
    /// </summary>
    public static void FreeTables(AddressSpace space, ulong start, ulong end, ulong floor, ulong ceiling)
    {
        ulong freed = FreeLevel(space.Root, 39, start, end, floor, ceiling);
        if (freed == 0) return;
        space.TablePages -= freed;
        TotalPages -= freed;
        // The CPU may have cached the entries of upper levels.
        space.FlushTlb();
    }

    /// <summary>A frame for a table, with any content, counted as one of the space's; 0 when a program may have no more memory.</summary>
    public static uint AllocateTable(AddressSpace space)
    {
        uint frame = FrameAllocator.AllocatePinnedForUser();
        if (frame == 0) return 0;
        space.TablePages++;
        TotalPages++;
        return frame;
    }

    /// <summary>Frees a table's frame.</summary>
    public static void FreeTable(AddressSpace space, uint frame)
    {
        space.TablePages--;
        TotalPages--;
        FrameAllocator.Release(frame);
    }

    /// <summary>What the entry that refers to a table holds.</summary>
    public static PageTableEntry Reference(uint table) => new PageTableEntry(table, TableFlags);

    /// <summary>Drops what an entry refers to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void DropFrame(AddressSpace space, PageTableEntry entry)
    {
        if (entry.IsSwap)
        {
            space.SwapPages--;
            SwapCache.ReleaseSlot(entry.SwapSlot);
            return;
        }
        if (entry.Frame == ZeroFrame) return;
        space.ResidentPages--;
        AnonymousPage.RemoveMapping(entry.Frame);
    }

    private static PageTableEntry* Next(AddressSpace space, PageTableEntry* entry)
    {
        if (!entry->IsPresent)
        {
            uint frame = AllocateTable(space);
            if (frame == 0) return null;
            Memory.ClearPage(Physical.FramePointer(frame));
            *entry = Reference(frame);
        }
        return entry->Table;
    }

    /// <summary>Frees the children of a table that overlap [start, end) and lie in [floor, ceiling), after their own children; returns how many.</summary>
    private static ulong FreeLevel(PageTableEntry* table, int shift, ulong start, ulong end, ulong floor, ulong ceiling)
    {
        ulong span = 1UL << shift, freed = 0;
        for (ulong child = start & ~(span - 1); child < end; child += span)
        {
            PageTableEntry* entry = table + (child >> shift & 511);
            if (!entry->IsPresent || entry->IsHuge) continue;
            uint frame = entry->Frame;
            if (shift > 21)
            {
                ulong first = start > child ? start : child, last = end < child + span ? end : child + span;
                freed += FreeLevel((PageTableEntry*)Physical.FramePointer(frame), shift - 9, first, last, floor, ceiling);
            }
            if (child < floor || child + span > ceiling) continue;
            *entry = default;
            FrameAllocator.Release(frame);
            freed++;
        }
        return freed;
    }
}
