using System.Runtime.CompilerServices;

namespace X64Emu.Cpu.Floating;

/// <summary>A binary interchange format of IEEE 754 whose integer bit is implied. Values are bit patterns in the low bits of a ulong.</summary>
internal interface IFloatFormat
{
    /// <summary>Bits of the significand, the implied integer bit included.</summary>
    static abstract int PrecisionBits { get; }

    /// <summary>Bits of the biased exponent.</summary>
    static abstract int ExponentBits { get; }
}

/// <summary>A format the host computes in too.</summary>
internal interface IHostFloatFormat<THost> : IFloatFormat
    where THost : unmanaged
{
    /// <summary>The smallest positive normal number.</summary>
    static abstract THost SmallestNormal { get; }

    /// <summary>Twice the smallest normal number: from here on a rounded result cannot have been tiny.</summary>
    static abstract THost SurelyNotTiny { get; }

    /// <summary>The largest finite number.</summary>
    static abstract THost LargestFinite { get; }

    /// <summary>From this magnitude on, the rounding error of a product, quotient or root is itself a normal number.</summary>
    static abstract THost ErrorIsNormal { get; }
}

/// <summary>Single precision.</summary>
internal readonly struct Binary32 : IHostFloatFormat<float>
{
    /// <inheritdoc/>
    public static int PrecisionBits => 24;

    /// <inheritdoc/>
    public static int ExponentBits => 8;

    /// <inheritdoc/>
    public static float SmallestNormal => 1.17549435E-38f;

    /// <inheritdoc/>
    public static float SurelyNotTiny => 2.3509887E-38f;

    /// <inheritdoc/>
    public static float LargestFinite => float.MaxValue;

    /// <inheritdoc/>
    public static float ErrorIsNormal => 1e-20f;
}

/// <summary>Double precision.</summary>
internal readonly struct Binary64 : IHostFloatFormat<double>
{
    /// <inheritdoc/>
    public static int PrecisionBits => 53;

    /// <inheritdoc/>
    public static int ExponentBits => 11;

    /// <inheritdoc/>
    public static double SmallestNormal => 2.2250738585072014E-308;

    /// <inheritdoc/>
    public static double SurelyNotTiny => 4.4501477170144028E-308;

    /// <inheritdoc/>
    public static double LargestFinite => double.MaxValue;

    /// <inheritdoc/>
    public static double ErrorIsNormal => 1e-250;
}

/// <summary>Masks and limits that follow from a format's two widths.</summary>
internal static class Layout<TFormat>
    where TFormat : struct, IFloatFormat
{
    public static int FractionBits
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TFormat.PrecisionBits - 1;
    }

    public static int MaxBiasedExponent
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (1 << TFormat.ExponentBits) - 1;
    }

    public static int Bias
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => MaxBiasedExponent >> 1;
    }

    /// <summary>Unbiased exponent of the smallest normal number.</summary>
    public static int MinExponent
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1 - Bias;
    }

    /// <summary>Unbiased exponent of the largest finite number.</summary>
    public static int MaxExponent
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Bias;
    }

    public static ulong Sign
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1UL << (FractionBits + TFormat.ExponentBits);
    }

    public static ulong Fraction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (1UL << FractionBits) - 1;
    }

    public static ulong Infinity
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => (ulong)MaxBiasedExponent << FractionBits;
    }

    public static ulong QuietBit
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 1UL << (FractionBits - 1);
    }

    /// <summary>The "real indefinite": a negative quiet NaN without payload.</summary>
    public static ulong DefaultNaN
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Sign | Infinity | QuietBit;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong SignIf(bool negative) => negative ? Sign : 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsNaN(ulong bits) => (bits & ~Sign) > Infinity;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsSignallingNaN(ulong bits) => IsNaN(bits) && (bits & QuietBit) == 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsDenormal(ulong bits) => (bits & Infinity) == 0 && (bits & Fraction) != 0;
}
