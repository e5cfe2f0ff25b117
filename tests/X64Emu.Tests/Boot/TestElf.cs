using System.Buffers.Binary;

namespace X64Emu.Tests.Boot;

/// <summary>Builds small ELF files for tests.</summary>
internal static class TestElf
{
    internal sealed record Segment(uint Type, ulong VirtualAddress, ulong PhysicalAddress, byte[] Content, ulong MemoryBytes);

    /// <summary>The XEN_ELFNOTE_PHYS32_ENTRY note.</summary>
    internal static Segment PvhNote(uint entry)
    {
        byte[] note = new byte[20];
        BinaryPrimitives.WriteUInt32LittleEndian(note, 4);
        BinaryPrimitives.WriteUInt32LittleEndian(note.AsSpan(4), 4);
        BinaryPrimitives.WriteUInt32LittleEndian(note.AsSpan(8), 18);
        "Xen\0"u8.CopyTo(note.AsSpan(12));
        BinaryPrimitives.WriteUInt32LittleEndian(note.AsSpan(16), entry);
        return new Segment(4, 0, 0, note, 20);
    }

    internal static byte[] Build64(ulong entry, params Segment[] segments)
    {
        int headers = 64 + 56 * segments.Length;
        List<byte> file = [.. new byte[headers]];
        byte[] table = new byte[headers];
        "\u007fELF\u0002\u0001\u0001"u8.CopyTo(table);
        Put16(table, 16, 2);
        Put16(table, 18, 62);
        Put64(table, 24, entry);
        Put64(table, 32, 64);
        Put16(table, 54, 56);
        Put16(table, 56, (ushort)segments.Length);
        for (int index = 0; index < segments.Length; index++)
        {
            int at = 64 + 56 * index;
            Segment segment = segments[index];
            Put32(table, at, segment.Type);
            Put64(table, at + 8, (ulong)file.Count);
            Put64(table, at + 16, segment.VirtualAddress);
            Put64(table, at + 24, segment.PhysicalAddress);
            Put64(table, at + 32, (ulong)segment.Content.Length);
            Put64(table, at + 40, segment.MemoryBytes);
            file.AddRange(segment.Content);
        }
        byte[] result = [.. file];
        table.CopyTo(result, 0);
        return result;
    }

    internal static byte[] Build32(uint entry, Segment segment)
    {
        byte[] result = new byte[52 + 32 + segment.Content.Length];
        "\u007fELF\u0001\u0001\u0001"u8.CopyTo(result);
        Put16(result, 16, 2);
        Put16(result, 18, 3);
        Put32(result, 24, entry);
        Put32(result, 28, 52);
        Put16(result, 42, 32);
        Put16(result, 44, 1);
        Put32(result, 52, 1);
        Put32(result, 56, 84);
        Put32(result, 60, (uint)segment.VirtualAddress);
        Put32(result, 64, (uint)segment.PhysicalAddress);
        Put32(result, 68, (uint)segment.Content.Length);
        Put32(result, 72, (uint)segment.MemoryBytes);
        segment.Content.CopyTo(result, 84);
        return result;
    }

    private static void Put16(byte[] target, int offset, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(target.AsSpan(offset), value);

    private static void Put32(byte[] target, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(target.AsSpan(offset), value);

    private static void Put64(byte[] target, int offset, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(target.AsSpan(offset), value);
}
