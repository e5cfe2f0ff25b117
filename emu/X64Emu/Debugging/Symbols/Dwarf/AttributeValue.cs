namespace X64Emu.Debugging.Symbols.Dwarf;

/// <summary>How the value of an attribute is to be understood (DWARF 5, 7.5.5).</summary>
internal enum AttributeClass
{
    /// <summary>A number without further meaning.</summary>
    Constant,

    /// <summary>A signed number.</summary>
    SignedConstant,

    /// <summary>An address, as linked.</summary>
    Address,

    /// <summary>An index into .debug_addr.</summary>
    AddressIndex,

    /// <summary>Bytes, or a location expression.</summary>
    Block,

    /// <summary>Text in the entry itself.</summary>
    InlineText,

    /// <summary>An offset in .debug_str.</summary>
    StringOffset,

    /// <summary>An offset in .debug_line_str.</summary>
    LineStringOffset,

    /// <summary>An index into .debug_str_offsets.</summary>
    StringIndex,

    /// <summary>An offset in .debug_info: another entry.</summary>
    Reference,

    /// <summary>An offset in a section that the attribute implies.</summary>
    SectionOffset,

    /// <summary>An index into the unit's range or location lists.</summary>
    ListIndex,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>Something in another file, which is not followed.</summary>
    External,
}

/// <summary>The value of one attribute.</summary>
/// <param name="Class">How to understand it.</param>
/// <param name="Number">The value of all classes but <see cref="AttributeClass.Block"/> and <see cref="AttributeClass.InlineText"/>.</param>
/// <param name="Bytes">The bytes of a block, or of inline text without its zero.</param>
internal readonly record struct AttributeValue(AttributeClass Class, ulong Number, ArraySegment<byte> Bytes = default);
