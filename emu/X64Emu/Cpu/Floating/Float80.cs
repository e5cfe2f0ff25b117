using System.Numerics;
using System.Runtime.CompilerServices;

namespace X64Emu.Cpu.Floating;

/// <summary>A number in double extended precision, as x87 registers hold it: an explicit integer bit in bit 63 of the significand.</summary>
/// <param name="SignExponent">The sign in bit 15, the biased exponent below it.</param>
/// <param name="Significand">Integer bit and fraction.</param>
/// <remarks>Intel SDM Vol. 1, 4.2.2 and 8.2.2, table 8-3.</remarks>
internal readonly record struct Float80(ushort SignExponent, ulong Significand)
{
    public const int PrecisionBits = 64, ExponentBias = 16383, MaxBiasedExponent = 0x7FFF;

    /// <summary>Unbiased exponents of the smallest normal and of the largest finite number.</summary>
    public const int MinExponent = 1 - ExponentBias, MaxExponent = ExponentBias;

    public const ushort SignBit = 0x8000;
    public const ulong IntegerBit = 1UL << 63, QuietBit = 1UL << 62;

    /// <summary>The "real indefinite": a negative quiet NaN without payload.</summary>
    public static Float80 DefaultNaN => new(0xFFFF, IntegerBit | QuietBit);

    public static Float80 One => new(ExponentBias, IntegerBit);

    public bool Negative => (SignExponent & SignBit) != 0;

    public int BiasedExponent => SignExponent & MaxBiasedExponent;

    public bool IsZero => BiasedExponent == 0 && Significand == 0;

    /// <summary>An exponent of 0 and a significand that is not: denormals, and pseudo-denormals, which count as such.</summary>
    public bool IsDenormal => BiasedExponent == 0 && Significand != 0;

    /// <summary>A denormal whose integer bit is set: as large as a number with exponent 1.</summary>
    public bool IsPseudoDenormal => BiasedExponent == 0 && (long)Significand < 0;

    /// <summary>An exponent that is neither 0 nor the largest, and the integer bit set.</summary>
    public bool IsNormal => (uint)(BiasedExponent - 1) < MaxBiasedExponent - 1 && (long)Significand < 0;

    public bool IsInfinity => BiasedExponent == MaxBiasedExponent && Significand == IntegerBit;

    public bool IsNaN => BiasedExponent == MaxBiasedExponent && Significand > IntegerBit;

    public bool IsSignallingNaN => IsNaN && (Significand & QuietBit) == 0;

    /// <summary>A pattern that the 387 and later reject: an exponent without integer bit (unnormals, pseudo-infinities and pseudo-NaNs).</summary>
    public bool IsUnsupported => BiasedExponent != 0 && (long)Significand >= 0;

    public Float80 Negated
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => new((ushort)(SignExponent ^ SignBit), Significand);
    }

    public Float80 Absolute => this with { SignExponent = (ushort)(SignExponent & MaxBiasedExponent) };

    /// <summary>A NaN made quiet.</summary>
    public Float80 Quieted => this with { Significand = Significand | QuietBit };

    public static Float80 Zero(bool negative) => new(SignIf(negative), 0);

    public static Float80 Infinity(bool negative) => new((ushort)(SignIf(negative) | MaxBiasedExponent), IntegerBit);

    public static ushort SignIf(bool negative) => negative ? SignBit : (ushort)0;

    /// <summary>A 10-byte image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Float80 Load(byte* image) => new(*(ushort*)(image + 8), *(ulong*)image);

    /// <summary>Writes the 10-byte image.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Store(byte* image)
    {
        *(ulong*)image = Significand;
        *(ushort*)(image + 8) = SignExponent;
    }

    /// <summary>Takes a number apart that is neither a NaN nor unsupported.</summary>
    public UnpackedFloat Unpack()
    {
        int biased = BiasedExponent;
        if (biased == MaxBiasedExponent) return new(FloatKind.Infinity, Negative, 0, 0, false);
        if (biased != 0) return new(FloatKind.Finite, Negative, biased - ExponentBias, Significand, false);
        if (Significand == 0) return new(FloatKind.Zero, Negative, 0, 0, false);
        int shift = BitOperations.LeadingZeroCount(Significand);
        return new(FloatKind.Finite, Negative, MinExponent - shift, Significand << shift, true);
    }

    /// <inheritdoc/>
    public override string ToString() => $"{SignExponent:x4}:{Significand:x16}";
}
