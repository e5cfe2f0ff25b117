using X64Emu.Debugging.Memory;
using X64Emu.Debugging.Memory.Reports;
using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Guest.Reports;

/// <summary>The report <c>maps [PID]</c>: a process's areas in the form of /proc/PID/maps, and beside each what its page tables really map.</summary>
public static class MapsText
{
    private const ulong LowerHalfLast = (1UL << 47) - 1;

    /// <summary>Page tables that are read in all. Each area takes at least four, and no process has more areas than 65530.</summary>
    private const int MaximumTables = 1 << 20;

    /// <summary>Describes the memory of a process.</summary>
    public static IReadOnlyList<string> Lines(DebugMemory memory, GuestKernel guest, GuestProcess process)
    {
        ArgumentNullException.ThrowIfNull(memory);
        ArgumentNullException.ThrowIfNull(guest);
        ArgumentNullException.ThrowIfNull(process);
        if (process.Cr3 is not { } cr3)
            return [$"process {process.Pid} ({process.Name}) has no memory of its own: it is {(process.IsKernel ? "a kernel thread" : "a zombie")}"];
        TextTable table = new("range", "perm", ">offset", ">pages", ">mapped", ">write", ">cow", ">zero", ">swapped", ">dirty", ">accessed", "page", "name");
        ulong inAreas = 0;
        int tablesLeft = MaximumTables;
        foreach (GuestArea area in guest.Areas(process))
        {
            PageTableScan scan = memory.PageTables.Scan(cr3, area.Start, new VirtualAddress(area.End.Value - 1));
            scan.TableLimit = Math.Min(tablesLeft, PageTableScan.MaximumTables);
            PageCounts pages = PageCounts.Of(scan, guest, area);
            tablesLeft -= Math.Min(tablesLeft, scan.TableCount);
            inAreas += pages.Mapped;
            table.Add(
                $"{area.Start.Value:x8}-{area.End.Value:x8}", area.Permissions, $"{area.FileOffset:x8}",
                PagingWords.Number(area.LengthBytes >> 12), PagingWords.Number(pages.Mapped), PagingWords.Number(pages.Writable),
                PagingWords.Number(pages.CopyOnWrite), PagingWords.Number(pages.Zero), PagingWords.Number(pages.Swapped),
                PagingWords.Number(pages.Dirty), PagingWords.Number(pages.Accessed), pages.Sizes, area.Name);
        }
        List<string> lines =
        [
            $"process {process.Pid} ({process.Name}), page tables at CR3 = {PagingWords.Hex(cr3)}; counts of pages present in them:",
            "write: writable now; cow: shared until the first write; zero: the shared zero page; swapped: not present, in swap space",
            .. table.Lines(),
        ];
        ulong all = (ulong)memory.PageTables.Scan(cr3, default, new VirtualAddress(LowerHalfLast)).LongCount();
        if (tablesLeft == 0) lines.Add("... the tables are too many: the counts of the last areas are not complete");
        else if (all == inAreas) lines.Add($"{all} pages mapped, all of them in areas");
        else lines.Add($"{all} pages mapped, {inAreas} of them in areas: the others have no area and should not be there");
        return lines;
    }

    /// <summary>True for a page that a write would copy: read-only in a private area that may be written, and shared.</summary>
    internal static bool IsCopyOnWrite(GuestKernel guest, GuestArea area, in PageMapping page) =>
        area.IsWritable && !area.IsShared && !page.Permissions.IsWritable && guest.IsShared(page.PhysicalBase.Value >> 12);

    /// <summary>What is mapped of an area, in entries of page tables.</summary>
    private readonly record struct PageCounts(ulong Mapped, ulong Writable, ulong CopyOnWrite, ulong Zero, ulong Swapped, ulong Dirty, ulong Accessed, string Sizes)
    {
        public static PageCounts Of(PageTableScan scan, GuestKernel guest, GuestArea area)
        {
            ulong mapped = 0, writable = 0, shared = 0, zero = 0, swapped = 0, dirty = 0, accessed = 0;
            SortedSet<ulong> sizes = [];
            scan.AbsentFound = (entry, _, level, _) =>
            {
                if (guest.Absent(entry, level) is { Kind: AbsentPageKind.Swapped }) swapped++;
            };
            foreach (PageMapping page in scan)
            {
                mapped++;
                sizes.Add(page.SizeBytes);
                if (page.Permissions.IsWritable) writable++;
                if (page.Entry.IsDirty) dirty++;
                if (page.Entry.IsAccessed) accessed++;
                if (guest.IsZeroFrame(page.PhysicalBase.Value >> 12)) zero++;
                else if (IsCopyOnWrite(guest, area, page)) shared++;
            }
            return new PageCounts(mapped, writable, shared, zero, swapped, dirty, accessed, sizes.Count == 0 ? "-" : string.Join('+', sizes.Select(PagingWords.Size)));
        }
    }
}
