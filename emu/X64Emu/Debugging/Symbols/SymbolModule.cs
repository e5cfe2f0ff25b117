using X64Emu.Boot;
using X64Emu.Debugging.Symbols.Dwarf;
using X64Emu.Debugging.Symbols.Elf;
using X64Emu.Debugging.Symbols.Frames;
using X64Emu.Debugging.Symbols.Lines;
using X64Emu.Debugging.Symbols.Variables;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Symbols;

/// <summary>An ELF file at its place in memory, with what it says about itself. Each part is read when it is first asked for, and once.</summary>
public sealed class SymbolModule
{
    private readonly ElfFile elf;
    private readonly Lazy<SymbolTable> symbols;
    private readonly Lazy<LineTable> lines;
    private readonly Lazy<FrameTable> frames;
    private readonly Lazy<ModuleVariables> variables;

    private SymbolModule(ElfFile elf, ElfFile? separate, string name, ulong bias)
    {
        this.elf = elf;
        Name = name;
        Bias = bias;
        ElfFile withSymbols = separate?.Section(".symtab") is null ? elf : separate;
        DebugInfo = new DebugInfo(separate?.Section(".debug_info") is null ? elf : separate);
        symbols = new Lazy<SymbolTable>(() => SymbolTable.Read(withSymbols, bias));
        lines = new Lazy<LineTable>(() => new LineTable(DebugInfo));
        frames = new Lazy<FrameTable>(() => new FrameTable(elf));
        variables = new Lazy<ModuleVariables>(() => new ModuleVariables(DebugInfo, bias));
    }

    /// <summary>The module's name: the path of a program or library, or "kernel".</summary>
    public string Name { get; }

    /// <summary>Where the file is loaded less where it was linked; 0 for what runs where it was linked.</summary>
    public ulong Bias { get; }

    /// <summary>e_entry, the bias included.</summary>
    public VirtualAddress Entry => new(elf.Entry + Bias);

    /// <summary>The lowest address of a loadable segment, as linked.</summary>
    internal ulong LinkedStart => elf.Segments.Where(segment => segment.IsLoadable).Select(segment => segment.VirtualAddress).DefaultIfEmpty().Min();

    internal SymbolTable Symbols => symbols.Value;

    internal FrameTable Frames => frames.Value;

    internal LineTable Lines => lines.Value;

    /// <summary>The linker's identity of the file in hexadecimal digits; null when it has none.</summary>
    public string? BuildId => Elf.BuildId.Of(elf);

    /// <summary>Functions, variables and types.</summary>
    public ModuleVariables Variables => variables.Value;

    internal DebugInfo DebugInfo { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="elf">Its bytes.</param>
    /// <param name="name">What to call it.</param>
    /// <param name="bias">Where it is loaded less where it was linked.</param>
    /// <param name="readDebugFile">Reads a separate debug file by its path on the host, null where there is none; not asked when the file has all in
    /// itself.</param>
    /// <exception cref="SymbolDataException">The bytes are no 64-bit x86-64 ELF file; the message is one line. Damage behind the headers makes parts of
    /// the information disappear, and nothing else.</exception>
    public static SymbolModule Load(byte[] elf, string name, ulong bias, Func<string, byte[]?>? readDebugFile = null)
    {
        ArgumentNullException.ThrowIfNull(elf);
        ElfFile file = ElfFile.Parse(elf);
        return new SymbolModule(file, Separate(file, readDebugFile), name, bias);
    }

    /// <summary>True when <see cref="Load"/> would accept the bytes.</summary>
    internal static bool IsReadable(byte[] elf)
    {
        try
        {
            _ = ElfFile.Parse(elf);
            return true;
        }
        catch (SymbolDataException)
        {
            return false;
        }
    }

    /// <summary>The bias of a file whose first loadable segment a mapping shows, or null when the mapping shows something else.</summary>
    internal static ulong? BiasOf(byte[] elf, in MappedFile mapping)
    {
        const ulong pageMask = 0xfff;
        foreach (ElfSegment segment in ElfFile.Parse(elf).Segments)
        {
            if (!segment.IsLoadable) continue;
            return mapping.FileOffset == (segment.FileOffset & ~pageMask) ? mapping.Start - (segment.VirtualAddress & ~pageMask) : null;
        }
        return null;
    }

    /// <summary>True when one of the file's loaded segments covers the address.</summary>
    public bool Contains(VirtualAddress address) => SegmentAt(address) is not null;

    /// <summary>True when the address is in a segment of code.</summary>
    public bool IsExecutable(VirtualAddress address) => SegmentAt(address) is { } segment && (segment.Flags & 1) != 0;

    /// <summary>True when the address lies between the module's first and last page, gaps included.</summary>
    internal bool IsWithin(ulong address)
    {
        IEnumerable<ElfSegment> loaded = elf.Segments.Where(segment => segment.IsLoadable);
        ulong end = loaded.Select(segment => segment.VirtualAddress + segment.MemoryBytes).DefaultIfEmpty().Max();
        ulong start = LinkedStart & ~0xfffUL;
        return address - Bias - start < end - start;
    }

    /// <summary>The symbol an address belongs to.</summary>
    public Symbol? FindSymbol(VirtualAddress address) => Symbols.Find(address.Value);

    /// <summary>Function and source line of an address; null when nothing is known.</summary>
    public SymbolLocation? Resolve(VirtualAddress address)
    {
        Symbol? symbol = FindSymbol(address);
        LineRow? row = Lines.Find(address.Value - Bias);
        if (symbol is null && row is null) return null;
        string? file = row is { } line ? Lines.Files[line.File] : null;
        return new SymbolLocation(Name, symbol?.Name, address.Value - (symbol?.Address ?? address.Value), file, row?.Line ?? 0);
    }

    /// <summary>The symbols of a raw, readable or short name.</summary>
    public IReadOnlyList<Symbol> Lookup(string name) => Symbols.Names.Find(name);

    /// <summary>The addresses where a source line starts; see <see cref="SymbolResolver.LookupLine"/>.</summary>
    public IReadOnlyList<SymbolMatch> LookupLine(string file, int line)
    {
        ArgumentNullException.ThrowIfNull(file);
        int best = 0;
        List<SymbolMatch> found = [];
        foreach (int number in Lines.FilesEndingIn(file))
        {
            (int actual, IReadOnlyList<LineRow> rows) = Lines.Starts(number, line);
            if (actual == 0 || (best != 0 && actual > best)) continue;
            if (actual != best) found.Clear();
            best = actual;
            found.AddRange(FirstOfEachFunction(rows).Select(row => Match(row, Lines.Files[number])));
        }
        return found;
    }

    /// <summary>The addresses around one that belong to the same line: first, and behind the last; null where no line is known.</summary>
    public (VirtualAddress Start, VirtualAddress End)? LineExtent(VirtualAddress address) =>
        Lines.Extent(address.Value - Bias) is { } extent ? (new VirtualAddress(extent.Start + Bias), new VirtualAddress(extent.End + Bias)) : null;

    /// <summary>
    /// Where a function's own code begins: behind what sets up its frame, so that its parameters are where the debug information says. Functions that set
    /// up no frame pointer have their parameters in place from the start.
    /// </summary>
    public VirtualAddress AfterPrologue(VirtualAddress function)
    {
        ulong start = function.Value - Bias;
        ulong end = Symbols.Find(function.Value) is { LengthBytes: > 0 } symbol ? start + symbol.LengthBytes : ulong.MaxValue;
        foreach (LineRow row in Lines.From(start).TakeWhile(row => row.Address < end))
            if (row.IsPrologueEnd) return new VirtualAddress(row.Address + Bias);
        Prologue prologue = Prologue.Read(start, ReadFile);
        if (!prologue.HasFrame) return function;
        foreach (LineRow row in Lines.From(start).TakeWhile(row => row.Address < end))
            if (row.Address >= start + prologue.FrameOffset && row.Line > 0) return new VirtualAddress(row.Address + Bias);
        return function + prologue.FrameOffset;
    }

    /// <summary>Readable and short names that begin with a prefix, in order, at most <paramref name="limit"/>.</summary>
    public IEnumerable<string> Complete(string prefix, int limit) => Symbols.Names.Complete(prefix, limit);

    private static ElfFile? Separate(ElfFile file, Func<string, byte[]?>? readDebugFile)
    {
        if (readDebugFile is null || file.Section(".debug_info") is not null || Elf.BuildId.Of(file) is not { } id) return null;
        try
        {
            return readDebugFile(Elf.BuildId.PathOf(id)) is { } bytes && ElfFile.Parse(bytes) is var separate && Elf.BuildId.Of(separate) == id
                ? separate
                : null;
        }
        catch (SymbolDataException)
        {
            return null;
        }
    }

    /// <summary>Code as the file has it, by its linked address.</summary>
    private int ReadFile(VirtualAddress linked, Span<byte> target)
    {
        if (SegmentAt(linked + Bias) is not { } segment) return 0;
        ReadOnlySpan<byte> content = elf.Content(segment);
        ulong offset = linked.Value - segment.VirtualAddress;
        if (offset >= (ulong)content.Length) return 0;
        content = content[(int)offset..];
        int length = Math.Min(content.Length, target.Length);
        content[..length].CopyTo(target);
        return length;
    }

    private ElfSegment? SegmentAt(VirtualAddress address)
    {
        ulong linked = address.Value - Bias;
        foreach (ElfSegment segment in elf.Segments)
            if (segment.IsLoadable && linked - segment.VirtualAddress < segment.MemoryBytes) return segment;
        return null;
    }

    /// <summary>The first row in each function; rows without a function stand for themselves.</summary>
    private IEnumerable<LineRow> FirstOfEachFunction(IReadOnlyList<LineRow> rows) =>
        rows.GroupBy(row => Symbols.Find(row.Address + Bias)?.Address ?? row.Address + Bias).Select(group => group.First());

    private SymbolMatch Match(in LineRow row, string file)
    {
        VirtualAddress address = new(row.Address + Bias);
        return new SymbolMatch(address, this, $"{file[(file.LastIndexOf('/') + 1)..]}:{row.Line}", FindSymbol(address)?.Address == address.Value);
    }
}
