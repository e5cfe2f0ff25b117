using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Memory;

/// <summary>What happened to a page between two looks at the tables.</summary>
/// <param name="Before">The page as it was; null when it was not mapped.</param>
/// <param name="After">The page as it is; null when it is not mapped any more.</param>
public readonly record struct PageChange(PageMapping? Before, PageMapping? After)
{
    /// <summary>First address of the page.</summary>
    public VirtualAddress VirtualBase => (After ?? Before)!.Value.VirtualBase;
}

/// <summary>Remembers page tables, so that what the guest changes in them until the next stop can be shown. Costs nothing until it is asked to.</summary>
public sealed class PageTableTracker
{
    /// <summary>Pages of one table that are remembered at most: 4 GiB in pages of 4 KiB.</summary>
    private const int MaximumPages = 1 << 20;

    private const ulong LowerHalfLast = (1UL << 47) - 1, UpperHalfFirst = ~LowerHalfLast;
    private readonly PageTableReader reader;
    private readonly Dictionary<ulong, List<PageMapping>> remembered = [];

    /// <summary>Watches the tables of a machine.</summary>
    public PageTableTracker(PageTableReader reader) => this.reader = reader ?? throw new ArgumentNullException(nameof(reader));

    /// <summary>Whether tables are to be remembered whenever the guest goes on.</summary>
    public bool IsEnabled { get; set; }

    /// <summary>Whether the kernel's half is remembered too.</summary>
    public bool IncludesKernel { get; set; }

    /// <summary>Forgets what it knew and remembers these tables. To be called before the guest goes on, while <see cref="IsEnabled"/>.</summary>
    /// <param name="tables">The CR3 values of every process, or of the current one.</param>
    public void Remember(IEnumerable<ulong> tables)
    {
        ArgumentNullException.ThrowIfNull(tables);
        remembered.Clear();
        foreach (ulong root in tables.Select(RootOf).Distinct()) remembered.Add(root, Read(root));
    }

    /// <summary>True when a table was remembered.</summary>
    public bool Knows(ulong cr3) => remembered.ContainsKey(RootOf(cr3));

    /// <summary>What has changed since, in order of address; a table that was not remembered was empty then.</summary>
    public IEnumerable<PageChange> Changes(ulong cr3)
    {
        List<PageMapping> before = remembered.GetValueOrDefault(RootOf(cr3), []), after = Read(cr3);
        int old = 0, now = 0;
        while (old < before.Count || now < after.Count)
        {
            bool isOlder = now == after.Count || (old < before.Count && before[old].VirtualBase.Value < after[now].VirtualBase.Value);
            bool isNewer = old == before.Count || (now < after.Count && after[now].VirtualBase.Value < before[old].VirtualBase.Value);
            if (isOlder) yield return new PageChange(before[old++], null);
            else if (isNewer) yield return new PageChange(null, after[now++]);
            else
            {
                if (before[old] != after[now]) yield return new PageChange(before[old], after[now]);
                old++;
                now++;
            }
        }
    }

    /// <summary>CR3 has other things in its low bits (Intel SDM Vol. 3A, 4.5.2).</summary>
    private static ulong RootOf(ulong cr3) => cr3 & PageTableEntry.AddressMask;

    private List<PageMapping> Read(ulong cr3)
    {
        IEnumerable<PageMapping> pages = reader.Scan(cr3, default, new VirtualAddress(LowerHalfLast));
        if (IncludesKernel) pages = pages.Concat(reader.Scan(cr3, new VirtualAddress(UpperHalfFirst), new VirtualAddress(ulong.MaxValue)));
        return [.. pages.Take(MaximumPages)];
    }
}
