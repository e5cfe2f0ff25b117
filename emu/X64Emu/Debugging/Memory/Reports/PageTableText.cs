using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Memory.Reports;

/// <summary>The report <c>pagetable [RANGE]</c>: what page tables map, as ranges of pages with equal rights.</summary>
public static class PageTableText
{
    private const int MaximumRanges = 5000;

    /// <summary>Describes a table, or a part of it. Neighbouring pages of the same size, with the same rights, make one range.</summary>
    /// <param name="reader">The machine's tables.</param>
    /// <param name="cr3">Which table.</param>
    /// <param name="first">The first address of interest; 0 for all.</param>
    /// <param name="last">The last address of interest; the highest for all.</param>
    public static IReadOnlyList<string> Lines(PageTableReader reader, ulong cr3, VirtualAddress first, VirtualAddress last)
    {
        ArgumentNullException.ThrowIfNull(reader);
        TextTable table = new("from", "to", ">size", ">page", "rights", "G", ">pages", ">accessed", ">dirty", "physical");
        PageTableScan scan = reader.Scan(cr3, first, last);
        Range? range = null;
        ulong pages = 0;
        bool hasMore = false;
        foreach (PageMapping page in scan)
        {
            pages++;
            if (range is not null && range.TryAdd(page)) continue;
            if (range is not null) table.Add(range.Cells());
            range = new Range(page);
            if (table.Count < MaximumRanges) continue;
            range = null;
            hasMore = true;
            break;
        }
        if (range is not null) table.Add(range.Cells());
        string tables = $"page tables at CR3 = {PagingWords.Hex(cr3)}";
        if (pages == 0) return [$"nothing is mapped from {PagingWords.Hex(first.Value)} to {PagingWords.Hex(last.Value)} by the {tables}"];
        List<string> lines = [$"{tables}; rights: u user and kernel mode, s kernel mode only; G global", .. table.Lines()];
        if (hasMore) lines.Add($"... more than {MaximumRanges} ranges: name a part of the space, as START..END");
        else if (scan.IsTruncated) lines.Add($"... ended after {PageTableScan.MaximumTables} tables: tables that point to each other?");
        else lines.Add($"{pages} pages in {table.Count} ranges, {scan.TableCount} tables");
        return lines;
    }

    /// <summary>Pages that follow each other and are alike.</summary>
    private sealed class Range(PageMapping first)
    {
        private ulong count = 1, accessed = first.Entry.IsAccessed ? 1UL : 0, dirty = first.Entry.IsDirty ? 1UL : 0;
        private bool isContiguous = true;

        public bool TryAdd(PageMapping page)
        {
            ulong offset = count * first.SizeBytes;
            if (page.Level != first.Level || page.Permissions != first.Permissions || page.Entry.IsGlobal != first.Entry.IsGlobal
                || page.VirtualBase != first.VirtualBase + offset) return false;
            count++;
            if (page.Entry.IsAccessed) accessed++;
            if (page.Entry.IsDirty) dirty++;
            isContiguous &= page.PhysicalBase == first.PhysicalBase + offset;
            return true;
        }

        public string[] Cells() =>
        [
            PagingWords.Full(first.VirtualBase.Value), PagingWords.Full(first.VirtualBase.Value + count * first.SizeBytes - 1),
            PagingWords.Size(count * first.SizeBytes), PagingWords.Size(first.SizeBytes), PagingWords.Rights(first.Permissions),
            first.Entry.IsGlobal ? "G" : "-", PagingWords.Number(count), PagingWords.Number(accessed), PagingWords.Number(dirty),
            isContiguous ? PagingWords.Hex(first.PhysicalBase) : "scattered",
        ];
    }
}
