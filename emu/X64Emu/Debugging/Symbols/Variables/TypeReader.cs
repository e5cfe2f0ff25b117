using X64Emu.Debugging.Symbols.Dwarf;

namespace X64Emu.Debugging.Symbols.Variables;

/// <summary>Makes types of debugging entries, each once. Damaged entries give <see cref="DebugType.Void"/>.</summary>
/// <param name="complete">The full description of a type by its name, for entries that only declare it.</param>
internal sealed class TypeReader(Func<string, DebugEntry?> complete)
{
    private const int MaximumNesting = 64;
    private readonly Dictionary<ulong, DebugType> known = [];
    private int nesting;

    /// <summary>The type DW_AT_type of an entry names.</summary>
    public DebugType TypeOf(in DebugEntry entry)
    {
        try
        {
            return entry.Type is { } type ? Read(type) : DebugType.Void;
        }
        catch (SymbolDataException)
        {
            return DebugType.Void;
        }
    }

    private DebugType Read(DebugEntry entry)
    {
        if (known.TryGetValue(entry.Offset, out DebugType? type)) return type;
        // A type that is built of itself exists only in damaged files; pointers and members are read when they are asked for.
        if (nesting == MaximumNesting) return DebugType.Void;
        nesting++;
        try
        {
            type = Make(entry);
        }
        finally
        {
            nesting--;
        }
        known[entry.Offset] = type;
        return type;
    }

    private DebugType Make(DebugEntry entry)
    {
        string name = CSharpName.Readable(entry.Name ?? "");
        ulong size = entry.Number(DwarfAttribute.ByteSize) ?? 0;
        switch (entry.Tag)
        {
            case DwarfTag.BaseType: return new DebugType(BaseKind(entry), name, size);
            case DwarfTag.PointerType or DwarfTag.ReferenceType or DwarfTag.RvalueReferenceType:
                return new DebugType(DebugTypeKind.Reference, PointerName(entry), size == 0 ? 8 : size, () => entry.Type is { } target ? Read(target) : null);
            case DwarfTag.Typedef: return Renamed(TypeOf(entry), name);
            case DwarfTag.ConstantType: return Renamed(TypeOf(entry), "const " + TypeOf(entry).Name);
            case DwarfTag.VolatileType or DwarfTag.RestrictType or DwarfTag.AtomicType: return TypeOf(entry);
            case DwarfTag.StructureType or DwarfTag.ClassType or DwarfTag.UnionType:
                if (entry.Flag(DwarfAttribute.Declaration) && complete(entry.Name ?? "") is { } full && full.Offset != entry.Offset) return Read(full);
                return new DebugType(DebugTypeKind.Structure, StructureName(entry, name), size, members: () => Members(entry));
            case DwarfTag.EnumerationType:
                return new DebugType(DebugTypeKind.Enumeration, name, size) { Enumerators = Enumerators(entry) };
            case DwarfTag.ArrayType: return Array(entry);
            case DwarfTag.SubroutineType: return new DebugType(DebugTypeKind.Function, "function", 0);
            default: return DebugType.Void;
        }
    }

    private static DebugTypeKind BaseKind(in DebugEntry entry) => entry.Number(DwarfAttribute.Encoding) switch
    {
        2 => DebugTypeKind.Boolean,
        4 => DebugTypeKind.Floating,
        5 or 0x0d => DebugTypeKind.SignedNumber,
        6 or 8 when entry.Number(DwarfAttribute.ByteSize) == 1 => DebugTypeKind.Character,
        6 => DebugTypeKind.SignedNumber,
        0x10 or 0x12 => DebugTypeKind.Character,
        _ => DebugTypeKind.UnsignedNumber,
    };

    /// <summary>C compilers say "struct" before the name, C++ and C# do not.</summary>
    private static string StructureName(in DebugEntry entry, string name)
    {
        string keyword = entry.Tag switch { DwarfTag.StructureType => "struct", DwarfTag.UnionType => "union", _ => "class" };
        if (name.Length == 0) return keyword;
        return entry.Tag == DwarfTag.ClassType ? name : $"{keyword} {name}";
    }

    private string PointerName(in DebugEntry entry)
    {
        if (nesting > MaximumNesting / 2) return "pointer";
        string target = entry.Type is { } type ? Read(type).Name : "void";
        return target + (entry.Tag == DwarfTag.PointerType ? target.EndsWith('*') ? "*" : " *" : " &");
    }

    private static DebugType Renamed(DebugType type, string name) => new(type.Kind, name, type.SizeBytes, () => type.Target, () => type.Members)
    {
        Count = type.Count,
        Enumerators = type.Enumerators,
    };

    private List<DebugMember> Members(DebugEntry structure)
    {
        List<DebugMember> members = [];
        try
        {
            foreach (DebugEntry child in structure.Children())
            {
                if (child.Tag is not (DwarfTag.Member or DwarfTag.Inheritance) || child.Flag(DwarfAttribute.Declaration)) continue;
                DebugType type = TypeOf(child);
                ulong offset = Offset(child);
                int bits = (int)Math.Min(child.Number(DwarfAttribute.BitSize) ?? 0, 64);
                bool isBase = child.Tag == DwarfTag.Inheritance;
                members.Add(new DebugMember(isBase ? type.Name : child.Name ?? "", type, offset, FirstBit(child, type, offset, bits), bits, isBase));
            }
        }
        catch (SymbolDataException)
        {
            // The members before the damage stand.
        }
        return members;
    }

    /// <summary>A number, or in DWARF 2 an expression that adds one to the structure's address.</summary>
    private static ulong Offset(in DebugEntry member)
    {
        if (member.Own(DwarfAttribute.DataMemberLocation) is not { } value) return 0;
        return value.Class == AttributeClass.Block ? LocationExpression.Compute(value.Bytes, new ExpressionContext(), 0) : value.Number;
    }

    /// <summary>DWARF 2 and 3 count a bit field's bits from the top of its storage unit (DW_AT_bit_offset, 0x0c).</summary>
    private static ulong FirstBit(in DebugEntry member, DebugType type, ulong offset, int bits)
    {
        const DwarfAttribute bitOffset = (DwarfAttribute)0x0c;
        if (bits == 0) return 0;
        if (member.Number(DwarfAttribute.DataBitOffset) is { } first) return first;
        ulong storage = (member.Number(DwarfAttribute.ByteSize) ?? type.SizeBytes) * 8;
        return offset * 8 + (member.Number(bitOffset) is { } fromTop ? storage - fromTop - (ulong)bits : 0);
    }

    private static List<(string, long)> Enumerators(in DebugEntry enumeration)
    {
        List<(string, long)> values = [];
        foreach (DebugEntry child in enumeration.Children())
            if (child.Tag == DwarfTag.Enumerator && child.Name is { } name) values.Add((name, (long)(child.Number(DwarfAttribute.ConstantValue) ?? 0)));
        return values;
    }

    /// <summary>One subrange for each dimension, the outermost first; the array's size stands for a missing count.</summary>
    private DebugType Array(in DebugEntry entry)
    {
        DebugType element = TypeOf(entry);
        List<ulong> counts = [];
        foreach (DebugEntry child in entry.Children())
        {
            if (child.Tag == DwarfTag.SubrangeType)
                counts.Add(child.Number(DwarfAttribute.Count) ?? (child.Number(DwarfAttribute.UpperBound) is { } upper ? upper + 1 : 0));
        }
        if (counts.Count == 0) counts.Add(0);
        string suffix = string.Concat(counts.Select(count => count == 0 ? "[]" : $"[{count}]"));
        for (int dimension = counts.Count - 1; dimension >= 0; dimension--)
        {
            DebugType inner = element;
            string name = dimension == 0 ? TypeOf(entry).Name + suffix : "array";
            element = new DebugType(DebugTypeKind.Array, name, inner.SizeBytes * counts[dimension], () => inner) { Count = counts[dimension] };
        }
        return element;
    }
}
