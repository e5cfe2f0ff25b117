using System.Buffers.Binary;

namespace X64Emu.Debugging.Expressions;

/// <summary>The integers that memory is read as, and values are cut to: u8 to u64, i8 to i64.</summary>
/// <param name="LengthBytes">1, 2, 4 or 8.</param>
/// <param name="IsSigned">Whether the highest bit is a sign.</param>
public readonly record struct IntegerType(int LengthBytes, bool IsSigned)
{
    /// <summary>What memory is read as when nothing else is said.</summary>
    public static readonly IntegerType Default = new(8, false);

    /// <summary>The names of all types.</summary>
    public static IReadOnlyList<string> Names { get; } = ["u8", "u16", "u32", "u64", "i8", "i16", "i32", "i64"];

    /// <summary>The type of a name, or null.</summary>
    public static IntegerType? Find(string name) => name switch
    {
        "u8" => new(1, false),
        "u16" => new(2, false),
        "u32" => new(4, false),
        "u64" => new(8, false),
        "i8" => new(1, true),
        "i16" => new(2, true),
        "i32" => new(4, true),
        "i64" => new(8, true),
        _ => null,
    };

    /// <summary>Cuts a value to this width and extends it to 64 bits again.</summary>
    public ulong Convert(ulong value)
    {
        int unused = 64 - LengthBytes * 8;
        return IsSigned ? (ulong)((long)(value << unused) >> unused) : value << unused >> unused;
    }

    /// <summary>The value of <see cref="LengthBytes"/> bytes of memory.</summary>
    /// <param name="bytes">At least <see cref="LengthBytes"/> bytes.</param>
    public ulong Read(ReadOnlySpan<byte> bytes)
    {
        Span<byte> wide = stackalloc byte[sizeof(ulong)];
        wide.Clear();
        bytes[..LengthBytes].CopyTo(wide);
        return Convert(BinaryPrimitives.ReadUInt64LittleEndian(wide));
    }
}
