using System.Buffers.Binary;
using System.Text;

namespace X64Emu.Debugging.Symbols;

/// <summary>Reads little-endian values one after the other. Whatever would leave the data raises <see cref="SymbolDataException"/>.</summary>
internal struct ByteCursor
{
    private readonly ArraySegment<byte> data;

    public ByteCursor(ArraySegment<byte> data, ulong position = 0)
    {
        if (position > (ulong)data.Count) throw new SymbolDataException($"offset {position:x} is outside {data.Count} bytes of debug information");
        this.data = data;
        Position = (int)position;
    }

    /// <summary>The offset of the next byte in the data.</summary>
    public int Position { get; private set; }

    public readonly int Remaining => data.Count - Position;

    public readonly bool AtEnd => Position >= data.Count;

    public byte Byte() => Next(1)[0];

    public ushort UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Next(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Next(4));

    public ulong UInt64() => BinaryPrimitives.ReadUInt64LittleEndian(Next(8));

    /// <summary>An unsigned number of 1 to 8 bytes.</summary>
    public ulong Unsigned(int lengthBytes)
    {
        if (lengthBytes is < 1 or > 8) throw new SymbolDataException($"a number of {lengthBytes} bytes");
        ulong value = 0;
        ReadOnlySpan<byte> bytes = Next(lengthBytes);
        for (int index = lengthBytes - 1; index >= 0; index--) value = value << 8 | bytes[index];
        return value;
    }

    /// <summary>A signed number of 1 to 8 bytes.</summary>
    public long Signed(int lengthBytes)
    {
        int unused = 64 - 8 * lengthBytes;
        return (long)(Unsigned(lengthBytes) << unused) >> unused;
    }

    /// <summary>An unsigned LEB128 number; bits beyond 64 are dropped (DWARF 5, 7.6).</summary>
    public ulong Uleb()
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = Byte();
            if (shift < 64) value |= (ulong)(part & 0x7f) << shift;
            if ((part & 0x80) == 0) return value;
        }
    }

    /// <summary>A signed LEB128 number; bits beyond 64 are dropped.</summary>
    public long Sleb()
    {
        long value = 0;
        for (int shift = 0; ;)
        {
            byte part = Byte();
            if (shift < 64) value |= (long)(part & 0x7f) << shift;
            shift += 7;
            if ((part & 0x80) != 0) continue;
            if (shift < 64 && (part & 0x40) != 0) value |= -1L << shift;
            return value;
        }
    }

    /// <summary>UTF-8 text up to the next zero byte, which is passed.</summary>
    public string Text()
    {
        ReadOnlySpan<byte> rest = data.AsSpan(Position);
        int length = rest.IndexOf((byte)0);
        if (length < 0) throw new SymbolDataException("a string without an end");
        Position += length + 1;
        return Encoding.UTF8.GetString(rest[..length]);
    }

    public void Skip(ulong lengthBytes)
    {
        if (lengthBytes > (ulong)Remaining) throw CutShort();
        Position += (int)lengthBytes;
    }

    /// <summary>The next bytes, not copied.</summary>
    public ArraySegment<byte> Take(ulong lengthBytes)
    {
        int start = Position;
        Skip(lengthBytes);
        return data.Slice(start, (int)lengthBytes);
    }

    /// <summary>The length at the head of a DWARF unit; 0xffffffff announces the 64-bit format, in which offsets have 8 bytes (DWARF 5, 7.4).</summary>
    public ulong UnitLength(out int offsetBytes)
    {
        uint length = UInt32();
        offsetBytes = length == uint.MaxValue ? 8 : 4;
        if (length is >= 0xfffffff0 and < uint.MaxValue) throw new SymbolDataException($"the unit length {length:x} is reserved");
        return length == uint.MaxValue ? UInt64() : length;
    }

    private ReadOnlySpan<byte> Next(int lengthBytes)
    {
        if (lengthBytes > Remaining) throw CutShort();
        ReadOnlySpan<byte> bytes = data.AsSpan(Position, lengthBytes);
        Position += lengthBytes;
        return bytes;
    }

    private static SymbolDataException CutShort() => new("debug information is cut short");
}
