using X64Emu.Debugging.Symbols.Dwarf;

namespace X64Emu.Debugging.Symbols.Variables;

/// <summary>The functions, global variables and types of one module by address and name, from one walk over its .debug_info. Addresses are as linked.</summary>
internal sealed class DebugIndex
{
    private readonly (ulong Start, ulong End, DebugEntry Entry)[] functions;
    private readonly Dictionary<string, DebugEntry> globals = [];
    private readonly Dictionary<string, DebugEntry> types = [];

    public DebugIndex(DebugInfo info)
    {
        List<(ulong, ulong, DebugEntry)> found = [];
        foreach (DwarfUnit unit in info.Units) Add(unit, found);
        functions = [.. found.OrderBy(function => function.Item1)];
    }

    /// <summary>The names of global variables, with their namespaces.</summary>
    public IEnumerable<string> GlobalNames => globals.Keys;

    /// <summary>The function whose code includes an address.</summary>
    public DebugEntry? FunctionAt(ulong address)
    {
        int low = 0;
        int high = functions.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (functions[middle].Start <= address) low = middle + 1;
            else high = middle;
        }
        return low > 0 && address < functions[low - 1].End ? functions[low - 1].Entry : null;
    }

    /// <summary>A global variable by its name.</summary>
    public DebugEntry? Global(string name) => globals.TryGetValue(name, out DebugEntry entry) ? entry : null;

    /// <summary>A type's full description by its name.</summary>
    public DebugEntry? Type(string name) => types.TryGetValue(name, out DebugEntry entry) ? entry : null;

    private void Add(DwarfUnit unit, List<(ulong, ulong, DebugEntry)> found)
    {
        try
        {
            List<string> scopes = [];
            int function = int.MaxValue;
            foreach ((int depth, DebugEntry entry) in unit.Walk())
            {
                if (depth <= function) function = int.MaxValue;
                while (scopes.Count > depth) scopes.RemoveAt(scopes.Count - 1);
                bool isScope = entry.Tag is DwarfTag.Namespace or DwarfTag.ClassType or DwarfTag.StructureType;
                scopes.Add(isScope ? (entry.Name ?? "") + "::" : "");
                if (entry.Tag == DwarfTag.Subprogram)
                {
                    function = Math.Min(function, depth);
                    foreach ((ulong start, ulong end) in AddressRanges.Of(entry)) found.Add((start, end, entry));
                }
                else if (function == int.MaxValue)
                {
                    AddNamed(entry, string.Concat(scopes.Take(depth)));
                }
            }
        }
        catch (SymbolDataException)
        {
            // What a damaged unit says before the damage stands.
        }
    }

    private void AddNamed(in DebugEntry entry, string scope)
    {
        if (entry.Tag == DwarfTag.Variable)
        {
            // The C# compiler's statics carry wrong places (the guest kernel's reader knows how to mend them), C's and C++'s sound ones.
            if (entry.Own(DwarfAttribute.Location) is not null && entry.Name is { } name && !IsStaticOfCSharp(entry)) globals.TryAdd(scope + name, entry);
        }
        else if (entry.Tag is DwarfTag.ClassType or DwarfTag.StructureType or DwarfTag.UnionType or DwarfTag.EnumerationType
            && !entry.Flag(DwarfAttribute.Declaration) && entry.Name is { } type)
        {
            types.TryAdd(type, entry);
        }
    }

    private static bool IsStaticOfCSharp(in DebugEntry entry) =>
        entry.Own(DwarfAttribute.Specification) is not null && entry.Unit.Root.Text(DwarfAttribute.Producer) == "NetRuntime";
}
