using X64Emu.Debugging.Symbols.Elf;

namespace X64Emu.Debugging.Symbols.Dwarf;

/// <summary>The .debug_info of a file: its units, and what attribute values mean (DWARF versions 2 to 5; split DWARF is not followed).</summary>
internal sealed class DebugInfo
{
    private readonly Dictionary<ulong, IReadOnlyDictionary<ulong, Abbreviation>> abbreviationTables = [];
    private readonly Dictionary<DwarfUnit, UnitBases> bases = [];
    private readonly Lazy<IReadOnlyList<DwarfUnit>> units;
    private long abbreviationsRead;

    public DebugInfo(DwarfSections sections)
    {
        Sections = sections;
        units = new Lazy<IReadOnlyList<DwarfUnit>>(ReadUnits);
    }

    public DebugInfo(ElfFile elf)
        : this(new DwarfSections(elf))
    {
    }

    /// <summary>The sections the units refer to.</summary>
    public DwarfSections Sections { get; }

    /// <summary>The units in order. A damaged header ends the list.</summary>
    public IReadOnlyList<DwarfUnit> Units => units.Value;

    /// <summary>The entry at an offset of .debug_info, null when there is none; <paramref name="near"/> is the unit that is tried first.</summary>
    public DebugEntry? Entry(ulong offset, DwarfUnit? near = null) => (near is not null && Holds(near, offset) ? near : UnitAt(offset))?.ReadEntry(offset);

    /// <summary>The unit that holds an offset of .debug_info.</summary>
    public DwarfUnit? UnitAt(ulong offset)
    {
        int low = 0;
        int high = Units.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (Units[middle].End <= offset) low = middle + 1;
            else high = middle;
        }
        return low < Units.Count && Holds(Units[low], offset) ? Units[low] : null;
    }

    /// <summary>The abbreviations at an offset, read once.</summary>
    public IReadOnlyDictionary<ulong, Abbreviation> Abbreviations(ulong offset)
    {
        if (abbreviationTables.TryGetValue(offset, out IReadOnlyDictionary<ulong, Abbreviation>? table)) return table;
        // Sound files read each byte once. Units that all point into the same bytes would take time without limit.
        if (abbreviationsRead > 2L * Sections.Abbreviations.Count) throw new SymbolDataException("the tables of .debug_abbrev overlap");
        table = Abbreviation.ReadTable(Sections.Abbreviations, offset, out int lengthBytes);
        abbreviationsRead += lengthBytes;
        abbreviationTables.Add(offset, table);
        return table;
    }

    /// <summary>The text of a value; null when it is none.</summary>
    public string? Text(in AttributeValue value, DwarfUnit unit) => value.Class switch
    {
        AttributeClass.InlineText => System.Text.Encoding.UTF8.GetString(value.Bytes),
        AttributeClass.StringOffset => TextAt(Sections.Strings, value.Number),
        AttributeClass.LineStringOffset => TextAt(Sections.LineStrings, value.Number),
        AttributeClass.StringIndex => TextAt(Sections.Strings, StringOffset(value.Number, unit)),
        _ => null,
    };

    /// <summary>The address of a value, as linked; null when it is none.</summary>
    public ulong? Address(in AttributeValue value, DwarfUnit unit) => value.Class switch
    {
        AttributeClass.Address => value.Number,
        AttributeClass.AddressIndex => IndexedAddress(value.Number, unit),
        _ => null,
    };

    /// <summary>An address of .debug_addr (DWARF 5, 7.27).</summary>
    public ulong IndexedAddress(ulong index, DwarfUnit unit)
    {
        ByteCursor cursor = new(Sections.Addresses, Element(BasesOf(unit).Addresses, index, unit.AddressBytes));
        return cursor.Unsigned(unit.AddressBytes);
    }

    /// <summary>Where the tables that a unit refers to by index start.</summary>
    public UnitBases BasesOf(DwarfUnit unit)
    {
        if (bases.TryGetValue(unit, out UnitBases found)) return found;
        DebugEntry root = unit.Root;
        found = new UnitBases(
            root.Own(DwarfAttribute.StringOffsetsBase)?.Number ?? (ulong)(unit.OffsetBytes == 8 ? 16 : 8),
            root.Own(DwarfAttribute.AddressBase)?.Number ?? (ulong)(unit.OffsetBytes == 8 ? 16 : 8),
            root.Own(DwarfAttribute.RangeListsBase)?.Number ?? (ulong)(unit.OffsetBytes == 8 ? 20 : 12),
            root.Own(DwarfAttribute.LocationListsBase)?.Number ?? (ulong)(unit.OffsetBytes == 8 ? 20 : 12),
            0);
        // The address may itself be an index into a table, whose start is known now.
        bases.Add(unit, found);
        bases[unit] = found = found with { LowPc = root.Address(DwarfAttribute.LowPc) ?? 0 };
        return found;
    }

    /// <summary>Where a list of .debug_rnglists or .debug_loclists starts that is named by its index (DWARF 5, 7.28 and 7.29).</summary>
    public static ulong ListOffset(ArraySegment<byte> section, ulong start, ulong index, DwarfUnit unit)
    {
        ByteCursor cursor = new(section, Element(start, index, unit.OffsetBytes));
        return start + cursor.Unsigned(unit.OffsetBytes);
    }

    /// <summary>The offset of an element of a table; an absurd index gives an offset that no section has.</summary>
    public static ulong Element(ulong start, ulong index, int elementBytes) => index > uint.MaxValue ? ulong.MaxValue : start + index * (ulong)elementBytes;

    private static bool Holds(DwarfUnit unit, ulong offset) => offset >= unit.Offset && offset < unit.End;

    private static string TextAt(ArraySegment<byte> strings, ulong offset) => offset < (ulong)strings.Count ? ElfFile.Name(strings, (uint)offset) : "";

    private ulong StringOffset(ulong index, DwarfUnit unit)
    {
        ByteCursor cursor = new(Sections.StringOffsets, Element(BasesOf(unit).StringOffsets, index, unit.OffsetBytes));
        return cursor.Unsigned(unit.OffsetBytes);
    }

    private List<DwarfUnit> ReadUnits()
    {
        List<DwarfUnit> found = [];
        ulong offset = 0;
        while (offset < (ulong)Sections.Info.Count)
        {
            try
            {
                DwarfUnit unit = new(this, offset);
                found.Add(unit);
                offset = unit.End;
            }
            catch (SymbolDataException)
            {
                break;
            }
        }
        return found;
    }
}

/// <summary>Offsets of a unit's tables in .debug_str_offsets, .debug_addr, .debug_rnglists and .debug_loclists, and the address its lists count from.</summary>
internal readonly record struct UnitBases(ulong StringOffsets, ulong Addresses, ulong RangeLists, ulong LocationLists, ulong LowPc);
