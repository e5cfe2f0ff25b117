namespace X64Emu.Cpu.Floating;

/// <summary>Addition, subtraction, multiplication, division and square root of x87 registers, exact to the last bit and flag.</summary>
/// <remarks>Order of exceptions within one operation: unsupported and NaN operands, other invalid operations, division by zero, denormal
/// operands, then the result's overflow, underflow and precision (Intel SDM Vol. 1, 4.9.2 and 8.5).</remarks>
internal static class Float80Arithmetic
{
    /// <summary>a + b.</summary>
    public static Float80 Add(Float80 a, Float80 b, ref FloatEnvironment environment) =>
        TrySpecial(a, b, ref environment, out Float80 special) ? special : Sum(a.Unpack(), b.Unpack(), ref environment);

    /// <summary>a - b.</summary>
    public static Float80 Subtract(Float80 a, Float80 b, ref FloatEnvironment environment) =>
        TrySpecial(a, b, ref environment, out Float80 special) ? special : Sum(a.Unpack(), b.Negated.Unpack(), ref environment);

    /// <summary>a * b.</summary>
    public static Float80 Multiply(Float80 a, Float80 b, ref FloatEnvironment environment)
    {
        if (TrySpecial(a, b, ref environment, out Float80 special)) return special;
        UnpackedFloat x = a.Unpack(), y = b.Unpack();
        if ((x.IsInfinity && y.IsZero) || (x.IsZero && y.IsInfinity)) return Invalid(ref environment);
        bool negative = x.Negative != y.Negative;
        RaiseDenormal(x, y, ref environment);
        if (x.IsInfinity || y.IsInfinity) return Float80.Infinity(negative);
        if (x.IsZero || y.IsZero) return Float80.Zero(negative);
        ulong high = Math.BigMul(x.Significand, y.Significand, out ulong low);
        return Float80Rounding.RoundAndPack(negative, x.Exponent + y.Exponent + 1, new UInt128(high, low), ref environment);
    }

    /// <summary>a / b.</summary>
    public static Float80 Divide(Float80 a, Float80 b, ref FloatEnvironment environment)
    {
        if (TrySpecial(a, b, ref environment, out Float80 special)) return special;
        UnpackedFloat x = a.Unpack(), y = b.Unpack();
        if ((x.IsInfinity && y.IsInfinity) || (x.IsZero && y.IsZero)) return Invalid(ref environment);
        bool negative = x.Negative != y.Negative;
        if (y.IsZero && !x.IsInfinity)
        {
            environment.Raise(FloatExceptions.DivideByZero);
            return Float80.Infinity(negative);
        }
        RaiseDenormal(x, y, ref environment);
        if (x.IsInfinity) return Float80.Infinity(negative);
        if (x.IsZero || y.IsInfinity) return Float80.Zero(negative);
        return Float80Rounding.RoundAndPack(negative, x.Exponent - y.Exponent, Quotient(x.Significand, y.Significand), ref environment);
    }

    /// <summary>The square root of <paramref name="a"/>.</summary>
    public static Float80 SquareRoot(Float80 a, ref FloatEnvironment environment)
    {
        if (TrySpecial(a, a, ref environment, out Float80 special)) return special;
        UnpackedFloat x = a.Unpack();
        if (x.IsZero) return a;
        if (x.Negative) return Invalid(ref environment);
        RaiseDenormal(x, x, ref environment);
        if (x.IsInfinity) return a;
        UInt128 root = WideDivision.SquareRoot(x.Significand, isOdd: (x.Exponent & 1) != 0);
        return Float80Rounding.RoundAndPack(false, x.Exponent >> 1, root, ref environment);
    }

    /// <summary>Deals with operands that are not numbers: true when they decide the result.</summary>
    public static bool TrySpecial(Float80 a, Float80 b, ref FloatEnvironment environment, out Float80 result)
    {
        if (a.IsUnsupported || b.IsUnsupported)
        {
            result = Invalid(ref environment);
            return true;
        }
        bool isNaN = a.IsNaN || b.IsNaN;
        result = isNaN ? PropagateNaN(a, b, ref environment) : default;
        return isNaN;
    }

    /// <summary>Raises invalid and returns the default NaN.</summary>
    public static Float80 Invalid(ref FloatEnvironment environment)
    {
        environment.Raise(FloatExceptions.Invalid);
        return Float80.DefaultNaN;
    }

    public static void RaiseDenormal(in UnpackedFloat x, in UnpackedFloat y, ref FloatEnvironment environment)
    {
        if (x.IsDenormal || y.IsDenormal) environment.Raise(FloatExceptions.Denormal);
    }

    /// <summary>significand / divisor * 2^127 with a sticky bit 0; both have bit 63 set. The quotient has 127 or 128 bits.</summary>
    private static UInt128 Quotient(ulong significand, ulong divisor)
    {
        // Long division in two digits of 64 bits: significand < 2 * divisor, so the first digit fits.
        ulong high = WideDivision.Divide(significand >> 1, significand << 63, divisor, out ulong rest);
        ulong low = WideDivision.Divide(rest, 0, divisor, out rest);
        return new UInt128(high, low | (rest == 0 ? 0UL : 1UL));
    }

    /// <summary>Of two NaNs the one with the larger significand, so a quiet one beside a signalling one; of equals the positive one (Intel SDM
    /// Vol. 1, table 4-7).</summary>
    private static Float80 PropagateNaN(Float80 a, Float80 b, ref FloatEnvironment environment)
    {
        if (a.IsSignallingNaN || b.IsSignallingNaN) environment.Raise(FloatExceptions.Invalid);
        if (!a.IsNaN) return b.Quieted;
        if (!b.IsNaN) return a.Quieted;
        return a.Significand > b.Significand || (a.Significand == b.Significand && !a.Negative) ? a.Quieted : b.Quieted;
    }

    private static Float80 Sum(in UnpackedFloat left, in UnpackedFloat right, ref FloatEnvironment environment)
    {
        UnpackedFloat x = left, y = right;
        if (x.IsInfinity && y.IsInfinity && x.Negative != y.Negative) return Invalid(ref environment);
        RaiseDenormal(x, y, ref environment);
        if (x.IsInfinity || y.IsInfinity) return Float80.Infinity(x.IsInfinity ? x.Negative : y.Negative);
        if (x.IsZero && y.IsZero) return Float80.Zero(x.Negative == y.Negative ? x.Negative : environment.Rounding == RoundingMode.Down);
        if (x.IsZero || (!y.IsZero && x.Exponent < y.Exponent)) (x, y) = (y, x);
        // One bit of headroom for the carry; 63 bits below the significand are more than rounding needs.
        UInt128 larger = (UInt128)x.Significand << 63;
        UInt128 smaller = y.IsZero ? 0 : FloatRounding.ShiftRightSticky((UInt128)y.Significand << 63, x.Exponent - y.Exponent);
        if (x.Negative == y.Negative) return Float80Rounding.RoundAndPack(x.Negative, x.Exponent + 1, larger + smaller, ref environment);
        if (larger == smaller) return Float80.Zero(environment.Rounding == RoundingMode.Down);
        return larger > smaller
            ? Float80Rounding.RoundAndPack(x.Negative, x.Exponent + 1, larger - smaller, ref environment)
            : Float80Rounding.RoundAndPack(y.Negative, x.Exponent + 1, smaller - larger, ref environment);
    }
}
