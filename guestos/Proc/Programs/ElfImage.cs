using System.Runtime.InteropServices;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>An ELF64 file header (System V gABI).</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ElfHeader
{
    public fixed byte Identification[16];
    public ushort Type;
    public ushort Machine;
    public uint Version;
    public ulong Entry;
    public ulong ProgramHeaderOffset;
    public ulong SectionHeaderOffset;
    public uint Flags;
    public ushort HeaderBytes;
    public ushort ProgramHeaderBytes;
    public ushort ProgramHeaderCount;
    public ushort SectionHeaderBytes;
    public ushort SectionHeaderCount;
    public ushort SectionNamesIndex;
}

/// <summary>An ELF64 program header.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ElfProgramHeader
{
    public const uint Load = 1;
    public const uint Interpreter = 3;
    public const uint HeaderTable = 6;
    public const uint GnuStack = 0x6474e551;
    public const uint Executable = 1;
    public const uint Writable = 2;
    public const uint Readable = 4;

    public uint Type;
    public uint Flags;
    public ulong Offset;
    public ulong VirtualAddress;
    public ulong PhysicalAddress;
    public ulong FileBytes;
    public ulong MemoryBytes;
    public ulong Alignment;
}

/// <summary>
/// The headers of an ELF program, read and checked completely: everything after <see cref="Read"/> may trust them. The file may be hostile.
/// </summary>
internal sealed unsafe class ElfImage
{
    public const ushort FixedAddress = 2;
    public const ushort PositionIndependent = 3;

    /// <summary>Most program headers a file may have: a page full.</summary>
    public const int MaximumProgramHeaders = 4096 / 56;

    private const ushort MachineX64 = 62;
    private const ulong MaximumAlignment = 1UL << 30;

    private ElfProgramHeader[] _headers;

    public ElfHeader Header;
    public PageSource Source;

    /// <summary>Page-aligned bounds of all loadable segments.</summary>
    public ulong LowestAddress;
    public ulong HighestAddress;

    /// <summary>Largest segment alignment, at least a page.</summary>
    public ulong Alignment = 4096;
    public bool HasInterpreter;
    public ulong InterpreterOffset;
    public ulong InterpreterBytes;
    public bool HasExecutableStack;

    /// <summary>Unrelocated address of the program headers in memory, 0 when no segment contains them.</summary>
    public ulong ProgramHeadersAddress;

    /// <summary>What is wrong with the file, in words.</summary>
    public string Complaint;

    public ref ElfProgramHeader ProgramHeader(int index) => ref _headers[index];

    /// <summary>Reads and checks a file; false with a <see cref="Complaint"/> when it is not a program this machine can run.</summary>
    public bool Read(PageSource source)
    {
        Source = source;
        fixed (ElfHeader* header = &Header)
        {
            if (source.SizeBytes < (ulong)sizeof(ElfHeader) || !FileReader.Read(source, header, 0, (ulong)sizeof(ElfHeader))) return Fail("not an ELF file");
            byte* identification = header->Identification;
            if (identification[0] != 0x7f || identification[1] != 'E' || identification[2] != 'L' || identification[3] != 'F') return Fail("not an ELF file");
            if (identification[4] != 2) return Fail("not a 64-bit ELF file");
            if (identification[5] != 1) return Fail("not a little-endian ELF file");
            if (header->Machine != MachineX64) return Fail("not for x86-64");
            if (header->Type != FixedAddress && header->Type != PositionIndependent) return Fail("not an executable");
        }
        return ReadProgramHeaders() && CheckSegments() && CheckEntry();
    }

    public void Destroy()
    {
        KernelHeap.Free(_headers);
        KernelHeap.Free(this);
    }

    private bool ReadProgramHeaders()
    {
        if (Header.ProgramHeaderBytes != sizeof(ElfProgramHeader)) return Fail("bad program header size");
        int count = Header.ProgramHeaderCount;
        if (count == 0) return Fail("no program headers");
        if (count > MaximumProgramHeaders) return Fail("too many program headers");
        ulong tableBytes = (ulong)(count * sizeof(ElfProgramHeader));
        if (!IsInFile(Header.ProgramHeaderOffset, tableBytes)) return Fail("truncated: program headers lie beyond the end of the file");
        _headers = new ElfProgramHeader[count];
        fixed (ElfProgramHeader* headers = &_headers[0])
            if (!FileReader.Read(Source, headers, Header.ProgramHeaderOffset, tableBytes)) return Fail("cannot be read");
        return true;
    }

    private bool CheckSegments()
    {
        LowestAddress = ulong.MaxValue;
        ulong previousEnd = 0;
        bool hasExecutable = false;
        for (int i = 0; i < _headers.Length; i++)
        {
            ref ElfProgramHeader header = ref _headers[i];
            switch (header.Type)
            {
                case ElfProgramHeader.Interpreter:
                    bool isNameValid = header.FileBytes >= 2 && header.FileBytes <= 4096 && IsInFile(header.Offset, header.FileBytes);
                    if (HasInterpreter || !isNameValid) return Fail("bad interpreter");
                    HasInterpreter = true;
                    InterpreterOffset = header.Offset;
                    InterpreterBytes = header.FileBytes;
                    break;
                case ElfProgramHeader.GnuStack:
                    HasExecutableStack = (header.Flags & ElfProgramHeader.Executable) != 0;
                    break;
                case ElfProgramHeader.Load:
                    if (!CheckLoadable(header, previousEnd)) return false;
                    previousEnd = header.VirtualAddress + header.MemoryBytes;
                    hasExecutable |= (header.Flags & ElfProgramHeader.Executable) != 0 && header.MemoryBytes != 0;
                    if (header.MemoryBytes == 0) break;
                    if (LowestAddress == ulong.MaxValue) LowestAddress = header.VirtualAddress & ~4095UL;
                    HighestAddress = (previousEnd + 4095) & ~4095UL;
                    if (header.Alignment > Alignment) Alignment = header.Alignment;
                    ulong table = Header.ProgramHeaderOffset;
                    if (table >= header.Offset && table - header.Offset < header.FileBytes)
                        ProgramHeadersAddress = header.VirtualAddress + (table - header.Offset);
                    break;
                default:
                    break;
            }
        }
        return hasExecutable || Fail("no executable segment");
    }

    private bool CheckLoadable(in ElfProgramHeader header, ulong previousEnd)
    {
        if (header.FileBytes > header.MemoryBytes) return Fail("a segment has more bytes in the file than in memory");
        if (!UserMemory.IsUserRange(header.VirtualAddress, header.MemoryBytes)) return Fail("a segment lies outside the user address space");
        if (header.FileBytes != 0 && !IsInFile(header.Offset, header.FileBytes)) return Fail("truncated: a segment lies beyond the end of the file");
        if (((header.Offset ^ header.VirtualAddress) & 4095) != 0 && header.FileBytes != 0) return Fail("a segment is not aligned");
        if ((header.Alignment & (header.Alignment - 1)) != 0 || header.Alignment > MaximumAlignment) return Fail("bad segment alignment");
        if (header.VirtualAddress < previousEnd) return Fail("segments overlap or are out of order");
        bool isTooLow = Header.Type == FixedAddress && header.MemoryBytes != 0 && header.VirtualAddress < Map.MinimumAddress;
        if (isTooLow) return Fail("a segment lies in the first 64 KiB");
        return true;
    }

    private bool CheckEntry()
    {
        for (int i = 0; i < _headers.Length; i++)
        {
            ref ElfProgramHeader header = ref _headers[i];
            if (header.Type != ElfProgramHeader.Load || Header.Entry < header.VirtualAddress) continue;
            if (Header.Entry - header.VirtualAddress < header.MemoryBytes) return true;
        }
        return Fail("the entry point lies in no segment");
    }

    private bool IsInFile(ulong offset, ulong lengthBytes) => lengthBytes <= Source.SizeBytes && offset <= Source.SizeBytes - lengthBytes;

    private bool Fail(string complaint)
    {
        Complaint = complaint;
        return false;
    }
}
