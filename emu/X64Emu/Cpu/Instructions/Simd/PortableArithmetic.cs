using System.Numerics;
using System.Runtime.Intrinsics;

namespace X64Emu.Cpu.Instructions.Simd;

// What SSSE3, SSE4.1 and AVX2 added.
internal static partial class Portable
{
    /// <summary>Products of the even signed doublewords.</summary>
    public static Xmm MultiplyEvenSigned(Xmm a, Xmm b) => (EvenDoublewords(a) * EvenDoublewords(b)).AsByte();

    /// <summary>Bits 30 to 15 of the products of signed words, rounded by adding what is below them.</summary>
    public static Xmm MultiplyHighRounded(Xmm a, Xmm b)
    {
        (Vector128<int> lowA, Vector128<int> highA) = Vector128.Widen(a.AsInt16());
        (Vector128<int> lowB, Vector128<int> highB) = Vector128.Widen(b.AsInt16());
        return Vector128.Narrow(RoundProduct(lowA * lowB), RoundProduct(highA * highB)).AsByte();
    }

    /// <summary>Sums of neighbouring products of unsigned and signed bytes, saturated.</summary>
    public static Xmm MultiplyAddAdjacentBytes(Xmm a, Xmm b)
    {
        Vector128<short> x = a.AsInt16(), y = b.AsInt16();
        Vector128<short> even = (x & Vector128.Create((short)0xFF)) * ((y << 8) >> 8), odd = (x >>> 8) * (y >> 8);
        return Vector128.AddSaturate(even, odd).AsByte();
    }

    /// <summary>a, negated where b is negative, zero where b is.</summary>
    public static Vector128<T> Sign<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryInteger<T>
        => Vector128.AndNot(Vector128.ConditionalSelect(Vector128.LessThan(b, Vector128<T>.Zero), -a, a), Vector128.Equals(b, Vector128<T>.Zero));

    /// <summary>Magnitudes; that of the least number is itself, taken as unsigned.</summary>
    public static Vector128<T> Absolute<T>(Vector128<T> value)
        where T : unmanaged, IBinaryInteger<T>
    {
        Vector128<T> sign = Vector128.LessThan(value, Vector128<T>.Zero);
        return (value ^ sign) - sign;
    }

    /// <summary>Sums of neighbouring words: those of a, then those of b.</summary>
    public static Xmm AddAdjacentWords(Xmm a, Xmm b) => Vector128.Narrow(EvenWords(a) + OddWords(a), EvenWords(b) + OddWords(b)).AsByte();

    public static Xmm AddAdjacentWordsSaturated(Xmm a, Xmm b) =>
        Vector128.NarrowWithSaturation(EvenWords(a) + OddWords(a), EvenWords(b) + OddWords(b)).AsByte();

    public static Xmm AddAdjacentDoublewords(Xmm a, Xmm b) =>
        Vector128.Narrow(EvenDoublewords(a) + OddDoublewords(a), EvenDoublewords(b) + OddDoublewords(b)).AsByte();

    /// <summary>Even words less the odd ones behind them.</summary>
    public static Xmm SubtractAdjacentWords(Xmm a, Xmm b) => Vector128.Narrow(EvenWords(a) - OddWords(a), EvenWords(b) - OddWords(b)).AsByte();

    public static Xmm SubtractAdjacentWordsSaturated(Xmm a, Xmm b) =>
        Vector128.NarrowWithSaturation(EvenWords(a) - OddWords(a), EvenWords(b) - OddWords(b)).AsByte();

    public static Xmm SubtractAdjacentDoublewords(Xmm a, Xmm b) =>
        Vector128.Narrow(EvenDoublewords(a) - OddDoublewords(a), EvenDoublewords(b) - OddDoublewords(b)).AsByte();

    /// <summary>The least unsigned word, and in bits 18 to 16 where it is first found.</summary>
    public static Xmm MinimumWord(Xmm value)
    {
        // The position goes into the lower half of a doubleword, so that one comparison decides both.
        uint least = uint.MaxValue;
        for (uint i = 0; i < 8; i++) least = Math.Min(least, (uint)value.AsUInt16().GetElement((int)i) << 16 | i);
        return Vector128.CreateScalar(least >> 16 | least << 16).AsByte();
    }

    public static Xmm PackUnsignedWords(Xmm a, Xmm b) =>
        Vector128.Narrow(ClampToWord(a.AsInt32()).AsUInt32(), ClampToWord(b.AsInt32()).AsUInt32()).AsByte();

    /// <summary>The bytes of a that the low four bits of each byte of b choose; zero where its bit 7 is set.</summary>
    public static Xmm ShuffleBytes(Xmm a, Xmm b) => Vector128.Shuffle(a, b & Vector128.Create((byte)0x8F));

    public static Vector128<T> ShiftLeftEach<T>(Vector128<T> value, Vector128<T> counts)
        where T : unmanaged, IBinaryInteger<T>
    {
        Vector128<T> result = default;
        for (int i = 0; i < Vector128<T>.Count; i++)
        {
            ulong count = ulong.CreateTruncating(counts.GetElement(i));
            if (count < Width<T>()) result = result.WithElement(i, value.GetElement(i) << (int)count);
        }
        return result;
    }

    public static Vector128<T> ShiftRightEach<T>(Vector128<T> value, Vector128<T> counts)
        where T : unmanaged, IBinaryInteger<T>
    {
        Vector128<T> result = default;
        for (int i = 0; i < Vector128<T>.Count; i++)
        {
            ulong count = ulong.CreateTruncating(counts.GetElement(i));
            if (count < Width<T>()) result = result.WithElement(i, value.GetElement(i) >>> (int)count);
        }
        return result;
    }

    public static Vector128<int> ShiftRightArithmeticEach(Vector128<int> value, Vector128<uint> counts)
    {
        Vector128<int> result = default;
        for (int i = 0; i < 4; i++) result = result.WithElement(i, value.GetElement(i) >> (int)Math.Min(counts.GetElement(i), 31));
        return result;
    }

    public static Vector256<uint> PermuteDoublewords(Vector256<uint> values, Vector256<uint> indices)
    {
        Vector256<uint> result = default;
        for (int i = 0; i < 8; i++) result = result.WithElement(i, values.GetElement((int)(indices.GetElement(i) & 7)));
        return result;
    }

    private static Vector128<int> RoundProduct(Vector128<int> product) => ((product >> 14) + Vector128<int>.One) >> 1;

    private static Vector128<int> ClampToWord(Vector128<int> value) =>
        Vector128.Min(Vector128.Max(value, Vector128<int>.Zero), Vector128.Create(0xFFFF));

    private static Vector128<int> EvenWords(Xmm value) => (value.AsInt32() << 16) >> 16;

    private static Vector128<int> OddWords(Xmm value) => value.AsInt32() >> 16;

    private static Vector128<long> EvenDoublewords(Xmm value) => (value.AsInt64() << 32) >> 32;

    private static Vector128<long> OddDoublewords(Xmm value) => value.AsInt64() >> 32;
}
