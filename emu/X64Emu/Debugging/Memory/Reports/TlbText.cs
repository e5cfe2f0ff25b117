using X64Emu.Cpu;
using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Memory.Reports;

/// <summary>The report <c>tlb [ADDR]</c>: the TLB entries by level, and those that disagree with the page tables.</summary>
public static class TlbText
{
    /// <summary>Describes the TLB.</summary>
    /// <param name="processor">The processor.</param>
    /// <param name="tables">The machine's page tables.</param>
    /// <param name="address">Shows the entries that translate this address only; null for all.</param>
    /// <param name="place">What is at an address, such as Mm.PageTable.Zap+0x40 at PageTable.cs:70; null to show addresses.</param>
    public static IReadOnlyList<string> Lines(
        Processor processor, PageTableReader tables, VirtualAddress? address = null, Func<VirtualAddress, string>? place = null)
    {
        ArgumentNullException.ThrowIfNull(processor);
        ArgumentNullException.ThrowIfNull(tables);
        TlbComparison[] all = [.. TlbComparison.All(processor, tables).Where(one => address is not { } wanted || Translates(one.Entry, wanted))];
        List<string> lines = [];
        foreach (IGrouping<(int Level, TlbKind Kind), TlbComparison> array in all.GroupBy(one => (one.Entry.Level, one.Entry.Kind)).OrderBy(array => array.Key))
        {
            lines.Add($"{Name(array.Key.Level, array.Key.Kind)}: {array.Count()} {(array.Count() == 1 ? "entry" : "entries")}");
            TextTable table = new("  virtual", "physical", ">page", "rights", "G", "D", ">pcid", "page table");
            foreach (TlbComparison one in array.OrderBy(one => one.Entry.VirtualBase.Value)) table.Add(Cells(one));
            lines.AddRange(table.Lines());
        }
        if (all.Length == 0) lines.Add(address is { } missing ? $"no TLB entry translates {PagingWords.Hex(missing.Value)}" : "the TLB is empty");
        lines.AddRange(Stale(all, processor.PageTableWrites.IsEnabled, place));
        return lines;
    }

    private static bool Translates(in TlbEntryInfo entry, VirtualAddress address) => address.Value - entry.VirtualBase.Value < entry.SizeBytes;

    private static string Name(int level, TlbKind kind) => kind switch
    {
        TlbKind.Instruction => $"L{level} instruction TLB",
        TlbKind.Data => $"L{level} data TLB",
        _ => $"L{level} TLB",
    };

    private static string[] Cells(TlbComparison one)
    {
        TlbEntryInfo entry = one.Entry;
        return
        [
            $"  {PagingWords.Full(entry.VirtualBase.Value)}", PagingWords.Hex(entry.PhysicalBase), PagingWords.Size(entry.SizeBytes),
            PagingWords.Rights(entry.Permissions), entry.IsGlobal ? "G" : "-", entry.IsDirty ? "D" : "-", PagingWords.Number((ulong)entry.Pcid), Verdict(one),
        ];
    }

    private static string Verdict(TlbComparison one) =>
        one.Walk is null ? "of another context" : one.IsStale ? "DIFFERS" : one.Differences == TlbDifferences.None ? "agrees" : "allows more now";

    private static IEnumerable<string> Stale(TlbComparison[] all, bool isLogged, Func<VirtualAddress, string>? place)
    {
        TlbComparison[] stale = [.. all.Where(one => one.IsStale)];
        if (stale.Length == 0)
        {
            if (all.Length > 0) yield return "no entry disagrees with the page tables";
            yield break;
        }
        yield return $"{stale.Length} of them disagree{(stale.Length == 1 ? "s" : "")} with the page tables, as if an invlpg were missing:";
        foreach (IGrouping<ulong, TlbComparison> page in stale.GroupBy(one => one.Entry.VirtualBase.Value).OrderBy(page => page.Key))
        {
            TlbComparison one = page.First();
            string where = string.Join(", ", page.Select(same => Name(same.Entry.Level, same.Entry.Kind)));
            yield return $"  {PagingWords.Full(page.Key)} ({where}): {string.Join("; ", Reasons(one))}";
            yield return $"    {Writer(one, isLogged, place)}";
        }
    }

    private static IEnumerable<string> Reasons(TlbComparison one)
    {
        TlbDifferences differences = one.Differences;
        if (differences.HasFlag(TlbDifferences.NotMapped))
        {
            PageWalkReport walk = one.Walk!;
            string last = walk.Levels.Count == 0 ? "" : $" ({PagingWords.Level(walk.Levels[^1].Level)} entry {PagingWords.Full(walk.Levels[^1].Entry.Value)})";
            yield return "not mapped any more" + last;
        }
        if (differences.HasFlag(TlbDifferences.OtherFrame))
            yield return $"leads to {PagingWords.Hex(one.Entry.PhysicalBase)}, the tables to {PagingWords.Hex(one.Walk!.Physical!.Value)}";
        if (differences.HasFlag(TlbDifferences.Writable)) yield return "allows writing, the tables do not";
        if (differences.HasFlag(TlbDifferences.User)) yield return "allows user mode, the tables do not";
        if (differences.HasFlag(TlbDifferences.Executable)) yield return "allows execution, the tables do not";
        if (differences.HasFlag(TlbDifferences.SmallerPages)) yield return "one large page, the tables map smaller ones";
        if (differences.HasFlag(TlbDifferences.DirtyBitCleared)) yield return "dirty, the tables' dirty bit was cleared: writes will not set it";
    }

    private static string Writer(TlbComparison one, bool isLogged, Func<VirtualAddress, string>? place)
    {
        if (one.LastWrite is not { } write)
            return isLogged ? "who wrote the page-table entry is not known" : "who wrote the page-table entry is not known: its writes are not logged";
        PageWalkLevel step = one.Walk!.Levels.First(level => level.EntryAddress == write.Entry);
        string where = place?.Invoke(write.Rip) ?? "";
        string writer = where.Length == 0 ? PagingWords.Hex(write.Rip.Value) : $"{PagingWords.Hex(write.Rip.Value)} {where}";
        return $"{PagingWords.Level(step.Level)} entry at {PagingWords.Hex(write.Entry)} written by {writer}, "
            + $"instruction {write.Instruction}: {PagingWords.Full(write.OldValue)} -> {PagingWords.Full(write.NewValue)}";
    }
}
