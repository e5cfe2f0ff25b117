namespace X64Emu.Debugging.Symbols.Dwarf;

/// <summary>The shape of a <see cref="DebugEntry"/>: its tag and its attributes in order (DWARF 5, 7.5.3).</summary>
internal sealed record Abbreviation(DwarfTag Tag, bool HasChildren, AttributeShape[] Attributes)
{
    private const int MaximumAttributes = 256;

    /// <summary>Reads the abbreviations at an offset of .debug_abbrev, by code.</summary>
    /// <exception cref="SymbolDataException">They are cut short.</exception>
    public static Dictionary<ulong, Abbreviation> ReadTable(ArraySegment<byte> section, ulong offset, out int lengthBytes)
    {
        Dictionary<ulong, Abbreviation> table = [];
        ByteCursor cursor = new(section, offset);
        List<AttributeShape> attributes = [];
        for (ulong code = cursor.Uleb(); code != 0; code = cursor.Uleb())
        {
            DwarfTag tag = (DwarfTag)cursor.Uleb();
            bool hasChildren = cursor.Byte() != 0;
            attributes.Clear();
            while (true)
            {
                DwarfAttribute attribute = (DwarfAttribute)cursor.Uleb();
                uint form = (uint)cursor.Uleb();
                if (attribute == 0 && form == 0) break;
                if (attributes.Count == MaximumAttributes) throw new SymbolDataException("an abbreviation with too many attributes");
                attributes.Add(new AttributeShape(attribute, form, form == AttributeForm.ImplicitConstant ? cursor.Sleb() : 0));
            }
            table.TryAdd(code, new Abbreviation(tag, hasChildren, [.. attributes]));
        }
        lengthBytes = cursor.Position - (int)offset;
        return table;
    }
}

/// <summary>One attribute of an abbreviation.</summary>
/// <param name="Attribute">Which one.</param>
/// <param name="Form">How its value is written.</param>
/// <param name="ImplicitConstant">Its value, for DW_FORM_implicit_const.</param>
internal readonly record struct AttributeShape(DwarfAttribute Attribute, uint Form, long ImplicitConstant);
