using System.Numerics;
using System.Runtime.Intrinsics;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>Instructions that .NET has no portable vector operation for, for hosts without SSE2.</summary>
internal static partial class Portable
{
    /// <summary>(a + b + 1) / 2 without overflow.</summary>
    public static Vector128<T> Average<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IUnsignedNumber<T>
        => (a | b) - ((a ^ b) >>> 1);

    public static Xmm MultiplyHighSigned(Xmm a, Xmm b)
    {
        (Vector128<int> lowA, Vector128<int> highA) = Vector128.Widen(a.AsInt16());
        (Vector128<int> lowB, Vector128<int> highB) = Vector128.Widen(b.AsInt16());
        return Vector128.Narrow((lowA * lowB) >> 16, (highA * highB) >> 16).AsByte();
    }

    public static Xmm MultiplyHighUnsigned(Xmm a, Xmm b)
    {
        (Vector128<uint> lowA, Vector128<uint> highA) = Vector128.Widen(a.AsUInt16());
        (Vector128<uint> lowB, Vector128<uint> highB) = Vector128.Widen(b.AsUInt16());
        return Vector128.Narrow((lowA * lowB) >>> 16, (highA * highB) >>> 16).AsByte();
    }

    /// <summary>Products of the even unsigned doublewords.</summary>
    public static Xmm MultiplyEven(Xmm a, Xmm b)
    {
        Vector128<ulong> low = Vector128.Create((ulong)uint.MaxValue);
        return ((a.AsUInt64() & low) * (b.AsUInt64() & low)).AsByte();
    }

    public static Xmm MultiplyAddAdjacent(Xmm a, Xmm b)
    {
        Vector128<int> x = a.AsInt32(), y = b.AsInt32();
        Vector128<int> even = ((x << 16) >> 16) * ((y << 16) >> 16), odd = (x >> 16) * (y >> 16);
        return (even + odd).AsByte();
    }

    public static Xmm SumAbsoluteDifferences(Xmm a, Xmm b)
    {
        Xmm differences = Vector128.Max(a, b) - Vector128.Min(a, b);
        (Vector128<ushort> low, Vector128<ushort> high) = Vector128.Widen(differences);
        return Vector128.Create((ulong)Vector128.Sum(low), Vector128.Sum(high)).AsByte();
    }

    public static Xmm PackUnsigned(Xmm a, Xmm b)
        => Vector128.Narrow(ClampToByte(a.AsInt16()).AsUInt16(), ClampToByte(b.AsInt16()).AsUInt16());

    public static Vector128<T> ShiftLeft<T>(Vector128<T> value, Xmm count)
        where T : unmanaged, IBinaryInteger<T>
        => count.AsUInt64().ToScalar() < Width<T>() ? value << (int)count.AsUInt64().ToScalar() : Vector128<T>.Zero;

    public static Vector128<T> ShiftRight<T>(Vector128<T> value, Xmm count)
        where T : unmanaged, IBinaryInteger<T>
        => count.AsUInt64().ToScalar() < Width<T>() ? value >>> (int)count.AsUInt64().ToScalar() : Vector128<T>.Zero;

    public static Vector128<T> ShiftRightArithmetic<T>(Vector128<T> value, Xmm count)
        where T : unmanaged, IBinaryInteger<T>
        => value >> (int)Math.Min(count.AsUInt64().ToScalar(), Width<T>() - 1);

    /// <summary>a0 b0 a1 b1 ... of the low halves.</summary>
    public static Xmm InterleaveLow<T>(Xmm a, Xmm b)
        where T : unmanaged
        => Interleave<T>(a, b, 0);

    /// <summary>The same of the high halves.</summary>
    public static Xmm InterleaveHigh<T>(Xmm a, Xmm b)
        where T : unmanaged
        => Interleave<T>(a, b, 8);

    public static Xmm LowHalves(Xmm a, Xmm b) => Vector128.Create(a.GetLower(), b.GetLower());

    public static Xmm HighHalves(Xmm a, Xmm b) => Vector128.Create(a.GetUpper(), b.GetUpper());

    /// <summary>The elements of <paramref name="a"/> that bits 1..0 of each element of <paramref name="control"/> choose.</summary>
    public static Xmm PermuteSingles(Xmm a, Xmm control) => Vector128.Shuffle(a.AsUInt32(), control.AsUInt32() & Vector128.Create(3u)).AsByte();

    /// <summary>The same for two elements, which bit 1 chooses.</summary>
    public static Xmm PermuteDoubles(Xmm a, Xmm control) => Vector128.Shuffle(a.AsUInt64(), control.AsUInt64() >>> 1 & Vector128.Create(1UL)).AsByte();

    private static unsafe Xmm Interleave<T>(Xmm a, Xmm b, byte firstByte)
        where T : unmanaged
    {
        // Both halves are spread to every other element, then the odd elements are taken from b.
        Xmm position = Xmm.Indices, size = Vector128.Create((byte)sizeof(T));
        Xmm indices = (sizeof(T) switch
        {
            1 => position.AsUInt16() >>> 1 & Vector128.Create((ushort)0x0707),
            2 => ((position.AsUInt16() >>> 1) & Vector128.Create((ushort)0x0606)) | (position.AsUInt16() & Vector128.Create((ushort)0x0101)),
            _ => ((position.AsUInt16() >>> 1) & Vector128.Create((ushort)0x0404)) | (position.AsUInt16() & Vector128.Create((ushort)0x0303)),
        }).AsByte() + Vector128.Create(firstByte);
        Xmm isFromA = Vector128.Equals(position & size, Xmm.Zero);
        return Vector128.ConditionalSelect(isFromA, Vector128.Shuffle(a, indices), Vector128.Shuffle(b, indices));
    }

    private static Vector128<short> ClampToByte(Vector128<short> value)
        => Vector128.Min(Vector128.Max(value, Vector128<short>.Zero), Vector128.Create((short)255));

    private static unsafe ulong Width<T>()
        where T : unmanaged
        => (ulong)sizeof(T) * 8;
}
