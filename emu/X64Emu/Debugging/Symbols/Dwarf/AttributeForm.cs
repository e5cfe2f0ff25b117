namespace X64Emu.Debugging.Symbols.Dwarf;

/// <summary>Reads attribute values by their form (DWARF 2 to 5 and the GNU extensions; DWARF 5, 7.5.6).</summary>
internal static class AttributeForm
{
    /// <summary>DW_FORM_implicit_const, whose value stands in the abbreviation.</summary>
    public const uint ImplicitConstant = 0x21;

    private const uint Indirect = 0x16;

    /// <summary>
    /// Reads a value and moves past it. Before DWARF 4, numbers of an offset's size were section offsets too (the attribute tells), and references
    /// between units had the size of addresses.
    /// </summary>
    /// <exception cref="SymbolDataException">The form is unknown or the value cut short.</exception>
    public static AttributeValue Read(ref ByteCursor cursor, uint form, long implicitConstant, DwarfUnit unit) => form switch
    {
        ImplicitConstant => new(AttributeClass.SignedConstant, (ulong)implicitConstant),
        0x06 when unit.Version < 4 && unit.OffsetBytes == 4 => new(AttributeClass.SectionOffset, cursor.UInt32()),
        0x07 when unit.Version < 4 && unit.OffsetBytes == 8 => new(AttributeClass.SectionOffset, cursor.UInt64()),
        0x10 when unit.Version <= 2 => new(AttributeClass.Reference, cursor.Unsigned(unit.AddressBytes)),
        >= 0x11 and <= 0x15 => InUnit(Read(ref cursor, form, unit.AddressBytes, unit.OffsetBytes), unit),
        _ => Read(ref cursor, form, unit.AddressBytes, unit.OffsetBytes),
    };

    /// <summary>Reads a value outside any unit, as line tables have them, and moves past it. References stay relative to their unit.</summary>
    /// <exception cref="SymbolDataException">The form is unknown or the value cut short.</exception>
    public static AttributeValue Read(ref ByteCursor cursor, uint form, int addressBytes, int offsetBytes)
    {
        if (form == Indirect)
        {
            form = (uint)cursor.Uleb();
            if (form is Indirect or ImplicitConstant) throw new SymbolDataException($"an indirect attribute of form {form:x}");
        }
        switch (form)
        {
            case 0x01: return new(AttributeClass.Address, cursor.Unsigned(addressBytes));
            case 0x03: return Block(cursor.Take(cursor.UInt16()));
            case 0x04: return Block(cursor.Take(cursor.UInt32()));
            case 0x05: return new(AttributeClass.Constant, cursor.UInt16());
            case 0x06: return new(AttributeClass.Constant, cursor.UInt32());
            case 0x07: return new(AttributeClass.Constant, cursor.UInt64());
            case 0x08: return new(AttributeClass.InlineText, 0, InlineText(ref cursor));
            case 0x09 or 0x18: return Block(cursor.Take(cursor.Uleb()));
            case 0x0a: return Block(cursor.Take(cursor.Byte()));
            case 0x0b: return new(AttributeClass.Constant, cursor.Byte());
            case 0x0c: return new(AttributeClass.Flag, cursor.Byte());
            case 0x0d: return new(AttributeClass.SignedConstant, (ulong)cursor.Sleb());
            case 0x0e: return new(AttributeClass.StringOffset, cursor.Unsigned(offsetBytes));
            case 0x0f: return new(AttributeClass.Constant, cursor.Uleb());
            case 0x10: return new(AttributeClass.Reference, cursor.Unsigned(offsetBytes));
            case 0x11: return new(AttributeClass.Reference, cursor.Byte());
            case 0x12: return new(AttributeClass.Reference, cursor.UInt16());
            case 0x13: return new(AttributeClass.Reference, cursor.UInt32());
            case 0x14: return new(AttributeClass.Reference, cursor.UInt64());
            case 0x15: return new(AttributeClass.Reference, cursor.Uleb());
            case 0x17: return new(AttributeClass.SectionOffset, cursor.Unsigned(offsetBytes));
            case 0x19: return new(AttributeClass.Flag, 1);
            case 0x1a or 0x1f02: return new(AttributeClass.StringIndex, cursor.Uleb());
            case 0x1b or 0x1f01: return new(AttributeClass.AddressIndex, cursor.Uleb());
            case 0x1c: return new(AttributeClass.External, cursor.UInt32());
            case 0x1d or 0x1f20 or 0x1f21: return new(AttributeClass.External, cursor.Unsigned(offsetBytes));
            case 0x1e: return Block(cursor.Take(16));
            case 0x1f: return new(AttributeClass.LineStringOffset, cursor.Unsigned(offsetBytes));
            case 0x20 or 0x24: return new(AttributeClass.External, cursor.UInt64());
            case 0x22 or 0x23: return new(AttributeClass.ListIndex, cursor.Uleb());
            case >= 0x25 and <= 0x28: return new(AttributeClass.StringIndex, cursor.Unsigned((int)form - 0x24));
            case >= 0x29 and <= 0x2c: return new(AttributeClass.AddressIndex, cursor.Unsigned((int)form - 0x28));
            default: throw new SymbolDataException($"an attribute of unknown form {form:x}");
        }
    }

    private static AttributeValue Block(ArraySegment<byte> bytes) => new(AttributeClass.Block, 0, bytes);

    private static AttributeValue InUnit(in AttributeValue value, DwarfUnit unit) => value with { Number = unit.Offset + value.Number };

    private static ArraySegment<byte> InlineText(ref ByteCursor cursor)
    {
        ByteCursor start = cursor;
        _ = cursor.Text();
        return start.Take((ulong)(cursor.Position - start.Position - 1));
    }
}
