using System.Runtime.CompilerServices;

namespace X64Emu.Cpu.Floating;

/// <summary>Comparison and classification of x87 registers.</summary>
internal static class Float80Comparison
{
    /// <summary>Compares, raising invalid for signalling NaNs and unsupported numbers, and for quiet NaNs too when
    /// <paramref name="quietNaNsAreInvalid"/>.</summary>
    public static FloatRelation Compare(Float80 a, Float80 b, bool quietNaNsAreInvalid, ref FloatEnvironment environment)
    {
        if (a.IsUnsupported || b.IsUnsupported || a.IsNaN || b.IsNaN)
        {
            bool isQuiet = !a.IsUnsupported && !b.IsUnsupported && !a.IsSignallingNaN && !b.IsSignallingNaN;
            if (quietNaNsAreInvalid || !isQuiet) environment.Raise(FloatExceptions.Invalid);
            return FloatRelation.Unordered;
        }
        if (a.IsDenormal || b.IsDenormal) environment.Raise(FloatExceptions.Denormal);
        return Order(a, b);
    }

    /// <summary>The relation of two numbers.</summary>
    public static FloatRelation Order(Float80 a, Float80 b)
    {
        if (a.Significand == 0 && b.Significand == 0) return FloatRelation.Equal;
        if (a.Significand == 0) return b.Negative ? FloatRelation.Greater : FloatRelation.Less;
        if (b.Significand == 0 || a.Negative != b.Negative) return a.Negative ? FloatRelation.Less : FloatRelation.Greater;
        int magnitude = Exponent(a).CompareTo(Exponent(b));
        if (magnitude == 0) magnitude = a.Significand.CompareTo(b.Significand);
        if (magnitude == 0) return FloatRelation.Equal;
        return magnitude < 0 != a.Negative ? FloatRelation.Less : FloatRelation.Greater;
    }

    /// <summary>The relation of two numbers that are normal or zero, which is Less, Equal or Greater. Without branches: the outcome is data.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (bool IsLess, bool IsEqual) OrderUsual(Float80 a, Float80 b)
    {
        // Exponents with the sign of their number; zeros of both signs have 0.
        int signA = (short)a.SignExponent >> 15, signB = (short)b.SignExponent >> 15;
        int exponentA = (a.BiasedExponent ^ signA) - signA, exponentB = (b.BiasedExponent ^ signB) - signB;
        // Where they are equal so are the signs, unless both numbers are zero; of negative numbers the larger significand is less.
        ulong reversed = (ulong)(long)signA, significandA = a.Significand ^ reversed, significandB = b.Significand ^ reversed;
        bool sameExponent = exponentA == exponentB;
        return (exponentA < exponentB | (sameExponent & significandA < significandB), sameExponent & significandA == significandB);
    }

    /// <summary>Denormals have the exponent of the smallest normal number.</summary>
    private static int Exponent(Float80 number) => Math.Max(number.BiasedExponent, 1);
}
