using System.Buffers.Binary;
using System.Text;
using X64Emu.Bus;

namespace X64Emu.Boot;

/// <summary>An ELF file in memory, 32 or 64 bits, little-endian, with every table checked to lie inside the file.</summary>
/// <remarks>Source: System V ABI, chapters 4 and 5, and its AMD64 supplement.</remarks>
public sealed class ElfImage
{
    private const int SymbolTableSection = 2;
    private const int Header32Bytes = 52;
    private const int Header64Bytes = 64;
    private readonly ReadOnlyMemory<byte> file;
    private readonly ElfSegment[] segments;

    private ElfImage(ReadOnlyMemory<byte> file)
    {
        this.file = file;
        ReadOnlySpan<byte> bytes = file.Span;
        Is64Bit = bytes[4] == 2;
        Type = UInt16(16);
        Machine = UInt16(18);
        Entry = Is64Bit ? UInt64(24) : UInt32(24);
        segments = ReadSegments();
    }

    /// <summary>ELFCLASS64 or ELFCLASS32.</summary>
    public bool Is64Bit { get; }

    /// <summary>e_type: 2 is an executable, 3 a shared object or position-independent executable.</summary>
    public ushort Type { get; }

    /// <summary>e_machine: 62 is x86-64, 3 is i386.</summary>
    public ushort Machine { get; }

    /// <summary>e_entry.</summary>
    public ulong Entry { get; }

    /// <summary>The program headers in file order.</summary>
    public ReadOnlySpan<ElfSegment> Segments => segments;

    /// <summary>True when the bytes begin like an ELF file.</summary>
    public static bool HasMagic(ReadOnlySpan<byte> file) => file.StartsWith("\u007fELF"u8);

    /// <summary>Reads the headers.</summary>
    /// <exception cref="BootImageException">The file is no ELF file, cut short, for another machine or byte order, or has tables outside itself.</exception>
    public static ElfImage Parse(ReadOnlyMemory<byte> file)
    {
        ReadOnlySpan<byte> bytes = file.Span;
        if (!HasMagic(bytes)) throw new BootImageException("not an ELF file");
        if (bytes.Length < Header32Bytes || (bytes[4] == 2 && bytes.Length < Header64Bytes)) throw new BootImageException("the ELF header is cut short");
        if (bytes[4] is not (1 or 2)) throw new BootImageException($"ELF class {bytes[4]} is neither 32 nor 64 bits");
        if (bytes[5] != 1) throw new BootImageException("the ELF file is not little-endian");
        return new ElfImage(file);
    }

    /// <summary>The bytes a segment has in the file; empty for a segment that leaves the file, which no loadable one does.</summary>
    public ReadOnlySpan<byte> Content(in ElfSegment segment) =>
        IsInside(segment.FileOffset, segment.FileBytes) ? file.Span.Slice((int)segment.FileOffset, (int)segment.FileBytes) : default;

    /// <summary>Copies every loadable segment to its physical address and zeroes the rest of it.</summary>
    /// <exception cref="BootImageException">A segment does not fit into RAM, or two overlap.</exception>
    public void LoadPhysical(GuestRam ram)
    {
        List<PhysicalMemoryRange> taken = [];
        foreach (ElfSegment segment in segments)
        {
            if (!segment.IsLoadable || segment.MemoryBytes == 0) continue;
            PhysicalMemoryRange range = new(new(segment.PhysicalAddress), segment.MemoryBytes);
            if (segment.MemoryBytes > int.MaxValue || !ram.TryGetSpan(range.Start, (int)segment.MemoryBytes, out Span<byte> target))
            {
                throw new BootImageException(
                    $"the segment at {range.Start} ({segment.MemoryBytes} bytes) does not fit into {ram.LengthBytes >> 20} MiB of RAM");
            }
            foreach (PhysicalMemoryRange other in taken)
            {
                if (range.Start.Value < other.End.Value && other.Start.Value < range.End.Value)
                    throw new BootImageException($"the segments at {other.Start} and {range.Start} overlap");
            }
            taken.Add(range);
            ReadOnlySpan<byte> content = Content(segment);
            content.CopyTo(target);
            target[content.Length..].Clear();
        }
        if (taken.Count == 0) throw new BootImageException("the ELF file has nothing to load");
    }

    /// <summary>Every note in the PT_NOTE segments. Malformed notes end their segment.</summary>
    public IEnumerable<ElfNote> Notes()
    {
        foreach (ElfSegment segment in segments)
        {
            if (segment.Type != ElfSegment.Note) continue;
            ReadOnlyMemory<byte> rest = file.Slice((int)segment.FileOffset, (int)segment.FileBytes);
            while (TryTakeNote(ref rest, out ElfNote note)) yield return note;
        }
    }

    /// <summary>The symbols that have a name, from .symtab; empty for a stripped file.</summary>
    /// <exception cref="BootImageException">The section or symbol table leaves the file.</exception>
    public IReadOnlyList<ElfSymbol> Symbols()
    {
        ulong sectionTable = Is64Bit ? UInt64(40) : UInt32(32);
        int sectionBytes = UInt16(Is64Bit ? 58 : 46);
        int sectionCount = UInt16(Is64Bit ? 60 : 48);
        if (sectionTable == 0 || sectionCount == 0) return [];
        if (sectionBytes < (Is64Bit ? 64 : 40)) throw new BootImageException("the ELF section headers are too small");
        RequireInside(sectionTable, (ulong)sectionBytes * (ulong)sectionCount, "section table");
        List<ElfSymbol> symbols = [];
        for (int index = 0; index < sectionCount; index++)
        {
            int header = (int)sectionTable + index * sectionBytes;
            if (UInt32(header + 4) == SymbolTableSection) AddSymbols(header, (int)sectionTable, sectionBytes, sectionCount, symbols);
        }
        return symbols;
    }

    private static bool TryTakeNote(ref ReadOnlyMemory<byte> rest, out ElfNote note)
    {
        note = default;
        const int headerBytes = 12;
        if (rest.Length < headerBytes) return false;
        ReadOnlySpan<byte> header = rest.Span;
        uint nameBytes = BinaryPrimitives.ReadUInt32LittleEndian(header);
        uint descriptionBytes = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        ulong descriptionOffset = headerBytes + ((ulong)nameBytes + 3 & ~3UL);
        ulong end = descriptionOffset + ((ulong)descriptionBytes + 3 & ~3UL);
        if (descriptionOffset + descriptionBytes > (ulong)rest.Length) return false;
        string owner = Encoding.ASCII.GetString(header.Slice(headerBytes, (int)nameBytes)).TrimEnd('\0');
        note = new ElfNote(owner, BinaryPrimitives.ReadUInt32LittleEndian(header[8..]), rest.Slice((int)descriptionOffset, (int)descriptionBytes));
        rest = rest[(int)Math.Min(end, (ulong)rest.Length)..];
        return true;
    }

    private ElfSegment[] ReadSegments()
    {
        ulong table = Is64Bit ? UInt64(32) : UInt32(28);
        int entryBytes = UInt16(Is64Bit ? 54 : 42);
        int count = UInt16(Is64Bit ? 56 : 44);
        if (count == 0) return [];
        if (entryBytes < (Is64Bit ? 56 : 32)) throw new BootImageException("the ELF program headers are too small");
        RequireInside(table, (ulong)entryBytes * (ulong)count, "program header table");
        ElfSegment[] result = new ElfSegment[count];
        for (int index = 0; index < count; index++)
        {
            int at = (int)table + index * entryBytes;
            ElfSegment segment = Is64Bit
                ? new(UInt32(at), UInt32(at + 4), UInt64(at + 8), UInt64(at + 16), UInt64(at + 24), UInt64(at + 32), UInt64(at + 40))
                : new(UInt32(at), UInt32(at + 24), UInt32(at + 4), UInt32(at + 8), UInt32(at + 12), UInt32(at + 16), UInt32(at + 20));
            if (segment.Type is ElfSegment.Load or ElfSegment.Note) RequireInside(segment.FileOffset, segment.FileBytes, $"segment {index}");
            if (segment.IsLoadable && segment.FileBytes > segment.MemoryBytes)
                throw new BootImageException($"segment {index} of the ELF file is larger in the file than in memory");
            result[index] = segment;
        }
        return result;
    }

    private void AddSymbols(int header, int sectionTable, int sectionBytes, int sectionCount, List<ElfSymbol> symbols)
    {
        (ulong offset, ulong lengthBytes) = SectionExtent(header);
        uint link = UInt32(header + (Is64Bit ? 40 : 24));
        if (link >= sectionCount) throw new BootImageException("the ELF symbol table names no string table");
        (ulong stringOffset, ulong stringBytes) = SectionExtent(sectionTable + (int)link * sectionBytes);
        ReadOnlySpan<byte> strings = file.Span.Slice((int)stringOffset, (int)stringBytes);
        int symbolBytes = Is64Bit ? 24 : 16;
        for (int at = (int)offset; at + symbolBytes <= (int)(offset + lengthBytes); at += symbolBytes)
        {
            uint nameOffset = UInt32(at);
            if (nameOffset == 0 || nameOffset >= strings.Length) continue;
            ReadOnlySpan<byte> name = strings[(int)nameOffset..];
            int end = name.IndexOf((byte)0);
            if (end <= 0) continue;
            byte info = file.Span[at + (Is64Bit ? 4 : 12)];
            ulong value = Is64Bit ? UInt64(at + 8) : UInt32(at + 4);
            ulong size = Is64Bit ? UInt64(at + 16) : UInt32(at + 8);
            // Section and file symbols (STT_SECTION 3, STT_FILE 4) name no address of interest.
            if ((info & 0xf) < 3) symbols.Add(new ElfSymbol(Encoding.UTF8.GetString(name[..end]), value, size, (info & 0xf) == 2));
        }
    }

    private (ulong Offset, ulong LengthBytes) SectionExtent(int header)
    {
        ulong offset = Is64Bit ? UInt64(header + 24) : UInt32(header + 16);
        ulong lengthBytes = Is64Bit ? UInt64(header + 32) : UInt32(header + 20);
        RequireInside(offset, lengthBytes, "symbol section");
        return (offset, lengthBytes);
    }

    private void RequireInside(ulong offset, ulong lengthBytes, string what)
    {
        if (!IsInside(offset, lengthBytes)) throw new BootImageException($"the ELF file is cut short: its {what} lies beyond the end");
    }

    private bool IsInside(ulong offset, ulong lengthBytes) => offset <= (ulong)file.Length && lengthBytes <= (ulong)file.Length - offset;

    private ushort UInt16(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(file.Span[offset..]);

    private uint UInt32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(file.Span[offset..]);

    private ulong UInt64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(file.Span[offset..]);
}
