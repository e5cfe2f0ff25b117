using System.Buffers.Binary;

namespace X64Emu.Devices.NineP;

/// <summary>Takes the fields of a request apart. Reading past the end gives zeros and sets <see cref="IsBroken"/>.</summary>
internal ref struct NinePReader(ReadOnlySpan<byte> message)
{
    private ReadOnlySpan<byte> rest = message;

    /// <summary>True once a field was not all there.</summary>
    internal bool IsBroken { get; private set; }

    internal byte Byte() => Take(1) is { IsEmpty: false } field ? field[0] : (byte)0;

    internal ushort UInt16() => Take(2) is { IsEmpty: false } field ? BinaryPrimitives.ReadUInt16LittleEndian(field) : (ushort)0;

    internal uint UInt32() => Take(4) is { IsEmpty: false } field ? BinaryPrimitives.ReadUInt32LittleEndian(field) : 0;

    internal ulong UInt64() => Take(8) is { IsEmpty: false } field ? BinaryPrimitives.ReadUInt64LittleEndian(field) : 0;

    /// <summary>A string: two bytes of length, then that many bytes, usually UTF-8.</summary>
    internal ReadOnlySpan<byte> Text() => Take(UInt16());

    /// <summary>The next <paramref name="count"/> bytes.</summary>
    internal ReadOnlySpan<byte> Take(uint count)
    {
        if (IsBroken || count > (uint)rest.Length)
        {
            IsBroken = true;
            return default;
        }
        ReadOnlySpan<byte> field = rest[..(int)count];
        rest = rest[(int)count..];
        return field;
    }
}
