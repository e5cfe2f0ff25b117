using X64Emu.Debugging.Guest.Readers;
using X64Emu.Debugging.Memory;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Guest;

/// <summary>Finds who uses a frame, by looking through the page tables of every process, the kernel's half and the page caches.</summary>
public sealed class FrameSearch
{
    // A bit of page directory entries that the CPU ignores: the kernel's mark of a page of its hugetlb pool, which counts references to its first frame.
    private const ulong PooledBit = 1 << 10;

    private const ulong LowerHalfLast = (1UL << 47) - 1, UpperHalfFirst = ~LowerHalfLast;

    /// <summary>Uses of each kind that are listed at most.</summary>
    private const int MaximumUses = 10_000;

    private readonly DebugMemory memory;
    private readonly GuestKernel? guest;
    private readonly ulong frame;
    private readonly ulong? slot;
    private readonly List<PageUser> mappings = [];
    private readonly List<PageTableUser> tables = [];
    private readonly List<SwapEntryUser> swapEntries = [];

    // Page tables that may still be read: as many in all as hold 1 GiB of entries.
    private int tablesLeft = 1 << 18;

    private FrameSearch(DebugMemory memory, GuestKernel? guest, ulong frame, ulong? slot)
    {
        this.memory = memory;
        this.guest = guest;
        this.frame = frame;
        this.slot = slot;
    }

    /// <summary>Finds the uses of a frame.</summary>
    /// <param name="memory">The machine's memory.</param>
    /// <param name="guest">The kernel; null looks at the processor's page tables alone.</param>
    /// <param name="frame">Physical address divided by 4096.</param>
    public static FrameUse Find(DebugMemory memory, GuestKernel? guest, ulong frame)
    {
        ArgumentNullException.ThrowIfNull(memory);
        SwapSlot? slot = guest?.SwapSlotOf(frame);
        FrameSearch search = new(memory, guest, frame, slot?.Number);
        search.Run();
        bool isPooled = search.mappings.Any(user => user.Process is not null && user.Page.Level == 2 && (user.Page.Entry.Value & PooledBit) != 0);
        ulong counted = isPooled ? frame - frame % FrameReader.FramesPerHugePage : frame;
        return new FrameUse(frame, guest?.FrameReferences(counted), search.mappings, search.tables, guest is null ? [] : [.. guest.CachedPages(frame)])
        {
            Slot = slot,
            SwapEntries = search.swapEntries,
        };
    }

    /// <summary>Finds the page-table entries that name a slot of swap space.</summary>
    /// <param name="memory">The machine's memory.</param>
    /// <param name="guest">The kernel.</param>
    /// <param name="slot">The slot's number.</param>
    public static IReadOnlyList<SwapEntryUser> FindSlot(DebugMemory memory, GuestKernel guest, ulong slot)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(guest);
        FrameSearch search = new(memory, guest, ulong.MaxValue, slot);
        search.Run();
        return search.swapEntries;
    }

    private void Run()
    {
        HashSet<ulong> seen = [];
        foreach (GuestProcess process in guest?.Processes ?? [])
        {
            if (process.Cr3 is { } cr3 && seen.Add(cr3)) SearchUserHalf(process, cr3);
        }
        if (!memory.PageTables.IsPagingEnabled) return;
        ulong current = memory.PageTables.CurrentCr3 & ~0xfffUL;
        if (seen.Add(current)) SearchUserHalf(null, current);
        Search(null, current, UpperHalfFirst, ulong.MaxValue);
    }

    private void SearchUserHalf(GuestProcess? process, ulong cr3)
    {
        if (cr3 >> 12 == frame) tables.Add(new PageTableUser(process, PageTableReader.TopLevel, default));
        Search(process, cr3, 0, LowerHalfLast);
    }

    private void Search(GuestProcess? process, ulong cr3, ulong first, ulong last)
    {
        PageTableScan scan = memory.PageTables.Scan(cr3, new VirtualAddress(first), new VirtualAddress(last));
        scan.TableLimit = Math.Min(tablesLeft, PageTableScan.MaximumTables);
        scan.TableEntered = (entry, level, start) =>
        {
            if (entry.Address.Value >> 12 == frame && tables.Count < MaximumUses) tables.Add(new PageTableUser(process, level, start));
        };
        if (slot is not null)
        {
            scan.AbsentFound = (entry, at, level, address) =>
            {
                if (swapEntries.Count < MaximumUses && guest?.Absent(entry, level) is { Kind: AbsentPageKind.Swapped } page && page.Number == slot)
                    swapEntries.Add(new SwapEntryUser(process, address, at, entry));
            };
        }
        IReadOnlyList<GuestArea>? areas = null;
        foreach (PageMapping page in scan)
        {
            ulong start = page.PhysicalBase.Value >> 12;
            if (frame < start || frame - start >= page.SizeBytes >> 12 || mappings.Count >= MaximumUses) continue;
            if (process is not null) areas ??= guest?.Areas(process);
            mappings.Add(new PageUser(process, page, areas?.FirstOrDefault(area => area.Contains(page.VirtualBase))));
        }
        tablesLeft -= Math.Min(tablesLeft, scan.TableCount);
    }
}
