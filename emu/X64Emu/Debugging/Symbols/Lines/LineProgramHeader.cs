using X64Emu.Debugging.Symbols.Dwarf;
using X64Emu.Debugging.Symbols.Elf;

namespace X64Emu.Debugging.Symbols.Lines;

/// <summary>The header of a line program: its parameters and its files, in the forms of DWARF 2 to 5 (DWARF 5, 6.2.4).</summary>
internal sealed class LineProgramHeader
{
    private const int PathContent = 1;
    private const int DirectoryContent = 2;
    private readonly List<string> directories = [];
    private readonly List<string> files = [];
    private readonly string compilationDirectory;

    /// <summary>Reads the header of the program at an offset of .debug_line.</summary>
    /// <exception cref="SymbolDataException">It is damaged or of another version.</exception>
    public LineProgramHeader(DwarfSections sections, ulong offset, string? compilationDirectory)
    {
        this.compilationDirectory = compilationDirectory ?? "";
        ByteCursor cursor = new(sections.Lines, offset);
        ulong lengthBytes = cursor.UnitLength(out int offsetBytes);
        int start = cursor.Position;
        ArraySegment<byte> unit = cursor.Take(lengthBytes);
        End = (ulong)start + lengthBytes;
        cursor = new ByteCursor(unit);
        Version = cursor.UInt16();
        if (Version is < 2 or > 5) throw new SymbolDataException($"line table version {Version}");
        if (Version == 5)
        {
            AddressBytes = cursor.Byte();
            cursor.Skip(1);
        }
        ulong headerBytes = cursor.Unsigned(offsetBytes);
        ulong program = (ulong)cursor.Position + headerBytes;
        MinimumInstructionBytes = cursor.Byte();
        if (Version >= 4) cursor.Skip(1);
        IsStatementByDefault = cursor.Byte() != 0;
        LineBase = (sbyte)cursor.Byte();
        LineRange = cursor.Byte();
        OpcodeBase = cursor.Byte();
        if (LineRange == 0 || OpcodeBase == 0) throw new SymbolDataException("a line table without opcodes");
        OperandCounts = cursor.Take((ulong)OpcodeBase - 1);
        if (Version == 5) ReadTables(ref cursor, sections, offsetBytes);
        else ReadOldTables(ref cursor);
        Program = new ByteCursor(unit, program);
    }

    /// <summary>Where the next program's header starts in .debug_line.</summary>
    public ulong End { get; }

    /// <summary>2 to 5.</summary>
    public int Version { get; }

    /// <summary>The size of an address.</summary>
    public int AddressBytes { get; } = 8;

    public int MinimumInstructionBytes { get; }

    public bool IsStatementByDefault { get; }

    public int LineBase { get; }

    public int LineRange { get; }

    public int OpcodeBase { get; }

    /// <summary>How many operands standard opcode N has, at N - 1.</summary>
    public ArraySegment<byte> OperandCounts { get; }

    /// <summary>The instructions.</summary>
    public ByteCursor Program { get; }

    /// <summary>The full name of a file by its number in the program.</summary>
    public string File(ulong number)
    {
        ulong index = Version == 5 ? number : number - 1;
        return index < (ulong)files.Count ? files[(int)index] : "";
    }

    /// <summary>DW_LNE_define_file adds a file.</summary>
    public void Define(ref ByteCursor cursor)
    {
        string name = cursor.Text();
        ulong directory = cursor.Uleb();
        cursor.Uleb();
        cursor.Uleb();
        files.Add(Join(name, directory));
    }

    private void ReadOldTables(ref ByteCursor cursor)
    {
        directories.Add(compilationDirectory);
        for (string name = cursor.Text(); name.Length > 0; name = cursor.Text()) directories.Add(Combine(compilationDirectory, name));
        for (string name = cursor.Text(); name.Length > 0; name = cursor.Text())
        {
            files.Add(Join(name, cursor.Uleb()));
            cursor.Uleb();
            cursor.Uleb();
        }
    }

    private void ReadTables(ref ByteCursor cursor, DwarfSections sections, int offsetBytes)
    {
        foreach ((string name, _) in ReadTable(ref cursor, sections, offsetBytes))
            directories.Add(Combine(directories.Count == 0 ? compilationDirectory : directories[0], name));
        foreach ((string name, ulong directory) in ReadTable(ref cursor, sections, offsetBytes)) files.Add(Join(name, directory));
    }

    private List<(string Name, ulong Directory)> ReadTable(ref ByteCursor cursor, DwarfSections sections, int offsetBytes)
    {
        (ulong Content, ulong Form)[] formats = new (ulong, ulong)[cursor.Byte()];
        for (int index = 0; index < formats.Length; index++) formats[index] = (cursor.Uleb(), cursor.Uleb());
        ulong count = cursor.Uleb();
        List<(string, ulong)> entries = [];
        if (formats.Length == 0) return entries;
        for (ulong index = 0; index < count; index++)
        {
            string name = "";
            ulong directory = 0;
            foreach ((ulong content, ulong form) in formats)
            {
                AttributeValue value = AttributeForm.Read(ref cursor, (uint)form, AddressBytes, offsetBytes);
                if (content == PathContent) name = Text(value, sections);
                else if (content == DirectoryContent) directory = value.Number;
            }
            entries.Add((name, directory));
        }
        return entries;
    }

    private static string Text(in AttributeValue value, DwarfSections sections) => value.Class switch
    {
        AttributeClass.InlineText => System.Text.Encoding.UTF8.GetString(value.Bytes),
        AttributeClass.LineStringOffset => ElfFile.Name(sections.LineStrings, (uint)Math.Min(value.Number, uint.MaxValue)),
        AttributeClass.StringOffset => ElfFile.Name(sections.Strings, (uint)Math.Min(value.Number, uint.MaxValue)),
        _ => "",
    };

    private string Join(string name, ulong directory) => Combine(directory < (ulong)directories.Count ? directories[(int)directory] : "", name);

    private static string Combine(string folder, string name) => folder.Length == 0 || name.StartsWith('/') || name.Length == 0
        ? name
        : $"{folder.TrimEnd('/')}/{name}";
}
