using X64Emu.Debugging.Symbols.Elf;

namespace X64Emu.Debugging.Symbols;

/// <summary>The symbols of one module by address and by name. Made once; look-ups are binary searches.</summary>
internal sealed class SymbolTable
{
    private const int SymbolBytes = 24;

    /// <summary>How many symbols before an address are tried for one whose extent holds it: extents may nest, rarely deeply.</summary>
    private const int NestingLimit = 16;
    private readonly Symbol[] byAddress;
    private readonly (ulong Start, ulong End)[] loaded;
    private readonly Lazy<SymbolNames> names;

    private SymbolTable(List<Symbol> symbols, (ulong Start, ulong End)[] loaded)
    {
        byAddress = [.. symbols.OrderBy(symbol => symbol.Address).ThenBy(Preference).ThenBy(symbol => symbol.RawName, StringComparer.Ordinal)];
        this.loaded = loaded;
        names = new Lazy<SymbolNames>(() => new SymbolNames(byAddress));
    }

    /// <summary>All symbols in ascending order of address.</summary>
    public IReadOnlyList<Symbol> All => byAddress;

    /// <summary>The symbols by name.</summary>
    public SymbolNames Names => names.Value;

    /// <summary>Reads .symtab, or .dynsym where a file was stripped.</summary>
    public static SymbolTable Read(ElfFile elf, ulong bias)
    {
        List<Symbol> symbols = [];
        foreach (uint type in (uint[])[ElfSection.SymbolTable, ElfSection.DynamicSymbols])
        {
            foreach (ElfSection section in elf.Sections)
                if (section.Type == type) Add(elf, section, bias, symbols);
            if (symbols.Count > 0) break;
        }
        return new SymbolTable(
            symbols,
            [.. elf.Sections.Where(section => section.IsLoaded).Select(section => (section.Address + bias, section.Address + bias + section.LengthBytes))]);
    }

    /// <summary>The symbol whose extent holds the address; for symbols of unknown size, the nearest one before it in the same section.</summary>
    public Symbol? Find(ulong address)
    {
        int after = UpperBound(address);
        Symbol? unsized = null;
        for (int index = after - 1; index >= 0 && index >= after - NestingLimit; index--)
        {
            Symbol symbol = byAddress[index];
            if (symbol.LengthBytes > 0 ? address - symbol.Address < symbol.LengthBytes : address == symbol.Address) return Preferred(index);
            bool mayReach = symbol.LengthBytes == 0 && symbol.Kind != SymbolKind.Variable;
            if (mayReach && unsized is null && SameSection(symbol.Address, address)) unsized = Preferred(index);
            if (symbol.LengthBytes > 0 && unsized is not null) break;
        }
        return unsized;
    }

    /// <summary>Of several symbols at one address, the first in the table's order of preference that is as good a match.</summary>
    private Symbol Preferred(int index)
    {
        while (index > 0 && byAddress[index - 1].Address == byAddress[index].Address) index--;
        return byAddress[index];
    }

    private int UpperBound(ulong address)
    {
        int low = 0;
        int high = byAddress.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (byAddress[middle].Address <= address) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    private bool SameSection(ulong first, ulong second)
    {
        foreach ((ulong start, ulong end) in loaded)
            if (first >= start && first < end) return second >= start && second < end;
        return false;
    }

    /// <summary>Functions before variables before labels; then those with a size, then those that no compiler or linker made up.</summary>
    private static int Preference(Symbol symbol) =>
        (int)symbol.Kind * 4 + (symbol.LengthBytes > 0 ? 0 : 2) + (symbol.RawName.StartsWith('_') ? 1 : 0);

    private static void Add(ElfFile elf, ElfSection section, ulong bias, List<Symbol> symbols)
    {
        ArraySegment<byte> entries = elf.Content(section);
        ArraySegment<byte> strings = section.Link < (uint)elf.Sections.Count ? elf.Content(elf.Sections[(int)section.Link]) : [];
        ByteCursor cursor = new(entries);
        while (cursor.Remaining >= SymbolBytes)
        {
            uint name = cursor.UInt32();
            int type = cursor.Byte() & 15;
            cursor.Skip(1);
            ushort sectionIndex = cursor.UInt16();
            ulong address = cursor.UInt64();
            ulong lengthBytes = cursor.UInt64();
            SymbolKind? kind = type switch
            {
                0 => SymbolKind.Label,
                1 => SymbolKind.Variable,
                2 or 10 => SymbolKind.Function,
                _ => null,
            };
            const ushort undefined = 0;
            if (kind is null || sectionIndex == undefined || name == 0) continue;
            string raw = ElfFile.Name(strings, name);
            if (raw.Length == 0) continue;
            symbols.Add(new Symbol(raw, CSharpName.Readable(raw), address + bias, lengthBytes, kind.Value));
        }
    }
}
