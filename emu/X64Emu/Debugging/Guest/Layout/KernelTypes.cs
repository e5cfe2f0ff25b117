using X64Emu.Debugging.Symbols;
using X64Emu.Debugging.Symbols.Dwarf;
using X64Emu.Debugging.Symbols.Elf;

namespace X64Emu.Debugging.Guest.Layout;

/// <summary>
/// The classes of the C# kernel as its image's debug information describes them: members by name, enumerations, statics. A name that is asked for and
/// not there is remembered in <see cref="Missing"/> and reads as 0, so that a kernel with other structures gives a partial picture.
/// </summary>
internal sealed class KernelTypes
{
    private const string Prefix = "kernel_GuestOs_";
    private const int ReferenceBytes = 8;
    private const int MaximumBases = 16;
    private readonly Dictionary<string, DebugEntry> types = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, StaticLocation> locations = [];
    private readonly SortedSet<string> missing = new(StringComparer.Ordinal);

    private KernelTypes(DebugInfo info)
    {
        foreach (DwarfUnit unit in info.Units)
        {
            foreach (DebugEntry entry in unit.Root.Children()) Add(entry);
        }
        foreach (DebugEntry entry in types.Values) RepairLocations(entry);
    }

    /// <summary>Names that readers asked for and the kernel does not have.</summary>
    public IReadOnlyCollection<string> Missing => missing;

    /// <summary>Reads an image's types; null when it is not this kernel, or one without debug information.</summary>
    public static KernelTypes? TryLoad(ElfFile elf)
    {
        try
        {
            KernelTypes types = new(new DebugInfo(elf));
            return types.types.Count == 0 ? null : types;
        }
        catch (SymbolDataException)
        {
            return null;
        }
    }

    /// <summary>A member of a class, its base classes included; an automatic property counts as its field.</summary>
    /// <param name="type">The class's name behind GuestOs, such as Proc_Process.</param>
    /// <param name="member">The member's name in C#.</param>
    public KernelField Field(string type, string member)
    {
        string? name = Prefix + type;
        for (int depth = 0; depth < MaximumBases && name is not null && types.TryGetValue(name, out DebugEntry entry); depth++)
        {
            name = null;
            foreach (DebugEntry child in entry.Children())
            {
                if (child.Tag == DwarfTag.Inheritance) name = child.Type?.Name;
                else if (IsMember(child, member) && child.Number(DwarfAttribute.DataMemberLocation) is { } offset and < int.MaxValue)
                    return new KernelField((int)offset, SizeOf(child));
            }
        }
        missing.Add($"{type}.{member}");
        return KernelField.Missing;
    }

    /// <summary>A static member of a class.</summary>
    public KernelStatic Static(string type, string member)
    {
        if (types.TryGetValue(Prefix + type, out DebugEntry entry))
        {
            foreach (DebugEntry child in entry.Children())
            {
                if (IsMember(child, member) && locations.TryGetValue(child.Offset, out StaticLocation location)) return ToStatic(type, child, location);
            }
        }
        missing.Add($"{type}.{member}");
        return new KernelStatic($"{type}.{member}", 0, 0, false, 0, "");
    }

    /// <summary>Every static member that refers to a class.</summary>
    /// <param name="type">The class's name behind GuestOs.</param>
    public IEnumerable<KernelStatic> StaticsOf(string type)
    {
        foreach ((string name, DebugEntry entry) in types)
        {
            foreach (DebugEntry child in entry.Children())
            {
                if (child.Tag != DwarfTag.Member || !locations.TryGetValue(child.Offset, out StaticLocation location)) continue;
                KernelStatic found = ToStatic(name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name, child, location);
                if (found.TypeName == type) yield return found;
            }
        }
    }

    /// <summary>The names of an enumeration's values.</summary>
    public IReadOnlyDictionary<ulong, string> Enumeration(string type)
    {
        Dictionary<ulong, string> names = [];
        if (types.TryGetValue(Prefix + type, out DebugEntry entry))
        {
            foreach (DebugEntry child in entry.Children())
            {
                if (child.Tag != DwarfTag.Enumerator || child.Name is not { } name) continue;
                if (child.Number(DwarfAttribute.ConstantValue) is { } value) names.TryAdd(value, name);
            }
        }
        if (names.Count == 0) missing.Add(type);
        return names;
    }

    /// <summary>The value of a name in an enumeration; 0 when the kernel has no such name.</summary>
    public ulong Enumerator(string type, string name)
    {
        foreach ((ulong value, string known) in Enumeration(type))
        {
            if (known == name) return value;
        }
        missing.Add($"{type}.{name}");
        return 0;
    }

    /// <summary>The size of a class's objects, or of a struct, in bytes; 0 when it is not known.</summary>
    public int SizeOf(string type)
    {
        if (types.TryGetValue(Prefix + type, out DebugEntry entry) && entry.Number(DwarfAttribute.ByteSize) is { } size and < int.MaxValue) return (int)size;
        missing.Add(type);
        return 0;
    }

    private void Add(DebugEntry entry)
    {
        switch (entry.Tag)
        {
            case DwarfTag.ClassType or DwarfTag.StructureType or DwarfTag.EnumerationType:
                if (!entry.Flag(DwarfAttribute.Declaration) && entry.Name is { } name && name.StartsWith(Prefix, StringComparison.Ordinal))
                    types.TryAdd(name, entry);
                break;
            case DwarfTag.Variable:
                if (entry.Own(DwarfAttribute.Specification) is { Class: AttributeClass.Reference } member && entry.Own(DwarfAttribute.Location) is { } location
                    && StaticLocation.TryParse(location.Bytes, out StaticLocation place))
                    locations.TryAdd(member.Number, place);
                break;
        }
    }

    /// <summary>
    /// ILC lists a class's static members with those that hold no reference first, and their locations in the order of declaration, and then joins the
    /// two lists by position. Sorting the locations as the members are sorted makes them fit again.
    /// </summary>
    private void RepairLocations(DebugEntry type)
    {
        ulong[] members =
            [.. type.Children().Where(child => child.Tag == DwarfTag.Member && locations.ContainsKey(child.Offset)).Select(child => child.Offset)];
        StaticLocation[] sorted = [.. members.Order().Select(member => locations[member]).OrderBy(location => location.IsInObject)];
        for (int index = 0; index < members.Length; index++) locations[members[index]] = sorted[index];
    }

    private static bool IsMember(DebugEntry entry, string member) =>
        entry.Tag == DwarfTag.Member && entry.Name is { } name && (name == member || name == $"<{member}>k__BackingField");

    private KernelStatic ToStatic(string type, DebugEntry member, in StaticLocation location)
    {
        string target = (member.Type is { Tag: DwarfTag.ReferenceType or DwarfTag.PointerType } reference ? reference.Type : member.Type)?.Name ?? "";
        if (target.StartsWith(Prefix, StringComparison.Ordinal)) target = target[Prefix.Length..];
        return new KernelStatic($"{type}.{member.Name}", location.Address, location.OffsetBytes, location.IsInObject, SizeOf(member), target);
    }

    /// <summary>References have the size of a pointer whatever they refer to; structs may be described apart from their declaration.</summary>
    private int SizeOf(DebugEntry member)
    {
        if (member.Type is not { } type) return 0;
        if (type.Tag is DwarfTag.ReferenceType or DwarfTag.PointerType) return ReferenceBytes;
        if (type.Flag(DwarfAttribute.Declaration) && type.Name is { } name && types.TryGetValue(name, out DebugEntry complete)) type = complete;
        return type.Number(DwarfAttribute.ByteSize) is { } size and < int.MaxValue ? (int)size : 0;
    }
}
