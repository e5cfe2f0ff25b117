using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Memory.Reports;

/// <summary>The report <c>diff</c>: what the guest has changed in a page table since the last stop.</summary>
public static class PageTableDiffText
{
    private const int MaximumLines = 1000;

    /// <summary>Describes the changes. Neighbouring pages with the same change make one line.</summary>
    /// <param name="tracker">What was remembered at the last stop.</param>
    /// <param name="cr3">Which table.</param>
    public static IReadOnlyList<string> Lines(PageTableTracker tracker, ulong cr3)
    {
        ArgumentNullException.ThrowIfNull(tracker);
        if (!tracker.IsEnabled) return ["page tables are not tracked yet; from now on they are: run on and ask again"];
        TextTable table = new("from", ">pages", "change", "entry before", "entry now");
        List<PageChange> run = [];
        int left = 0;
        foreach (PageChange change in tracker.Changes(cr3))
        {
            if (run.Count > 0 && !Continues(run, change)) Flush(table, run);
            if (table.Count >= MaximumLines) left++;
            else run.Add(change);
        }
        Flush(table, run);
        string which = $"the page tables at CR3 = {PagingWords.Hex(cr3)}";
        if (table.Count == 0) return [$"nothing has changed in {which} since the last stop"];
        string heading = tracker.Knows(cr3) ? $"changes in {which} since the last stop" : $"{which} are new since the last stop; they map";
        List<string> lines = [heading, .. table.Lines()];
        if (left > 0) lines.Add($"... and {left} more pages");
        return lines;
    }

    private static bool Continues(List<PageChange> run, PageChange next)
    {
        PageChange last = run[^1];
        PageMapping page = (last.After ?? last.Before)!.Value;
        return next.VirtualBase == page.VirtualBase + page.SizeBytes && Describe(next) == Describe(run[0]);
    }

    private static void Flush(TextTable table, List<PageChange> run)
    {
        if (run.Count == 0) return;
        PageChange first = run[0];
        table.Add(PagingWords.Full(first.VirtualBase.Value), PagingWords.Number((ulong)run.Count), Describe(first), Entry(first.Before), Entry(first.After));
        run.Clear();
    }

    private static string Entry(PageMapping? page) => page is { } known ? PagingWords.Full(known.Entry.Value) : "-";

    private static string Describe(PageChange change)
    {
        if (change.Before is not { } before) return $"mapped, {PagingWords.RightsInWords(change.After!.Value.Permissions)}{Size(change.After!.Value)}";
        if (change.After is not { } after) return $"unmapped{Size(before)}";
        List<string> words = [];
        if (before.Level != after.Level) words.Add($"page size {PagingWords.Size(before.SizeBytes)} -> {PagingWords.Size(after.SizeBytes)}");
        if (before.PhysicalBase != after.PhysicalBase) words.Add("another frame");
        AddRight(words, before.Permissions.IsWritable, after.Permissions.IsWritable, "writable", "read-only");
        AddRight(words, before.Permissions.IsUser, after.Permissions.IsUser, "user", "supervisor");
        AddRight(words, !before.Permissions.IsNoExecute, !after.Permissions.IsNoExecute, "executable", "no-execute");
        AddRight(words, before.Entry.IsAccessed, after.Entry.IsAccessed, "accessed", "accessed bit cleared");
        AddRight(words, before.Entry.IsDirty, after.Entry.IsDirty, "dirty", "dirty bit cleared");
        AddRight(words, before.Entry.IsGlobal, after.Entry.IsGlobal, "global", "not global");
        return words.Count == 0 ? "other bits" : string.Join(", ", words);
    }

    private static string Size(PageMapping page) => page.Level == 1 ? "" : $" ({PagingWords.Size(page.SizeBytes)} page)";

    private static void AddRight(List<string> words, bool before, bool after, string gained, string lost)
    {
        if (before != after) words.Add(after ? gained : lost);
    }
}
