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

    /// <summary>Denormals have the exponent of the smallest normal number.</summary>
    private static int Exponent(Float80 number) => Math.Max(number.BiasedExponent, 1);
}
