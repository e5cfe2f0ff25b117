using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace X64Emu.Cpu.Instructions.Simd;

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
    public static Xmm Apply(Xmm a, Xmm b) => Sse2.IsSupported ? Sse2.UnpackLow(a.AsUInt64(), b.AsUInt64()).AsByte() : Portable.LowHalves(a, b);
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
    public static Xmm Apply(Xmm a, Xmm b) => Sse2.IsSupported ? Sse2.UnpackHigh(a.AsUInt64(), b.AsUInt64()).AsByte() : Portable.HighHalves(a, b);
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

internal readonly struct Packusdw : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Sse41.IsSupported ? Sse41.PackUnsignedSaturate(a.AsInt32(), b.AsInt32()).AsByte() : Portable.PackUnsignedWords(a, b);
}

internal readonly struct Pshufb : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b) => Ssse3.IsSupported ? Ssse3.Shuffle(a, b) : Portable.ShuffleBytes(a, b);
}

internal readonly struct Pshufd : IPackedShuffle
{
    public static ShuffleTable Indices { get; } = ShuffleTable.OfLanes((immediate, i) => ShuffleTable.Chosen(immediate, i, 4));

    public static Xmm Apply(Xmm a, Xmm b, Xmm indices) => Vector128.ShuffleNative(b, indices);
}

internal readonly struct Pshuflw : IPackedShuffle
{
    public static ShuffleTable Indices { get; } = ShuffleTable.OfLanes((immediate, i) => i < 8 ? ShuffleTable.Chosen(immediate, i, 2) : i);

    public static Xmm Apply(Xmm a, Xmm b, Xmm indices) => Vector128.ShuffleNative(b, indices);
}

internal readonly struct Pshufhw : IPackedShuffle
{
    public static ShuffleTable Indices { get; } = ShuffleTable.OfLanes((immediate, i) => i >= 8 ? 8 + ShuffleTable.Chosen(immediate, i - 8, 2) : i);

    public static Xmm Apply(Xmm a, Xmm b, Xmm indices) => Vector128.ShuffleNative(b, indices);
}

/// <summary>The low two results come from the destination, the high two from the source.</summary>
internal readonly struct Shufps : IPackedShuffle
{
    public static ShuffleTable Indices => Pshufd.Indices;

    public static Xmm Apply(Xmm a, Xmm b, Xmm indices) =>
        Vector128.ConditionalSelect(Halves.LowMask, Vector128.ShuffleNative(a, indices), Vector128.ShuffleNative(b, indices));
}

/// <summary>The low result comes from the destination, the high one from the source; one bit of the immediate chooses each.</summary>
internal readonly struct Shufpd : IPackedShuffle
{
    public static ShuffleTable Indices { get; } = new((immediate, i) => (immediate >> i / 8 & 1) * 8 + i % 8);

    public static Xmm Apply(Xmm a, Xmm b, Xmm indices) => Shufps.Apply(a, b, indices);
}

/// <summary>16 bytes out of the 32 of both sources, from the immediate's byte of the second source on. Indices from 16 on are of the first.</summary>
internal readonly struct Palignr : IPackedShuffle
{
    public static ShuffleTable Indices { get; } = ShuffleTable.OfLanes((immediate, i) => i + immediate < 32 ? i + immediate : ShuffleTable.Zero);

    public static Xmm Apply(Xmm a, Xmm b, Xmm indices) =>
        Vector128.Shuffle(b, indices) | Vector128.Shuffle(a, indices - Vector128.Create((byte)16));
}

/// <summary>Each bit of the immediate chooses a word, in both halves alike.</summary>
internal readonly struct Pblendw : IPackedShuffle
{
    public static ShuffleTable Indices { get; } = ShuffleTable.OfMasks(i => i % 16 / 2);

    public static Xmm Apply(Xmm a, Xmm b, Xmm mask) => Vector128.ConditionalSelect(mask, b, a);
}

/// <summary>Each bit of the immediate chooses a doubleword.</summary>
internal readonly struct Pblendd : IPackedShuffle
{
    public static ShuffleTable Indices { get; } = ShuffleTable.OfMasks(i => i / 4);

    public static Xmm Apply(Xmm a, Xmm b, Xmm mask) => Vector128.ConditionalSelect(mask, b, a);
}

internal static class Halves
{
    public static Xmm LowMask => Vector128.Create(ulong.MaxValue, 0).AsByte();
}

/// <summary>32 byte indices or masks for each of 256 immediates, where they stay: ops hold pointers to them. Indices count within 16 bytes; the second
/// 16 are for the upper half of 256-bit forms.</summary>
internal sealed unsafe class ShuffleTable
{
    /// <summary>An index that selects zero in <see cref="Vector128.Shuffle(Xmm, Xmm)"/>.</summary>
    public const int Zero = 0xFF;

    private const int BytesPerImmediate = 32;

    private readonly byte[] indices = GC.AllocateUninitializedArray<byte>(256 * BytesPerImmediate, pinned: true);

    /// <param name="index">Gives the index for an immediate and one of the result's 32 bytes.</param>
    public ShuffleTable(Func<int, int, int> index)
    {
        for (int entry = 0; entry < indices.Length; entry++) indices[entry] = (byte)index(entry / BytesPerImmediate, entry % BytesPerImmediate);
    }

    /// <summary>A table of shuffles that do the same in both halves.</summary>
    public static ShuffleTable OfLanes(Func<int, int, int> index) => new((immediate, i) => index(immediate, i % 16));

    /// <summary>A table of masks that are all ones for the elements whose bit of the immediate is set.</summary>
    public static ShuffleTable OfMasks(Func<int, int> bitOfByte) => new((immediate, i) => (immediate >> bitOfByte(i) & 1) != 0 ? 0xFF : 0);

    /// <summary>The indices for an immediate. The table must stay referenced while the pointer is used: the tables are static.</summary>
    public Xmm* For(byte immediate) => (Xmm*)((byte*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(indices)) + BytesPerImmediate * immediate);

    /// <summary>For byte <paramref name="i"/> of a result whose elements are each chosen by two bits of the immediate.</summary>
    public static int Chosen(int immediate, int i, int elementBytes) => (immediate >> 2 * (i / elementBytes) & 3) * elementBytes + i % elementBytes;
}
