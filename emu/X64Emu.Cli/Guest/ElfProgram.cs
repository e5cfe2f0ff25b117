using System.Buffers.Binary;
using System.Text;

namespace X64Emu.Cli.Guest;

/// <summary>What the tool has to know about a program before it boots a kernel for it.</summary>
/// <param name="Interpreter">The dynamic loader it asks for (PT_INTERP), or null when it is linked statically.</param>
internal sealed record ElfProgram(string? Interpreter)
{
    private const int HeaderBytes = 64, ProgramHeaderBytes = 56;
    private const int MaximumProgramHeaders = 65535 / ProgramHeaderBytes;
    private const ushort MachineX64 = 62;
    private const ushort TypeExecutable = 2, TypeSharedObject = 3;
    private const uint Load = 1, Interp = 3;
    private const ulong UserSpaceEnd = 0x7fff_ffff_f000;

    private readonly record struct Segment(int Index, ulong Start, ulong End);

    /// <summary>Checks that the file is an x86-64 program Linux would load, and says how it is not.</summary>
    /// <remarks>The guest kernel checks the same again and trusts nothing; here the user gets the reason in words.</remarks>
    /// <param name="path">The file.</param>
    /// <param name="name">What the user called it, for messages.</param>
    /// <exception cref="UsageException">It cannot be run; the message says why.</exception>
    public static ElfProgram Check(string path, string name)
    {
        if (Directory.Exists(path)) throw new UsageException($"{name} is a directory, not a program");
        if (!File.Exists(path)) throw new UsageException(name.Contains('/', StringComparison.Ordinal) ? $"{name}: no such file" : $"{name}: no such file, neither here nor in PATH");
        try
        {
            using FileStream file = File.OpenRead(path);
            return Check(file, name);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"{name} cannot be read: {exception.Message.TrimEnd('.')}");
        }
    }

    private static ElfProgram Check(FileStream file, string name)
    {
        byte[] header = ReadHeader(file, name);
        ushort count = U16(header, 56);
        if (count == 0) throw new UsageException($"{name} has no program headers, so there is nothing to load");
        if (U16(header, 54) != ProgramHeaderBytes || count > MaximumProgramHeaders)
            throw new UsageException($"{name} is a damaged ELF file: {count} program headers of {U16(header, 54)} bytes");
        byte[] table = ReadPart(file, U64(header, 32), (ulong)count * ProgramHeaderBytes, name, "the program headers");

        string? interpreter = null;
        List<Segment> segments = [];
        for (int index = 0; index < count; index++)
        {
            ReadOnlySpan<byte> entry = table.AsSpan(index * ProgramHeaderBytes, ProgramHeaderBytes);
            uint type = BinaryPrimitives.ReadUInt32LittleEndian(entry);
            if (type == Load) segments.Add(ReadSegment(file, entry, index, name));
            else if (type == Interp) interpreter = ReadInterpreter(file, entry, name);
        }
        if (segments.Count == 0) throw new UsageException($"{name} has no segment to load (PT_LOAD)");
        CheckOverlaps(segments, name);
        return new ElfProgram(interpreter);
    }

    private static byte[] ReadHeader(FileStream file, string name)
    {
        byte[] header = new byte[HeaderBytes];
        int length = file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        if (!header.AsSpan(0, 4).SequenceEqual("\u007fELF"u8))
        {
            string hint = header.AsSpan(0, 2).SequenceEqual("#!"u8) ? ": it is a script, run its interpreter" : "";
            throw new UsageException($"{name} is not an ELF file{hint}");
        }
        if (length < HeaderBytes) throw new UsageException($"{name} is a truncated ELF file: its header has {HeaderBytes} bytes, the file {length}");
        if (header[4] != 2) throw new UsageException($"{name} is a 32-bit ELF file; x64emu runs 64-bit x86-64 programs");
        if (header[5] != 1) throw new UsageException($"{name} is a big-endian ELF file; x64emu runs x86-64 programs");
        if (U16(header, 18) != MachineX64)
            throw new UsageException($"{name} is for {MachineName(U16(header, 18))}; x64emu runs x86-64 programs");
        if (U16(header, 16) is not (TypeExecutable or TypeSharedObject))
            throw new UsageException($"{name} is {(U16(header, 16) == 1 ? "an object file: link it first" : "no executable")}");
        return header;
    }

    private static Segment ReadSegment(FileStream file, ReadOnlySpan<byte> entry, int index, string name)
    {
        ulong offset = U64(entry, 8), start = U64(entry, 16), fileBytes = U64(entry, 32), memoryBytes = U64(entry, 40);
        if (fileBytes > memoryBytes) throw new UsageException($"{name}: segment {index} is larger in the file than in memory");
        if (start >= UserSpaceEnd || memoryBytes > UserSpaceEnd - start)
            throw new UsageException($"{name}: segment {index} at 0x{start:x} of 0x{memoryBytes:x} bytes lies outside of user space");
        if (offset % 4096 != start % 4096) throw new UsageException($"{name}: segment {index} cannot be mapped: file offset 0x{offset:x}, address 0x{start:x}");
        CheckPart(file, offset, fileBytes, name, $"segment {index}");
        return new Segment(index, start, start + memoryBytes);
    }

    private static string ReadInterpreter(FileStream file, ReadOnlySpan<byte> entry, string name)
    {
        ulong length = U64(entry, 32);
        if (length is < 2 or > 4096) throw new UsageException($"{name} is a damaged ELF file: its interpreter's name has {length} bytes");
        byte[] text = ReadPart(file, U64(entry, 8), length, name, "the interpreter's name");
        return Encoding.UTF8.GetString(text).TrimEnd('\0');
    }

    private static void CheckOverlaps(List<Segment> segments, string name)
    {
        segments.Sort((left, right) => left.Start.CompareTo(right.Start));
        for (int i = 1; i < segments.Count; i++)
        {
            if (segments[i].Start < segments[i - 1].End)
                throw new UsageException($"{name}: segments {segments[i - 1].Index} and {segments[i].Index} overlap at 0x{segments[i].Start:x}");
        }
    }

    private static void CheckPart(FileStream file, ulong offset, ulong length, string name, string what)
    {
        ulong fileBytes = (ulong)file.Length;
        if (offset > fileBytes || length > fileBytes - offset)
            throw new UsageException($"{name} is a truncated ELF file: {what} would end at byte {(UInt128)offset + length}, the file has {fileBytes}");
    }

    private static byte[] ReadPart(FileStream file, ulong offset, ulong length, string name, string what)
    {
        CheckPart(file, offset, length, name, what);
        byte[] part = new byte[length];
        file.Position = (long)offset;
        file.ReadExactly(part);
        return part;
    }

    private static string MachineName(ushort machine) => machine switch
    {
        3 => "32-bit x86",
        8 => "MIPS",
        20 or 21 => "PowerPC",
        22 => "S/390",
        40 => "32-bit Arm",
        183 => "AArch64",
        243 => "RISC-V",
        258 => "LoongArch",
        _ => $"another processor (ELF machine {machine})",
    };

    private static ushort U16(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[offset..]);

    private static ulong U64(ReadOnlySpan<byte> bytes, int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..]);
}
