using X64Emu.Primitives;

namespace X64Emu.Debugging.Symbols;

/// <summary>What an address belongs to.</summary>
/// <param name="Module">The module's name.</param>
/// <param name="Function">The readable name of the function, variable or label; null when there is only a line.</param>
/// <param name="OffsetBytes">How far behind the function's start the address is.</param>
/// <param name="SourceFile">The source file as the compiler wrote it, with its folder; null when unknown.</param>
/// <param name="Line">The line, from 1; 0 when unknown.</param>
public readonly record struct SymbolLocation(string Module, string? Function, ulong OffsetBytes, string? SourceFile, int Line)
{
    /// <summary>The source file without its folders; null when unknown.</summary>
    public string? SourceFileName => SourceFile is null ? null : SourceFile[(SourceFile.LastIndexOfAny(['/', '\\']) + 1)..];

    /// <summary>The text form, such as <c>main+0x12 (hello.c:7)</c>.</summary>
    public override string ToString()
    {
        string place = Line == 0 || SourceFile is null ? "" : $"{SourceFileName}:{Line}";
        if (Function is null) return place;
        string function = Inside(Function, OffsetBytes);
        return place.Length == 0 ? function : $"{function} ({place})";
    }

    /// <summary>A place in a function, such as <c>main+0x12</c>.</summary>
    internal static string Inside(string function, ulong offsetBytes) => offsetBytes == 0 ? function : $"{function}+0x{offsetBytes:x}";
}

/// <summary>An address that a name or a source line stands for.</summary>
/// <param name="Address">The address in memory.</param>
/// <param name="Module">The module it is in.</param>
/// <param name="Name">The symbol's readable name, or <c>file:line</c>.</param>
/// <param name="IsFunction">True for the start of a function.</param>
public readonly record struct SymbolMatch(VirtualAddress Address, SymbolModule Module, string Name, bool IsFunction)
{
    /// <summary>For the start of a function, the address behind what sets up its frame; else the address. It is where a breakpoint is most useful.</summary>
    public VirtualAddress BodyStart => IsFunction ? Module.AfterPrologue(Address) : Address;
}
