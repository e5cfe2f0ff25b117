namespace X64Emu.Debugging.Symbols.Dwarf;

/// <summary>The code an entry covers: one range, or a list of .debug_ranges or .debug_rnglists (DWARF 5, 2.17). Addresses are as linked.</summary>
internal static class AddressRanges
{
    /// <summary>Longer lists are cut; compilers write a few dozen ranges.</summary>
    private const int MaximumRanges = 4096;

    /// <summary>The ranges; none for an entry without code.</summary>
    /// <exception cref="SymbolDataException">The list is damaged.</exception>
    public static IReadOnlyList<(ulong Start, ulong End)> Of(in DebugEntry entry)
    {
        if (entry.Own(DwarfAttribute.Ranges) is { } list) return entry.Unit.Version >= 5 ? New(entry.Unit, list) : Old(entry.Unit, list.Number);
        if (entry.Address(DwarfAttribute.LowPc) is not { } low || entry.Own(DwarfAttribute.HighPc) is not { } high) return [];
        ulong end = high.Class is AttributeClass.Address or AttributeClass.AddressIndex ? entry.Unit.Info.Address(high, entry.Unit) ?? low : low + high.Number;
        return end > low ? [(low, end)] : [];
    }

    /// <summary>True when an entry's code includes an address.</summary>
    public static bool Cover(in DebugEntry entry, ulong address)
    {
        foreach ((ulong start, ulong end) in Of(entry))
            if (address >= start && address < end) return true;
        return false;
    }

    private static List<(ulong, ulong)> Old(DwarfUnit unit, ulong offset)
    {
        List<(ulong, ulong)> ranges = [];
        ByteCursor cursor = new(unit.Info.Sections.Ranges, offset);
        ulong baseAddress = unit.Info.BasesOf(unit).LowPc;
        while (ranges.Count < MaximumRanges)
        {
            ulong start = cursor.Unsigned(unit.AddressBytes);
            ulong end = cursor.Unsigned(unit.AddressBytes);
            if (start == 0 && end == 0) break;
            if (start == (unit.AddressBytes == 8 ? ulong.MaxValue : uint.MaxValue)) baseAddress = end;
            else if (end > start) ranges.Add((baseAddress + start, baseAddress + end));
        }
        return ranges;
    }

    private static List<(ulong, ulong)> New(DwarfUnit unit, in AttributeValue list)
    {
        ArraySegment<byte> section = unit.Info.Sections.RangeLists;
        DebugInfo info = unit.Info;
        ulong offset = list.Class == AttributeClass.ListIndex ? DebugInfo.ListOffset(section, info.BasesOf(unit).RangeLists, list.Number, unit) : list.Number;
        List<(ulong, ulong)> ranges = [];
        ByteCursor cursor = new(section, offset);
        ulong baseAddress = info.BasesOf(unit).LowPc;
        for (byte kind = cursor.Byte(); kind != 0 && ranges.Count < MaximumRanges; kind = cursor.Byte())
        {
            switch (kind)
            {
                case 1: baseAddress = info.IndexedAddress(cursor.Uleb(), unit); break;
                case 2: ranges.Add((info.IndexedAddress(cursor.Uleb(), unit), info.IndexedAddress(cursor.Uleb(), unit))); break;
                case 3: AddSized(ranges, info.IndexedAddress(cursor.Uleb(), unit), cursor.Uleb()); break;
                case 4: ranges.Add((baseAddress + cursor.Uleb(), baseAddress + cursor.Uleb())); break;
                case 5: baseAddress = cursor.Unsigned(unit.AddressBytes); break;
                case 6: ranges.Add((cursor.Unsigned(unit.AddressBytes), cursor.Unsigned(unit.AddressBytes))); break;
                case 7: AddSized(ranges, cursor.Unsigned(unit.AddressBytes), cursor.Uleb()); break;
                default: throw new SymbolDataException($"range list entry {kind:x2}");
            }
        }
        return ranges;
    }

    private static void AddSized(List<(ulong, ulong)> ranges, ulong start, ulong lengthBytes) => ranges.Add((start, start + lengthBytes));
}
