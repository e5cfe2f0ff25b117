namespace X64Emu.Debugging.Symbols.Lines;

/// <summary>What a row of a line table says besides its line (DWARF 5, 6.2.2).</summary>
[Flags]
internal enum LineFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>A good place for a breakpoint.</summary>
    Statement = 1,

    /// <summary>Where a function's prologue ends.</summary>
    PrologueEnd = 2,

    /// <summary>The address behind the last instruction.</summary>
    EndSequence = 4,
}

/// <summary>From this address to the next row's, code belongs to this line.</summary>
/// <param name="Address">As linked.</param>
/// <param name="File">Index into the table's files.</param>
/// <param name="Line">From 1; 0 for code without a line.</param>
/// <param name="Flags">What else is known.</param>
internal readonly record struct LineRow(ulong Address, int File, int Line, LineFlags Flags)
{
    public bool IsStatement => (Flags & LineFlags.Statement) != 0;

    public bool IsPrologueEnd => (Flags & LineFlags.PrologueEnd) != 0;

    public bool IsEnd => (Flags & LineFlags.EndSequence) != 0;
}
