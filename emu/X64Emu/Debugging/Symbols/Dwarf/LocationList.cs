namespace X64Emu.Debugging.Symbols.Dwarf;

/// <summary>Where a variable is at each address of its function: .debug_loc and .debug_loclists (DWARF 4, 2.6.2; DWARF 5, 2.6.2).</summary>
internal static class LocationList
{
    private const int MaximumEntries = 65536;

    /// <summary>The expression that holds at an address (as linked); null where the variable has no place.</summary>
    /// <param name="value">The value of DW_AT_location or DW_AT_frame_base: an expression or a list.</param>
    /// <param name="unit">The unit it was read in.</param>
    /// <param name="address">The address.</param>
    /// <exception cref="SymbolDataException">The list is damaged.</exception>
    public static ArraySegment<byte>? Find(in AttributeValue value, DwarfUnit unit, ulong address) => value.Class switch
    {
        AttributeClass.Block => value.Bytes,
        AttributeClass.SectionOffset or AttributeClass.ListIndex or AttributeClass.Constant when unit.Version >= 5 => New(value, unit, address),
        AttributeClass.SectionOffset or AttributeClass.Constant => Old(value.Number, unit, address),
        _ => null,
    };

    private static ArraySegment<byte>? Old(ulong offset, DwarfUnit unit, ulong address)
    {
        ByteCursor cursor = new(unit.Info.Sections.Locations, offset);
        ulong baseAddress = unit.Info.BasesOf(unit).LowPc;
        for (int entries = 0; entries < MaximumEntries; entries++)
        {
            ulong start = cursor.Unsigned(unit.AddressBytes);
            ulong end = cursor.Unsigned(unit.AddressBytes);
            if (start == 0 && end == 0) break;
            if (start == (unit.AddressBytes == 8 ? ulong.MaxValue : uint.MaxValue))
            {
                baseAddress = end;
                continue;
            }
            ArraySegment<byte> expression = cursor.Take(cursor.UInt16());
            if (address - baseAddress - start < end - start && end > start) return expression;
        }
        return null;
    }

    private static ArraySegment<byte>? New(in AttributeValue value, DwarfUnit unit, ulong address)
    {
        DebugInfo info = unit.Info;
        ArraySegment<byte> section = info.Sections.LocationLists;
        ulong offset = value.Class == AttributeClass.ListIndex
            ? DebugInfo.ListOffset(section, info.BasesOf(unit).LocationLists, value.Number, unit)
            : value.Number;
        ByteCursor cursor = new(section, offset);
        ulong baseAddress = info.BasesOf(unit).LowPc;
        ArraySegment<byte>? otherwise = null;
        for (byte kind = cursor.Byte(); kind != 0; kind = cursor.Byte())
        {
            (ulong start, ulong end) = (0, 0);
            switch (kind)
            {
                case 1: baseAddress = info.IndexedAddress(cursor.Uleb(), unit); continue;
                case 2: (start, end) = (info.IndexedAddress(cursor.Uleb(), unit), info.IndexedAddress(cursor.Uleb(), unit)); break;
                case 3: (start, end) = Sized(info.IndexedAddress(cursor.Uleb(), unit), cursor.Uleb()); break;
                case 4: (start, end) = (baseAddress + cursor.Uleb(), baseAddress + cursor.Uleb()); break;
                case 5: break;
                case 6: baseAddress = cursor.Unsigned(unit.AddressBytes); continue;
                case 7: (start, end) = (cursor.Unsigned(unit.AddressBytes), cursor.Unsigned(unit.AddressBytes)); break;
                case 8: (start, end) = Sized(cursor.Unsigned(unit.AddressBytes), cursor.Uleb()); break;
                default: throw new SymbolDataException($"location list entry {kind:x2}");
            }
            ArraySegment<byte> expression = cursor.Take(cursor.Uleb());
            if (kind == 5) otherwise = expression;
            else if (address >= start && address < end) return expression;
        }
        return otherwise;
    }

    private static (ulong Start, ulong End) Sized(ulong start, ulong lengthBytes) => (start, start + lengthBytes);
}
