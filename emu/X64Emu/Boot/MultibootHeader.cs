using System.Buffers.Binary;

namespace X64Emu.Boot;

/// <summary>The header by which an image declares itself a multiboot 1 kernel (Multiboot Specification 0.6.96, 3.1).</summary>
/// <param name="FileOffset">Where it lies in the file.</param>
/// <param name="Flags">What the kernel wants; bit 16: the address fields count.</param>
/// <param name="HeaderAddress">Where the header belongs in memory.</param>
/// <param name="LoadAddress">Where the text starts.</param>
/// <param name="LoadEndAddress">The end of the data, 0 for the file's end.</param>
/// <param name="BssEndAddress">The end of the zeroed part, 0 for none.</param>
/// <param name="EntryAddress">The entry point.</param>
internal readonly record struct MultibootHeader(
    int FileOffset, uint Flags, uint HeaderAddress, uint LoadAddress, uint LoadEndAddress, uint BssEndAddress, uint EntryAddress)
{
    private const uint Magic = 0x1bad_b002;
    private const int SearchBytes = 8192;
    private const int ShortBytes = 12;
    private const int LongBytes = 32;

    internal bool HasAddressFields => (Flags & (1 << 16)) != 0;

    /// <summary>Looks for a header with a correct checksum in the first 8 KiB, on 4-byte boundaries.</summary>
    internal static MultibootHeader? Find(ReadOnlySpan<byte> file)
    {
        int end = Math.Min(file.Length, SearchBytes) - ShortBytes;
        for (int offset = 0; offset <= end; offset += 4)
        {
            ReadOnlySpan<byte> header = file[offset..];
            uint flags = Word(header, 1);
            if (Word(header, 0) != Magic || Magic + flags + Word(header, 2) != 0) continue;
            if ((flags & (1 << 16)) == 0) return new MultibootHeader(offset, flags, 0, 0, 0, 0, 0);
            if (header.Length < LongBytes) continue;
            return new MultibootHeader(offset, flags, Word(header, 3), Word(header, 4), Word(header, 5), Word(header, 6), Word(header, 7));
        }
        return null;
    }

    private static uint Word(ReadOnlySpan<byte> header, int index) => BinaryPrimitives.ReadUInt32LittleEndian(header[(index * 4)..]);
}
