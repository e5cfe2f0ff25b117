using System.Text;
using X64Emu.Boot;

namespace X64Emu.Debugging.Symbols.Elf;

/// <summary>
/// An x86-64 ELF file as a debugger reads it: whatever part of it is whole is shown, and damaged parts are as if they were not there.
/// </summary>
internal sealed class ElfFile
{
    private const int HeaderBytes = 64;
    private const int SectionHeaderBytes = 64;
    private const int ProgramHeaderBytes = 56;
    private const uint SectionCountInFirstHeader = 0;

    /// <summary>Longer names are cut: a table without zeros would make each name as long as the file.</summary>
    private const int MaximumNameBytes = 1 << 16;
    private readonly ArraySegment<byte> file;
    private readonly Dictionary<string, ArraySegment<byte>> contents = [];

    private ElfFile(ArraySegment<byte> file)
    {
        this.file = file;
        ByteCursor header = new(file, 16);
        Type = header.UInt16();
        ushort machine = header.UInt16();
        if (machine != 62) throw new SymbolDataException($"an ELF file for machine {machine}, not for x86-64");
        header.Skip(4);
        Entry = header.UInt64();
        ulong programHeaders = header.UInt64();
        ulong sectionHeaders = header.UInt64();
        header.Skip(6);
        int programHeaderBytes = header.UInt16();
        int programHeaderCount = header.UInt16();
        int sectionHeaderBytes = header.UInt16();
        uint sectionCount = header.UInt16();
        uint nameSection = header.UInt16();
        Segments = programHeaderBytes == ProgramHeaderBytes ? ReadSegments(programHeaders, programHeaderCount) : [];
        Sections = sectionHeaderBytes == SectionHeaderBytes ? ReadSections(sectionHeaders, sectionCount, nameSection) : [];
    }

    /// <summary>e_type: 2 is an executable at a fixed address, 3 a shared object or position-independent executable.</summary>
    public ushort Type { get; }

    /// <summary>e_entry.</summary>
    public ulong Entry { get; }

    public IReadOnlyList<ElfSegment> Segments { get; }

    public IReadOnlyList<ElfSection> Sections { get; }

    /// <summary>Reads the headers.</summary>
    /// <exception cref="SymbolDataException">The bytes are no 64-bit little-endian x86-64 ELF file.</exception>
    public static ElfFile Parse(ArraySegment<byte> file)
    {
        if (!file.AsSpan().StartsWith("\u007fELF"u8)) throw new SymbolDataException("not an ELF file");
        if (file.Count < HeaderBytes) throw new SymbolDataException("the ELF header is cut short");
        if (file[4] != 2 || file[5] != 1) throw new SymbolDataException("not a 64-bit little-endian ELF file");
        return new ElfFile(file);
    }

    /// <summary>The section of this name, or null.</summary>
    public ElfSection? Section(string name)
    {
        foreach (ElfSection section in Sections)
            if (section.Name == name) return section;
        return null;
    }

    /// <summary>The bytes of a section, decompressed; empty when it is missing, damaged or takes no room in the file.</summary>
    public ArraySegment<byte> Content(string name)
    {
        if (contents.TryGetValue(name, out ArraySegment<byte> content)) return content;
        content = Section(name) is { } section ? Content(section) : [];
        contents.Add(name, content);
        return content;
    }

    /// <summary>The bytes of a section, decompressed; empty when it is damaged or takes no room in the file.</summary>
    public ArraySegment<byte> Content(in ElfSection section)
    {
        if (section.Type == ElfSection.NoBits || !IsInside(section.FileOffset, section.LengthBytes)) return [];
        ArraySegment<byte> raw = file.Slice((int)section.FileOffset, (int)section.LengthBytes);
        return section.IsCompressed ? CompressedSection.Inflate(raw) : raw;
    }

    /// <summary>The bytes of a program header; empty when it leaves the file.</summary>
    public ArraySegment<byte> Content(in ElfSegment segment) =>
        IsInside(segment.FileOffset, segment.FileBytes) ? file.Slice((int)segment.FileOffset, (int)segment.FileBytes) : [];

    private bool IsInside(ulong offset, ulong lengthBytes) => offset <= (ulong)file.Count && lengthBytes <= (ulong)file.Count - offset;

    private List<ElfSegment> ReadSegments(ulong table, int count)
    {
        List<ElfSegment> segments = [];
        if (!IsInside(table, (ulong)count * ProgramHeaderBytes)) return segments;
        ByteCursor cursor = new(file, table);
        for (int index = 0; index < count; index++)
        {
            uint type = cursor.UInt32();
            uint flags = cursor.UInt32();
            segments.Add(new ElfSegment(type, flags, cursor.UInt64(), cursor.UInt64(), cursor.UInt64(), cursor.UInt64(), cursor.UInt64()));
            cursor.Skip(8);
        }
        return segments;
    }

    private List<ElfSection> ReadSections(ulong table, uint count, uint nameSection)
    {
        List<ElfSection> sections = [];
        if (table == 0 || !IsInside(table, SectionHeaderBytes)) return sections;
        if (count == SectionCountInFirstHeader) count = (uint)Math.Min(new ByteCursor(file, table + 32).UInt64(), int.MaxValue);
        if (nameSection == 0xffff) nameSection = new ByteCursor(file, table + 40).UInt32();
        if (!IsInside(table, (ulong)count * SectionHeaderBytes)) return sections;
        List<uint> nameOffsets = [];
        ByteCursor cursor = new(file, table);
        for (uint index = 0; index < count; index++)
        {
            nameOffsets.Add(cursor.UInt32());
            uint type = cursor.UInt32();
            sections.Add(new ElfSection("", type, cursor.UInt64(), cursor.UInt64(), cursor.UInt64(), cursor.UInt64(), cursor.UInt32()));
            cursor.Skip(20);
        }
        ArraySegment<byte> names = nameSection < count ? Content(sections[(int)nameSection]) : [];
        for (int index = 0; index < sections.Count; index++) sections[index] = sections[index] with { Name = Name(names, nameOffsets[index]) };
        return sections;
    }

    /// <summary>The name at an offset of a string table; empty when there is none.</summary>
    public static string Name(ArraySegment<byte> table, uint offset)
    {
        if (offset >= (uint)table.Count) return "";
        ReadOnlySpan<byte> rest = table.AsSpan((int)offset, Math.Min(table.Count - (int)offset, MaximumNameBytes));
        int length = rest.IndexOf((byte)0);
        return Encoding.UTF8.GetString(length < 0 ? rest : rest[..length]);
    }
}
