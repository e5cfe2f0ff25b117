namespace X64Emu.Debugging.Symbols;

/// <summary>The symbols of one module by raw, readable and short name.</summary>
internal sealed class SymbolNames
{
    private readonly (string Name, Symbol Symbol)[] exact;
    private readonly (string Name, Symbol Symbol)[] shortened;

    public SymbolNames(IEnumerable<Symbol> symbols)
    {
        List<(string, Symbol)> full = [];
        List<(string, Symbol)> parts = [];
        foreach (Symbol symbol in symbols)
        {
            full.Add((symbol.RawName, symbol));
            if (symbol.Name == symbol.RawName) continue;
            full.Add((symbol.Name, symbol));
            parts.Add((CSharpName.Short(symbol.Name), symbol));
        }
        exact = Sorted(full);
        shortened = Sorted(parts);
    }

    /// <summary>The symbols of a raw or readable name; if there is none, those of that short form.</summary>
    public IReadOnlyList<Symbol> Find(string name)
    {
        List<Symbol> found = Equal(exact, name);
        return found.Count > 0 ? found : Equal(shortened, name);
    }

    /// <summary>Readable names (and short forms) that begin with a prefix, in order, at most <paramref name="limit"/>.</summary>
    public IEnumerable<string> Complete(string prefix, int limit)
    {
        IEnumerable<string> full = StartingWith(exact, prefix)
            .Where(entry => entry.Name == entry.Symbol.Name && IsWorthOffering(entry.Symbol)).Select(entry => entry.Name);
        IEnumerable<string> parts = StartingWith(shortened, prefix).Where(entry => IsWorthOffering(entry.Symbol)).Select(entry => entry.Name);
        return full.Concat(parts).Distinct().Take(limit);
    }

    /// <summary>What a C# compiler makes for itself (__Str_..., _lsda0...) has no type and begins with an underscore.</summary>
    private static bool IsWorthOffering(Symbol symbol) => symbol.Kind != SymbolKind.Label || symbol.LengthBytes > 0 || !symbol.RawName.StartsWith('_');

    private static (string Name, Symbol Symbol)[] Sorted(List<(string Name, Symbol Symbol)> entries) =>
        [.. entries.OrderBy(entry => entry.Name, StringComparer.Ordinal)];

    private static List<Symbol> Equal((string Name, Symbol Symbol)[] entries, string name)
    {
        List<Symbol> found = [];
        for (int index = LowerBound(entries, name); index < entries.Length && entries[index].Name == name; index++)
            if (!found.Exists(symbol => symbol.Address == entries[index].Symbol.Address)) found.Add(entries[index].Symbol);
        return found;
    }

    private static IEnumerable<(string Name, Symbol Symbol)> StartingWith((string Name, Symbol Symbol)[] entries, string prefix)
    {
        for (int index = LowerBound(entries, prefix); index < entries.Length && entries[index].Name.StartsWith(prefix, StringComparison.Ordinal); index++)
            yield return entries[index];
    }

    private static int LowerBound((string Name, Symbol Symbol)[] entries, string name)
    {
        int low = 0;
        int high = entries.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (string.CompareOrdinal(entries[middle].Name, name) < 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}
