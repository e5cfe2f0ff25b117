namespace X64Emu.Debugging.Symbols.Dwarf;

/// <summary>
/// A debugging information entry (DIE): a tag, attributes, children. It is a place in .debug_info, and each look reads the bytes there;
/// copies are cheap. Damaged bytes raise <see cref="SymbolDataException"/>.
/// </summary>
internal readonly struct DebugEntry
{
    private const int MaximumReferences = 8;
    private readonly ulong values;
    private readonly Abbreviation abbreviation;

    public DebugEntry(DwarfUnit unit, ulong offset, ulong values, Abbreviation abbreviation)
    {
        Unit = unit;
        Offset = offset;
        this.values = values;
        this.abbreviation = abbreviation;
    }

    /// <summary>The unit it is in.</summary>
    public DwarfUnit Unit { get; }

    /// <summary>Where it starts in .debug_info, which identifies it.</summary>
    public ulong Offset { get; }

    public DwarfTag Tag => abbreviation.Tag;

    public bool HasChildren => abbreviation.HasChildren;

    /// <summary>The offset behind its attributes, where its first child or its sibling starts. Sets nothing; reads all values.</summary>
    public ulong End
    {
        get
        {
            if (abbreviation.Attributes.Length == 0) return values;
            ByteCursor cursor = Unit.At(values);
            foreach (AttributeShape shape in abbreviation.Attributes) AttributeForm.Read(ref cursor, shape.Form, shape.ImplicitConstant, Unit);
            return (ulong)cursor.Position;
        }
    }

    /// <summary>DW_AT_name, also of the declaration or abstract function it completes; null when it has none.</summary>
    public string? Name => Text(DwarfAttribute.Name);

    /// <summary>DW_AT_linkage_name or DW_AT_MIPS_linkage_name, also of the declaration it completes; null when it has none.</summary>
    public string? LinkageName => Text(DwarfAttribute.LinkageName) ?? Text(DwarfAttribute.MipsLinkageName);

    /// <summary>The entry DW_AT_type names; null for void.</summary>
    public DebugEntry? Type => Reference(DwarfAttribute.Type);

    /// <summary>Its children in order. Ends early where the unit is damaged.</summary>
    public IEnumerable<DebugEntry> Children()
    {
        if (!HasChildren) yield break;
        ulong position = End;
        while (TryReadChild(position, out DebugEntry child, out ulong next))
        {
            yield return child;
            position = next;
        }
    }

    /// <summary>The attribute as it stands in this entry alone.</summary>
    public AttributeValue? Own(DwarfAttribute attribute)
    {
        int index = Array.FindIndex(abbreviation.Attributes, shape => shape.Attribute == attribute);
        if (index < 0) return null;
        ByteCursor cursor = Unit.At(values);
        for (int before = 0; before < index; before++)
        {
            AttributeShape shape = abbreviation.Attributes[before];
            AttributeForm.Read(ref cursor, shape.Form, shape.ImplicitConstant, Unit);
        }
        return AttributeForm.Read(ref cursor, abbreviation.Attributes[index].Form, abbreviation.Attributes[index].ImplicitConstant, Unit);
    }

    /// <summary>The attribute, if need be of the entry that DW_AT_specification or DW_AT_abstract_origin names.</summary>
    public AttributeValue? Attribute(DwarfAttribute attribute) => Find(attribute)?.Value;

    /// <summary>An attribute's text; null when it is missing or no text.</summary>
    public string? Text(DwarfAttribute attribute) => Find(attribute) is { } found ? found.Owner.Unit.Info.Text(found.Value, found.Owner.Unit) : null;

    /// <summary>The entry an attribute refers to; null when it is missing or in another file.</summary>
    public DebugEntry? Reference(DwarfAttribute attribute) =>
        Find(attribute) is { Value.Class: AttributeClass.Reference } found ? Unit.Info.Entry(found.Value.Number, found.Owner.Unit) : null;

    /// <summary>An attribute's number; null when it is missing or no number.</summary>
    public ulong? Number(DwarfAttribute attribute) =>
        Attribute(attribute) is { Class: not (AttributeClass.Block or AttributeClass.InlineText or AttributeClass.External) } value ? value.Number : null;

    /// <summary>True when the flag is there and set.</summary>
    public bool Flag(DwarfAttribute attribute) => Number(attribute) is > 0;

    /// <summary>An attribute's address as linked; null when it is missing.</summary>
    public ulong? Address(DwarfAttribute attribute) => Own(attribute) is { } value ? Unit.Info.Address(value, Unit) : null;

    private (AttributeValue Value, DebugEntry Owner)? Find(DwarfAttribute attribute)
    {
        DebugEntry entry = this;
        for (int references = 0; references < MaximumReferences; references++)
        {
            if (entry.Own(attribute) is { } value) return (value, entry);
            AttributeValue? next = entry.Own(DwarfAttribute.Specification) ?? entry.Own(DwarfAttribute.AbstractOrigin);
            if (next is not { Class: AttributeClass.Reference } reference || Unit.Info.Entry(reference.Number, entry.Unit) is not { } target) return null;
            entry = target;
        }
        return null;
    }

    private bool TryReadChild(ulong position, out DebugEntry child, out ulong next)
    {
        child = default;
        next = 0;
        try
        {
            if (Unit.ReadEntry(position) is not { } entry) return false;
            child = entry;
            next = entry.AfterSubtree();
            return true;
        }
        catch (SymbolDataException)
        {
            return false;
        }
    }

    /// <summary>The offset of the next entry that is no descendant.</summary>
    private ulong AfterSubtree()
    {
        ulong position = End;
        if (!HasChildren) return position;
        if (Own(DwarfAttribute.Sibling) is { Class: AttributeClass.Reference } sibling && sibling.Number > position) return sibling.Number;
        for (int depth = 1; depth > 0;)
        {
            if (Unit.ReadEntry(position) is { } entry)
            {
                position = entry.End;
                if (entry.HasChildren) depth++;
            }
            else
            {
                position++;
                depth--;
            }
        }
        return position;
    }
}
