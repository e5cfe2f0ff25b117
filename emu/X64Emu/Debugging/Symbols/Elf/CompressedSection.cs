using System.IO.Compression;

namespace X64Emu.Debugging.Symbols.Elf;

/// <summary>Sections that gcc -gz or objcopy compressed (SHF_COMPRESSED; System V ABI, chapter 4, "Section Compression").</summary>
internal static class CompressedSection
{
    private const int HeaderBytes = 24;
    private const uint Zlib = 1;
    private const ulong MaximumBytes = 1 << 30;

    /// <summary>Deflate cannot pack tighter than about 1030 to 1; a header that promises more is a lie.</summary>
    private const ulong MaximumRatio = 1100;

    /// <summary>The decompressed content; empty when the section is damaged or compressed in a way other than zlib.</summary>
    public static ArraySegment<byte> Inflate(ArraySegment<byte> section)
    {
        if (section.Count < HeaderBytes) return [];
        ByteCursor header = new(section);
        uint type = header.UInt32();
        header.Skip(4);
        ulong lengthBytes = header.UInt64();
        ArraySegment<byte> packed = section.Slice(HeaderBytes);
        if (type != Zlib || lengthBytes > MaximumBytes || lengthBytes > (ulong)packed.Count * MaximumRatio) return [];
        byte[] content = new byte[lengthBytes];
        try
        {
            using ZLibStream stream = new(new MemoryStream(packed.Array!, packed.Offset, packed.Count, writable: false), CompressionMode.Decompress);
            stream.ReadExactly(content);
            return content;
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            return [];
        }
    }
}
