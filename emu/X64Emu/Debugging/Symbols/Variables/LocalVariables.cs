using X64Emu.Debugging.Symbols.Dwarf;

namespace X64Emu.Debugging.Symbols.Variables;

/// <summary>A function whose code the compiler put into its caller's.</summary>
/// <param name="Function">Its readable name.</param>
/// <param name="CallFile">The file of the call; null when unknown.</param>
/// <param name="CallLine">The line of the call; 0 when unknown.</param>
public readonly record struct InlineCall(string Function, string? CallFile, int CallLine);

/// <summary>What a function's entry says about one address in it: variables in scope and inlined calls. Addresses are as linked.</summary>
internal static class LocalVariables
{
    private const int MaximumNesting = 64;

    /// <summary>Parameters and variables in scope, those of inner blocks first.</summary>
    /// <exception cref="SymbolDataException">The information is damaged.</exception>
    public static IReadOnlyList<DebugEntry> InScope(in DebugEntry function, ulong address)
    {
        List<DebugEntry> found = [];
        Collect(function, address, found, 0);
        return found;
    }

    /// <summary>The inlined functions around an address, the innermost first.</summary>
    /// <exception cref="SymbolDataException">The information is damaged.</exception>
    public static IReadOnlyList<DebugEntry> InlinedAt(in DebugEntry function, ulong address)
    {
        List<DebugEntry> chain = [];
        DebugEntry? scope = function;
        for (int nesting = 0; scope is { } current && nesting < MaximumNesting; nesting++)
        {
            scope = null;
            foreach (DebugEntry child in current.Children())
            {
                if (child.Tag is not (DwarfTag.LexicalBlock or DwarfTag.InlinedSubroutine) || !AddressRanges.Cover(child, address)) continue;
                if (child.Tag == DwarfTag.InlinedSubroutine) chain.Insert(0, child);
                scope = child;
                break;
            }
        }
        return chain;
    }

    private static void Collect(in DebugEntry scope, ulong address, List<DebugEntry> found, int nesting)
    {
        if (nesting == MaximumNesting) return;
        List<DebugEntry> own = [];
        foreach (DebugEntry child in scope.Children())
        {
            if (child.Tag is DwarfTag.FormalParameter or DwarfTag.Variable) own.Add(child);
            else if (child.Tag is DwarfTag.LexicalBlock or DwarfTag.InlinedSubroutine && AddressRanges.Cover(child, address))
                Collect(child, address, found, nesting + 1);
        }
        found.AddRange(own);
    }
}
