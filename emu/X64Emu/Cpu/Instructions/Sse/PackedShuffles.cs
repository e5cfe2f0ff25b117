using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace X64Emu.Cpu.Instructions.Sse;

internal readonly struct Punpcklbw : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b) => Sse2.IsSupported ? Sse2.UnpackLow(a, b) : Portable.InterleaveLow<byte>(a, b);
}

internal readonly struct Punpcklwd : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b) => Sse2.IsSupported ? Sse2.UnpackLow(a.AsUInt16(), b.AsUInt16()).AsByte() : Portable.InterleaveLow<ushort>(a, b);
}

/// <summary>UNPCKLPS too.</summary>
internal readonly struct Punpckldq : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b) => Sse2.IsSupported ? Sse2.UnpackLow(a.AsUInt32(), b.AsUInt32()).AsByte() : Portable.InterleaveLow<uint>(a, b);
}

/// <summary>UNPCKLPD too.</summary>
internal readonly struct Punpcklqdq : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b) => Vector128.Create(a.GetLower(), b.GetLower());
}

internal readonly struct Punpckhbw : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b) => Sse2.IsSupported ? Sse2.UnpackHigh(a, b) : Portable.InterleaveHigh<byte>(a, b);
}

internal readonly struct Punpckhwd : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b) => Sse2.IsSupported ? Sse2.UnpackHigh(a.AsUInt16(), b.AsUInt16()).AsByte() : Portable.InterleaveHigh<ushort>(a, b);
}

/// <summary>UNPCKHPS too.</summary>
internal readonly struct Punpckhdq : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b) => Sse2.IsSupported ? Sse2.UnpackHigh(a.AsUInt32(), b.AsUInt32()).AsByte() : Portable.InterleaveHigh<uint>(a, b);
}

/// <summary>UNPCKHPD too.</summary>
internal readonly struct Punpckhqdq : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b) => Vector128.Create(a.GetUpper(), b.GetUpper());
}

internal readonly struct Packsswb : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b) => Vector128.NarrowWithSaturation(a.AsInt16(), b.AsInt16()).AsByte();
}

internal readonly struct Packssdw : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b) => Vector128.NarrowWithSaturation(a.AsInt32(), b.AsInt32()).AsByte();
}

internal readonly struct Packuswb : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b) => Sse2.IsSupported ? Sse2.PackUnsignedSaturate(a.AsInt16(), b.AsInt16()) : Portable.PackUnsigned(a, b);
}

internal readonly struct Pshufd : IPackedImmediate
{
    public static Xmm Apply(Xmm a, Xmm b, byte immediate) => Vector128.ShuffleNative(b, ShuffleTables.Dwords(immediate));
}

internal readonly struct Pshuflw : IPackedImmediate
{
    public static Xmm Apply(Xmm a, Xmm b, byte immediate) => Vector128.ShuffleNative(b, ShuffleTables.LowWords(immediate));
}

internal readonly struct Pshufhw : IPackedImmediate
{
    public static Xmm Apply(Xmm a, Xmm b, byte immediate) => Vector128.ShuffleNative(b, ShuffleTables.HighWords(immediate));
}

/// <summary>The low two results come from the destination, the high two from the source.</summary>
internal readonly struct Shufps : IPackedImmediate
{
    public static Xmm Apply(Xmm a, Xmm b, byte immediate)
    {
        Xmm indices = ShuffleTables.Dwords(immediate);
        return Vector128.Create(Vector128.ShuffleNative(a, indices).GetLower(), Vector128.ShuffleNative(b, indices).GetUpper());
    }
}

internal readonly struct Shufpd : IPackedImmediate
{
    public static Xmm Apply(Xmm a, Xmm b, byte immediate)
        => Vector128.Create((immediate & 1) == 0 ? a.GetLower() : a.GetUpper(), (immediate & 2) == 0 ? b.GetLower() : b.GetUpper());
}

/// <summary>Byte indices for every immediate of the shuffle instructions, all of them within 0 to 15.</summary>
internal static class ShuffleTables
{
    private static readonly Xmm[] DwordIndices = Build(0, 4, 4);
    private static readonly Xmm[] LowWordIndices = Build(0, 4, 2);
    private static readonly Xmm[] HighWordIndices = Build(4, 4, 2);

    public static Xmm Dwords(byte immediate) => At(DwordIndices, immediate);

    public static Xmm LowWords(byte immediate) => At(LowWordIndices, immediate);

    public static Xmm HighWords(byte immediate) => At(HighWordIndices, immediate);

    /// <summary>Every table has 256 entries, so a byte never leaves it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Xmm At(Xmm[] table, byte immediate) => Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(table), immediate);

    /// <summary>Elements from <paramref name="first"/> on are chosen by two bits each; the others stay where they are.</summary>
    private static Xmm[] Build(int first, int count, int elementBytes)
    {
        var table = new Xmm[256];
        Span<byte> indices = stackalloc byte[16];
        for (int immediate = 0; immediate < table.Length; immediate++)
        {
            for (int i = 0; i < 16; i++)
                indices[i] = (byte)i;
            for (int element = 0; element < count; element++)
            {
                int chosen = first + ((immediate >> (2 * element)) & 3);
                for (int i = 0; i < elementBytes; i++)
                    indices[((first + element) * elementBytes) + i] = (byte)((chosen * elementBytes) + i);
            }
            table[immediate] = Vector128.Create<byte>(indices);
        }
        return table;
    }
}
