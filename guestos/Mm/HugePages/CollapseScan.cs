namespace GuestOs.Mm;

/// <summary>
/// Looks for memory in small pages that may have huge ones, and collapses it: what Linux's khugepaged does (Documentation/admin-guide/mm/transhuge.rst). It
/// has something to do from the first eligible area on; it rests when nothing can have changed.
/// </summary>
internal static unsafe class CollapseScan
{
    /// <summary>Settings below transparent_hugepage/khugepaged, by the names there.</summary>
    public static int PagesToScan = 4096;
    public static int ScanSleepMilliseconds = 10000;
    public static int AllocationSleepMilliseconds = 60000;

    /// <summary>How many of the 512 pages may be missing, in swap space, or shared with other processes.</summary>
    public static int MaximumMissing = (int)HugePage.Frames - 1;
    public static int MaximumSwapped = (int)HugePage.Frames / 8;
    public static int MaximumShared = (int)HugePage.Frames / 2;

    /// <summary>khugepaged/defrag: other memory is moved out of the way.</summary>
    public static int MayCompact = 1;

    /// <summary>Huge pages made.</summary>
    public static ulong PagesCollapsed { get; private set; }

    /// <summary>Times all memory has been looked at.</summary>
    public static ulong FullScans;

    /// <summary>Ranges left alone because of a maximum: thp_scan_exceed_none_pte, swap_pte, share_pte.</summary>
    public static ulong MissingExceeded { get; private set; }

    public static ulong SwappedExceeded { get; private set; }

    public static ulong SharedExceeded { get; private set; }

    /// <summary>Starts or wakes who calls <see cref="Look"/>. Null until there is one.</summary>
    public static delegate*<void> OnWork;

    /// <summary>True while the scan waits to be told of memory that has changed.</summary>
    public static bool HasRested;

    private static bool s_hasStarted;

    /// <summary>There is memory that may have huge pages.</summary>
    public static void Expect()
    {
        if (OnWork == null || s_hasStarted && !HasRested) return;
        s_hasStarted = true;
        HasRested = false;
        OnWork();
    }

    /// <summary>
    /// Looks at a space from an address on, which moves, while pages are left to be looked at. True at the end of the space. Nothing sleeps.
    /// </summary>
    /// <param name="isShort">No huge page could be had: time to wait.</param>
    public static bool Look(AddressSpace space, ref ulong address, ref int pagesLeft, out bool isShort)
    {
        isShort = false;
        while (pagesLeft > 0)
        {
            VmArea area = space.FirstEndingAbove(address);
            if (area == null) return true;
            ulong start = HugePage.RoundUp(address > area.Start ? address : area.Start);
            if (!TransparentHugePages.Allows(area) || start + HugePage.Bytes > area.End)
            {
                pagesLeft--;
                address = area.End;
                continue;
            }
            pagesLeft -= (int)HugePage.Frames;
            address = start + HugePage.Bytes;
            if (!IsWorthwhile(space, start)) continue;
            int error = Collapse.One(space, area, start, MayCompact != 0);
            if (error == 0) PagesCollapsed++;
            else if (error == -Errno.NoMemory)
            {
                isShort = true;
                return false;
            }
        }
        return false;
    }

    /// <summary>True when enough of a range is there, is the program's own and in use.</summary>
    private static bool IsWorthwhile(AddressSpace space, ulong start)
    {
        PageTableEntry* table = PageTable.FindTable(space.Root, start);
        if (table == null) return false;
        int missing = 0, swapped = 0, shared = 0, referenced = 0;
        for (uint i = 0; i < HugePage.Frames; i++)
        {
            PageTableEntry entry = table[i];
            if (entry.IsSwap)
            {
                if (++swapped <= MaximumSwapped) continue;
                SwappedExceeded++;
                return false;
            }
            if (entry.IsNone || entry.Frame == PageTable.ZeroFrame)
            {
                if (++missing <= MaximumMissing) continue;
                MissingExceeded++;
                return false;
            }
            FrameRecord* record = FrameTable.Of(entry.Frame);
            // Only pages that page tables and the swap cache have, and nobody else just now.
            if (!Migrate.IsMovable(entry.Frame) || !record->Is(FrameFlags.Anonymous)) return false;
            if (record->MapCount > 1 && ++shared > MaximumShared)
            {
                SharedExceeded++;
                return false;
            }
            if (entry.IsAccessed || record->Is(FrameFlags.Referenced)) referenced++;
        }
        return referenced != 0 && (swapped == 0 || referenced >= (int)HugePage.Frames / 2);
    }
}
