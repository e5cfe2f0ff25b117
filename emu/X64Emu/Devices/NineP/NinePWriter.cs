using System.Buffers.Binary;

namespace X64Emu.Devices.NineP;

/// <summary>Puts a reply together behind its seven-byte header. Writing past the end sets <see cref="IsFull"/> and changes nothing.</summary>
internal ref struct NinePWriter(Span<byte> buffer)
{
    /// <summary>The size, type and tag in front of every message.</summary>
    internal const int HeaderBytes = 7;

    private readonly Span<byte> buffer = buffer;

    /// <summary>The length of the message so far.</summary>
    internal int Position { get; private set; } = HeaderBytes;

    /// <summary>True once something did not fit.</summary>
    internal bool IsFull { get; private set; }

    /// <summary>How many bytes still fit.</summary>
    internal readonly int RoomBytes => Math.Max(0, buffer.Length - Position);

    internal void Byte(byte value)
    {
        if (Reserve(1) is { IsEmpty: false } field) field[0] = value;
    }

    internal void UInt16(ushort value)
    {
        if (Reserve(2) is { IsEmpty: false } field) BinaryPrimitives.WriteUInt16LittleEndian(field, value);
    }

    internal void UInt32(uint value)
    {
        if (Reserve(4) is { IsEmpty: false } field) BinaryPrimitives.WriteUInt32LittleEndian(field, value);
    }

    internal void UInt64(ulong value)
    {
        if (Reserve(8) is { IsEmpty: false } field) BinaryPrimitives.WriteUInt64LittleEndian(field, value);
    }

    internal void Text(ReadOnlySpan<byte> value)
    {
        UInt16((ushort)value.Length);
        if (Reserve(value.Length) is { IsEmpty: false } field) value.CopyTo(field);
    }

    internal void Qid(in Qid qid)
    {
        Byte((byte)qid.Type);
        UInt32(qid.Version);
        UInt64(qid.Path);
    }

    /// <summary>Makes room for <paramref name="count"/> bytes, to be filled by the caller; empty when they do not fit.</summary>
    internal Span<byte> Reserve(int count)
    {
        if (count > RoomBytes)
        {
            IsFull = true;
            return default;
        }
        Position += count;
        return buffer.Slice(Position - count, count);
    }

    /// <summary>Takes back what was written after <paramref name="position"/>, and that it did not fit.</summary>
    internal void Rewind(int position)
    {
        Position = position;
        IsFull = false;
    }

    /// <summary>Overwrites four bytes written before.</summary>
    internal readonly void Patch(int position, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(buffer[position..], value);

    /// <summary>Fills in the header; the message is then the first <see cref="Position"/> bytes.</summary>
    internal readonly void Finish(byte type, ushort tag)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(buffer, (uint)Position);
        buffer[4] = type;
        BinaryPrimitives.WriteUInt16LittleEndian(buffer[5..], tag);
    }
}
