namespace X64Emu.Debugging.Symbols;

/// <summary>What a symbol names.</summary>
public enum SymbolKind
{
    /// <summary>Code with a known extent (STT_FUNC, STT_GNU_IFUNC).</summary>
    Function,

    /// <summary>A variable (STT_OBJECT).</summary>
    Variable,

    /// <summary>An address without type: labels of assembly code and what a linker adds.</summary>
    Label,
}

/// <summary>A named address of a module.</summary>
/// <param name="RawName">The name as the linker wrote it.</param>
/// <param name="Name">The name as people read it: C# names with dots, all others as they are.</param>
/// <param name="Address">Where it is in memory, the module's bias included.</param>
/// <param name="LengthBytes">Its size, 0 when unknown.</param>
/// <param name="Kind">What it names.</param>
public sealed record Symbol(string RawName, string Name, ulong Address, ulong LengthBytes, SymbolKind Kind);
