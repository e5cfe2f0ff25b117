using System.Buffers.Binary;

namespace X64Emu.Cli.Tests.Guest;

/// <summary>A small valid x86-64 program to damage in one place: two segments, then whatever a test adds.</summary>
internal sealed class ElfFile
{
    public byte[] Bytes { get; } = new byte[0x3000];

    public ElfFile()
    {
        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(Bytes, 0);
        U16(16, 2);
        U16(18, 62);
        U64(24, 0x401000);
        U64(32, 64);
        U16(54, 56);
        U16(56, 2);
        ProgramHeader(0, 1, 0x1000, 0x401000, 0x800, 0x800);
        ProgramHeader(1, 1, 0x2000, 0x402000, 0x100, 0x2000);
    }

    public ElfFile U16(int offset, ushort value)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(Bytes.AsSpan(offset), value);
        return this;
    }

    public ElfFile U64(int offset, ulong value)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(Bytes.AsSpan(offset), value);
        return this;
    }

    public ElfFile ProgramHeader(int index, ushort type, ulong fileOffset, ulong address, ulong fileBytes, ulong memoryBytes)
    {
        int start = 64 + index * 56;
        return U16(start, type).U64(start + 8, fileOffset).U64(start + 16, address).U64(start + 32, fileBytes).U64(start + 40, memoryBytes);
    }
}
