using System.Numerics;

namespace X64Emu.Cpu.Floating;

/// <summary>What kind of number a bit pattern stands for. NaNs are dealt with on the bit patterns themselves.</summary>
internal enum FloatKind
{
    Zero,
    Finite,
    Infinity,
}

/// <summary>A number taken apart: its magnitude is <see cref="Significand"/> * 2^(<see cref="Exponent"/> - 63), with bit 63 set when finite.</summary>
/// <remarks>Wide enough for the 64-bit significands of double extended precision.</remarks>
internal readonly record struct UnpackedFloat(FloatKind Kind, bool Negative, int Exponent, ulong Significand, bool IsDenormal)
{
    public bool IsZero => Kind == FloatKind.Zero;

    public bool IsInfinity => Kind == FloatKind.Infinity;

    /// <summary>Takes a number apart that is not a NaN; DAZ turns a denormal into a zero here.</summary>
    public static UnpackedFloat From<TFormat>(ulong bits, bool denormalsAreZero)
        where TFormat : struct, IFloatFormat
    {
        bool negative = (bits & Layout<TFormat>.Sign) != 0;
        int biased = (int)((bits & Layout<TFormat>.Infinity) >> Layout<TFormat>.FractionBits);
        ulong fraction = bits & Layout<TFormat>.Fraction;
        if (biased == Layout<TFormat>.MaxBiasedExponent)
            return new(FloatKind.Infinity, negative, 0, 0, false);
        if (biased == 0)
        {
            if (fraction == 0 || denormalsAreZero)
                return new(FloatKind.Zero, negative, 0, 0, false);
            int shift = BitOperations.LeadingZeroCount(fraction);
            int exponent = Layout<TFormat>.MinExponent - (shift - (63 - Layout<TFormat>.FractionBits));
            return new(FloatKind.Finite, negative, exponent, fraction << shift, true);
        }
        ulong significand = (fraction | (1UL << Layout<TFormat>.FractionBits)) << (63 - Layout<TFormat>.FractionBits);
        return new(FloatKind.Finite, negative, biased - Layout<TFormat>.Bias, significand, false);
    }
}
