using GuestOs.Arch;

namespace GuestOs.Mm;

/// <summary>
/// Brings neighbours of a swapped page along with it (Linux's swap_vma_readahead): those whose addresses are near, as many as paid off lately. They wait in
/// the swap cache, where the fault that wants them is a minor one.
/// </summary>
internal static unsafe class SwapReadAhead
{
    /// <summary>Largest <see cref="ClusterLogarithm"/> that counts.</summary>
    private const int LargestLogarithm = 5;

    /// <summary>vm.page-cluster: logarithm of the pages read at a time; 0 for no read-ahead.</summary>
    public static int ClusterLogarithm = 3;

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
            FaultOutcome outcome = default;
            uint frame = SwapIn.Read(area, start, entry.SwapSlot, ref outcome);
            if (frame == 0) return;
            FrameTable.Of(frame)->Set(FrameFlags.ReadAhead);
            PagesRead++;
        }
    }

    /// <summary>A fault has found its page in the swap cache.</summary>
    public static void NoteFound(VmArea area, ulong address, uint frame)
    {
        FrameRecord* record = FrameTable.Of(frame);
        bool isHit = record->Is(FrameFlags.ReadAhead);
        record->Clear(FrameFlags.ReadAhead);
        if (isHit) Hits++;
        area.SwapWindow.NoteFound(address >> 12, isHit);
    }

    private static ulong Larger(ulong first, ulong second) => first > second ? first : second;

    private static ulong Smaller(ulong first, ulong second) => first < second ? first : second;
}
