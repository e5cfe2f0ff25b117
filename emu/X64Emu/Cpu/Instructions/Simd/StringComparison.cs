using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>Where PCMPxSTRx takes the lengths of its strings from.</summary>
internal unsafe interface IStringLengths
{
    /// <summary>The number of valid elements of a string: of the first (in RAX) or the second (in RDX).</summary>
    static abstract int Of(CpuState* c, Xmm text, bool isSecond, bool isWords);
}

/// <summary>PCMPISTRx: up to the first zero element.</summary>
internal readonly unsafe struct ImplicitLengths : IStringLengths
{
    public static int Of(CpuState* c, Xmm text, bool isSecond, bool isWords) => isWords
        ? BitOperations.TrailingZeroCount(Vector128.Equals(text.AsUInt16(), Vector128<ushort>.Zero).ExtractMostSignificantBits() | 1u << 8)
        : BitOperations.TrailingZeroCount(Vector128.Equals(text, Xmm.Zero).ExtractMostSignificantBits() | 1u << 16);
}

/// <summary>PCMPESTRx: the magnitude of a signed general register, at most what a vector register holds.</summary>
internal readonly unsafe struct ExplicitLengths32 : IStringLengths
{
    public static int Of(CpuState* c, Xmm text, bool isSecond, bool isWords) => ExplicitLengths64.Clamp((int)c->Gpr[isSecond ? 2 : 0], isWords);
}

/// <summary>The same with REX.W or VEX.W.</summary>
internal readonly unsafe struct ExplicitLengths64 : IStringLengths
{
    public static int Of(CpuState* c, Xmm text, bool isSecond, bool isWords) => Clamp((long)c->Gpr[isSecond ? 2 : 0], isWords);

    public static int Clamp(long length, bool isWords) => (int)Math.Min(length < 0 ? (ulong)-length : (ulong)length, isWords ? 8u : 16u);
}

/// <summary>What PCMPxSTRx makes of the comparison's bits.</summary>
internal unsafe interface IStringResult
{
    static abstract void Write(CpuState* c, int bits, int control);
}

/// <summary>PCMPxSTRI: the index of the lowest or highest set bit into ECX; the number of elements when there is none.</summary>
internal readonly unsafe struct StringIndex : IStringResult
{
    public static void Write(CpuState* c, int bits, int control)
    {
        int count = (control & 1) != 0 ? 8 : 16;
        c->Gpr[1] = (ulong)(bits == 0 ? count : (control & 0x40) != 0 ? BitOperations.Log2((uint)bits) : BitOperations.TrailingZeroCount(bits));
    }
}

/// <summary>PCMPxSTRM: the bits, or elements of zeros and ones, into XMM0.</summary>
internal readonly unsafe struct StringMask<TEncoding> : IStringResult where TEncoding : struct, IEncoding
{
    public static void Write(CpuState* c, int bits, int control)
    {
        byte* xmm0 = XmmFile.At(c, 0);
        Vector128<ushort> words = Vector128.Create((ushort)bits);
        *(Xmm*)xmm0 = (control & 0x41) switch
        {
            0x40 => Spread(Vector128.Create((byte)bits).WithUpper(Vector64.Create((byte)(bits >> 8)))),
            0x41 => Vector128.Equals(words & WordBits, WordBits).AsByte(),
            _ => Vector128.CreateScalar((uint)bits).AsByte(),
        };
        TEncoding.Complete(xmm0);
    }

    private static Vector128<ushort> WordBits => Vector128.Create((ushort)1, 2, 4, 8, 16, 32, 64, 128);

    private static Xmm Spread(Xmm bits)
    {
        Xmm positions = Vector128.Create(0x8040_2010_0804_0201).AsByte();
        return Vector128.Equals(bits & positions, positions);
    }
}

/// <summary>PCMPESTRI, PCMPESTRM, PCMPISTRI and PCMPISTRM (Intel SDM Vol. 2A, 4.1).</summary>
internal readonly unsafe struct CompareStrings<TLengths, TResult> : ISimdOperation where TLengths : struct, IStringLengths where TResult : struct, IStringResult
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        int control = (int)o->Immediate, count = (control & 1) != 0 ? 8 : 16;
        Xmm a = *(Xmm*)destination, b = *(Xmm*)source;
        int lengthA = TLengths.Of(c, a, isSecond: false, count == 8), lengthB = TLengths.Of(c, b, isSecond: true, count == 8);
        int bits = (control & 3) switch
        {
            0 => StringComparison<byte>.Compare(a, b, lengthA, lengthB, control),
            1 => StringComparison<ushort>.Compare(a.AsUInt16(), b.AsUInt16(), lengthA, lengthB, control),
            2 => StringComparison<sbyte>.Compare(a.AsSByte(), b.AsSByte(), lengthA, lengthB, control),
            _ => StringComparison<short>.Compare(a.AsInt16(), b.AsInt16(), lengthA, lengthB, control),
        };
        TResult.Write(c, bits, control);
        LazyFlags.SetExplicit(c, (bits != 0 ? LazyFlags.Carry : 0) | (lengthB < count ? LazyFlags.Zero : 0)
            | (lengthA < count ? LazyFlags.Sign : 0) | ((bits & 1) != 0 ? LazyFlags.Overflow : 0));
        return true;
    }
}

/// <summary>The comparisons, one bit an element of the second string. Invalid elements are those behind a string's end.</summary>
internal static class StringComparison<T> where T : unmanaged
{
    public static int Compare(Vector128<T> a, Vector128<T> b, int lengthA, int lengthB, int control)
    {
        int all = (1 << Vector128<T>.Count) - 1, validB = (1 << lengthB) - 1;
        int bits = (control >> 2 & 3) switch
        {
            0 => EqualAny(a, b, lengthA) & validB,
            1 => InRanges(a, b, lengthA) & validB,
            2 => EqualEach(a, b, (1 << lengthA) - 1, validB, all),
            _ => EqualOrdered(a, b, lengthA, validB, all),
        };
        return (control >> 4 & 3) switch
        {
            1 => bits ^ all,
            3 => bits ^ validB,
            _ => bits,
        };
    }

    /// <summary>Which elements of b occur in a.</summary>
    private static int EqualAny(Vector128<T> a, Vector128<T> b, int lengthA)
    {
        Vector128<T> found = default;
        for (int i = 0; i < lengthA; i++) found |= Vector128.Equals(Vector128.Create(a.GetElement(i)), b);
        return Bits(found);
    }

    /// <summary>Which elements of b are within a range, whose bounds are pairs of elements of a.</summary>
    private static int InRanges(Vector128<T> a, Vector128<T> b, int lengthA)
    {
        Vector128<T> found = default;
        for (int i = 0; i + 1 < lengthA; i += 2)
        {
            found |= Vector128.GreaterThanOrEqual(b, Vector128.Create(a.GetElement(i)))
                & Vector128.LessThanOrEqual(b, Vector128.Create(a.GetElement(i + 1)));
        }
        return Bits(found);
    }

    /// <summary>Which elements are the same at the same place, or both invalid.</summary>
    private static int EqualEach(Vector128<T> a, Vector128<T> b, int validA, int validB, int all) =>
        Bits(Vector128.Equals(a, b)) & validA & validB | all & ~(validA | validB);

    /// <summary>Where in b all of a begins, or as much of it as b has room for.</summary>
    private static int EqualOrdered(Vector128<T> a, Vector128<T> b, int lengthA, int validB, int all)
    {
        int bits = all;
        for (int i = 0; i < lengthA; i++)
        {
            int equal = Bits(Vector128.Equals(Vector128.Create(a.GetElement(i)), b)) & validB;
            bits &= equal >> i | ~(all >> i);
        }
        return bits;
    }

    private static int Bits(Vector128<T> mask) => (int)mask.ExtractMostSignificantBits();
}
