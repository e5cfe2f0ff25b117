namespace X64Emu.Cpu.Floating;

/// <summary>Multiplication and addition with one rounding, on bit patterns.</summary>
internal static class SoftFloatFused
{
    /// <summary>±(a * b) ± c. The signs change numbers, not NaNs.</summary>
    public static ulong MultiplyAdd<TFormat>(ulong a, ulong b, ulong c, bool negateProduct, bool negateAddend, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
    {
        if (Layout<TFormat>.IsNaN(a) || Layout<TFormat>.IsNaN(b) || Layout<TFormat>.IsNaN(c))
            return PropagateNaN<TFormat>(a, b, c, ref environment);
        UnpackedFloat x = SoftFloat.Unpack<TFormat>(a, in environment), y = SoftFloat.Unpack<TFormat>(b, in environment);
        UnpackedFloat z = SoftFloat.Unpack<TFormat>(negateAddend ? c ^ Layout<TFormat>.Sign : c, in environment);
        bool negative = x.Negative != y.Negative != negateProduct;
        bool isInfinite = x.IsInfinity || y.IsInfinity, isZero = x.IsZero || y.IsZero;
        if (isInfinite && (isZero || (z.IsInfinity && z.Negative != negative)))
            return SoftFloat.Invalid<TFormat>(ref environment);
        SoftFloat.RaiseDenormal(x, y, ref environment);
        SoftFloat.RaiseDenormal(z, z, ref environment);
        if (isInfinite || z.IsInfinity)
            return Layout<TFormat>.SignIf(isInfinite ? negative : z.Negative) | Layout<TFormat>.Infinity;
        if (isZero && z.IsZero)
            return Layout<TFormat>.SignIf(negative == z.Negative ? negative : environment.Rounding == RoundingMode.Down);
        if (isZero)
            return SoftFloat.RoundAndPack<TFormat>(z.Negative, z.Exponent, (UInt128)z.Significand << 64, ref environment);
        ulong high = Math.BigMul(x.Significand, y.Significand, out ulong low);
        UInt128 product = new(high, low);
        int exponent = x.Exponent + y.Exponent + 1;
        if (z.IsZero)
            return SoftFloat.RoundAndPack<TFormat>(negative, exponent, product, ref environment);
        int shift = (int)UInt128.LeadingZeroCount(product);
        return Sum<TFormat>(negative, exponent - shift, product << shift, z.Negative, z.Exponent, (UInt128)z.Significand << 64, ref environment);
    }

    /// <summary>Adds two numbers whose significands have bit 127 set, and bit 0 clear, as products of 53 bits have.</summary>
    private static ulong Sum<TFormat>(
        bool negative, int exponent, UInt128 significand, bool otherNegative, int otherExponent, UInt128 otherSignificand, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
    {
        if (exponent < otherExponent || (exponent == otherExponent && significand < otherSignificand))
        {
            (negative, otherNegative) = (otherNegative, negative);
            (exponent, otherExponent) = (otherExponent, exponent);
            (significand, otherSignificand) = (otherSignificand, significand);
        }
        // One bit of headroom for the carry. Where bits of the smaller number are lost the difference keeps more of them than rounding needs.
        UInt128 larger = significand >> 1, smaller = FloatRounding.ShiftRightSticky(otherSignificand >> 1, exponent - otherExponent);
        if (negative == otherNegative)
            return SoftFloat.RoundAndPack<TFormat>(negative, exponent + 1, larger + smaller, ref environment);
        if (larger == smaller)
            return Layout<TFormat>.SignIf(environment.Rounding == RoundingMode.Down);
        return SoftFloat.RoundAndPack<TFormat>(negative, exponent + 1, larger - smaller, ref environment);
    }

    private static ulong PropagateNaN<TFormat>(ulong a, ulong b, ulong c, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
    {
        if (Layout<TFormat>.IsSignallingNaN(a) || Layout<TFormat>.IsSignallingNaN(b) || Layout<TFormat>.IsSignallingNaN(c))
            environment.Raise(FloatExceptions.Invalid);
        return (Layout<TFormat>.IsNaN(a) ? a : Layout<TFormat>.IsNaN(b) ? b : c) | Layout<TFormat>.QuietBit;
    }
}
