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
    private const ulong TableSpan = 0x200000;

    /// <summary>The frame every read of untouched anonymous memory sees. Not counted per mapping.</summary>
    public static uint ZeroFrame { get; private set; }

    /// <summary>Frames that hold page tables of programs, but for the PML4s.</summary>
    public static ulong TotalPages { get; private set; }

    public static void Initialize() => ZeroFrame = FrameAllocator.AllocateZeroed();

    /// <summary>The last-level table that covers an address, or null.</summary>
    public static PageTableEntry* FindTable(PageTableEntry* root, ulong address)
    {
        PageTableEntry entry = root[address >> 39 & 511];
        if (!entry.IsPresent) return null;
        entry = ((PageTableEntry*)Physical.FramePointer(entry.Frame))[address >> 30 & 511];
        if (!entry.IsPresent) return null;
        entry = ((PageTableEntry*)Physical.FramePointer(entry.Frame))[address >> 21 & 511];
        if (!entry.IsPresent) return null;
        return (PageTableEntry*)Physical.FramePointer(entry.Frame);
    }

    /// <summary>The entry of an address, or null when there is no table for it.</summary>
    public static PageTableEntry* Find(PageTableEntry* root, ulong address)
    {
        PageTableEntry* table = FindTable(root, address);
        return table == null ? null : table + (address >> 12 & 511);
    }

    /// <summary>The entry of an address; makes the tables on the way. Null when a program may have no more memory.</summary>
    public static PageTableEntry* Ensure(AddressSpace space, ulong address)
    {
        PageTableEntry* table = FindTable(space.Root, address);
        if (table == null)
        {
            if ((table = Next(space, space.Root + (address >> 39 & 511))) == null) return null;
            if ((table = Next(space, table + (address >> 30 & 511))) == null) return null;
            if ((table = Next(space, table + (address >> 21 & 511))) == null) return null;
        }
        return table + (address >> 12 & 511);
    }

    /// <summary>The first address above that a table may cover, at the coarsest level that is missing.</summary>
    public static ulong SkipMissing(PageTableEntry* root, ulong address, ulong end)
    {
        ulong span = TableSpan;
        PageTableEntry entry = root[address >> 39 & 511];
        if (!entry.IsPresent) span = 1UL << 39;
        else if (!((PageTableEntry*)Physical.FramePointer(entry.Frame))[address >> 30 & 511].IsPresent) span = 1UL << 30;
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
            ulong tableEnd = (address & ~(TableSpan - 1)) + TableSpan;
            if (tableEnd > end) tableEnd = end;
            PageTableEntry* table = FindTable(space.Root, address);
            if (table == null)
            {
                address = SkipMissing(space.Root, address, end);
                continue;
            }
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

    /// <summary>Frees the tables that lie wholly between two addresses; their pages must be gone and their TLB entries flushed.</summary>
    public static void FreeTables(AddressSpace space, ulong floor, ulong ceiling)
    {
        ulong freed = FreeLevel(space.Root, 0, 1UL << 47, 39, floor, ceiling);
        space.TablePages -= freed;
        TotalPages -= freed;
    }

    /// <summary>Drops what an entry refers to.</summary>
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
            uint frame = FrameAllocator.AllocateForUser();
            if (frame == 0) return null;
            Memory.ClearPage(Physical.FramePointer(frame));
            *entry = new PageTableEntry(frame, TableFlags);
            space.TablePages++;
            TotalPages++;
        }
        return (PageTableEntry*)Physical.FramePointer(entry->Frame);
    }

    /// <summary>Frees the children of a table whose span lies in [floor, ceiling), after their own children; returns how many.</summary>
    private static ulong FreeLevel(PageTableEntry* table, ulong start, ulong end, int shift, ulong floor, ulong ceiling)
    {
        ulong span = 1UL << shift, freed = 0;
        ulong first = floor > start ? (floor - start) >> shift : 0;
        for (ulong address = start + (first << shift); address < end && address < ceiling; address += span)
        {
            PageTableEntry* entry = table + (address >> shift & 511);
            if (!entry->IsPresent) continue;
            uint frame = entry->Frame;
            if (shift > 21) freed += FreeLevel((PageTableEntry*)Physical.FramePointer(frame), address, address + span, shift - 9, floor, ceiling);
            if (address < floor || address + span > ceiling) continue;
            *entry = default;
            FrameAllocator.Release(frame);
            freed++;
        }
        return freed;
    }
}
