using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>
/// Brings neighbours of a swapped page along with it, as many as paid off lately. They wait in the swap cache, where the fault that wants them is a minor one.
/// Neighbours of a program's own page are those at near addresses (Linux's swap_vma_readahead); of a memory file's page, those in near slots
/// (swap_cluster_readahead), whoever they belong to.
/// </summary>
internal static unsafe class SwapReadAhead
{
    /// <summary>Largest <see cref="ClusterLogarithm"/> that counts for programs' own pages.</summary>
    private const int LargestLogarithm = 5;

    /// <summary>vm.page-cluster: logarithm of the pages read at a time; 0 for no read-ahead.</summary>
    public static int ClusterLogarithm = 3;

    // In slots, for all memory files together.
    private static SwapWindow s_slotWindow;

    /// <summary>Pages that were read ahead, and those of them that were wanted, since boot.</summary>
    public static ulong PagesRead { get; private set; }
    public static ulong Hits { get; private set; }

    /// <summary>A page is not in memory: reads its window's others. The caller reads the page itself afterwards.</summary>
    public static void Around(AddressSpace space, VmArea area, ulong address)
    {
        ulong largest = 1UL << (ClusterLogarithm < LargestLogarithm ? ClusterLogarithm : LargestLogarithm);
        if (largest == 1) return;
        ulong page = address >> 12, previous = area.SwapWindow.LastPage;
        ulong pages = area.SwapWindow.Advance(page, largest);
        if (pages == 1) return;
        // Onward in the direction of the last two faults; around the page where there is none.
        ulong first = page == previous + 1 ? page : previous == page + 1 ? page - pages + 1 : page - (pages - 1) / 2;
        ulong start = Larger(Larger(first << 12, area.Start), HugePage.RoundDown(address));
        ulong end = PageTable.TableEnd(address, Smaller((first + pages) << 12, area.End));
        PageTableEntry* table = PageTable.FindTable(space.Root, address);
        for (; start < end; start += 4096)
        {
            PageTableEntry entry = table[start >> 12 & 511];
            if (start == address || !entry.IsSwap || SwapArea.CachedFrame(entry.SwapSlot) != 0) continue;
            if (!TryRead(entry.SwapSlot)) return;
        }
    }

    /// <summary>A fault has found its page in the swap cache.</summary>
    public static void NoteFound(VmArea area, ulong address, uint frame) => area.SwapWindow.NoteFound(address >> 12, IsHit(frame));

    /// <summary>
    /// The swap cache's frame for a memory file's slot, read from the disk together with its neighbours when it is not there: 0 with -ENOMEM or -EIO when
    /// that cannot be done.
    /// </summary>
    public static uint Bring(uint slot, out int error)
    {
        error = 0;
        uint frame = SwapArea.CachedFrame(slot);
        if (frame != 0)
        {
            if (IsHit(frame)) s_slotWindow.NoteFound(s_slotWindow.LastPage, isHit: true);
            return frame;
        }
        if (ClusterLogarithm != 0) AroundSlot(slot);
        return SwapCache.Read(slot, out error);
    }

    /// <summary>Reads the others of the aligned cluster of slots that a slot lies in.</summary>
    private static void AroundSlot(uint slot)
    {
        uint pages = (uint)s_slotWindow.Advance(slot, 1UL << ClusterLogarithm);
        uint first = slot & ~(pages - 1);
        for (uint other = first; other - first < pages; other++)
        {
            if (other == slot || !SwapArea.IsValid(other) || SwapArea.References(other) == 0 || SwapArea.CachedFrame(other) != 0) continue;
            if (!TryRead(other)) return;
        }
    }

    private static bool TryRead(uint slot)
    {
        uint frame = SwapCache.Read(slot, out _);
        if (frame == 0) return false;
        FrameTable.Of(frame)->Set(FrameFlags.ReadAhead);
        PagesRead++;
        return true;
    }

    /// <summary>True the first time a page that was read ahead is wanted.</summary>
    private static bool IsHit(uint frame)
    {
        FrameRecord* record = FrameTable.Of(frame);
        if (!record->Is(FrameFlags.ReadAhead)) return false;
        record->Clear(FrameFlags.ReadAhead);
        Hits++;
        return true;
    }

    private static ulong Larger(ulong first, ulong second) => first > second ? first : second;

    private static ulong Smaller(ulong first, ulong second) => first < second ? first : second;
}
