using System.Numerics;

namespace X64Emu.Cpu.Floating;

/// <summary>Addition, subtraction, multiplication, division and square root on bit patterns, exact to the last bit and flag.</summary>
/// <remarks>Order of exceptions within one operation: NaN operands, other invalid operations and division by zero, denormal operands,
/// then the result's overflow, underflow and precision (Intel SDM Vol. 1, 4.9.2).</remarks>
internal static class SoftFloat
{
    /// <summary>a + b.</summary>
    public static ulong Add<TFormat>(ulong a, ulong b, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
        => Sum<TFormat>(a, b, 0, ref environment);

    /// <summary>a - b.</summary>
    public static ulong Subtract<TFormat>(ulong a, ulong b, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
        => Sum<TFormat>(a, b, Layout<TFormat>.Sign, ref environment);

    /// <summary>a * b.</summary>
    public static ulong Multiply<TFormat>(ulong a, ulong b, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
    {
        if (Layout<TFormat>.IsNaN(a) || Layout<TFormat>.IsNaN(b))
            return PropagateNaN<TFormat>(a, b, ref environment);
        UnpackedFloat x = Unpack<TFormat>(a, in environment), y = Unpack<TFormat>(b, in environment);
        if ((x.IsInfinity && y.IsZero) || (x.IsZero && y.IsInfinity))
            return Invalid<TFormat>(ref environment);
        bool negative = x.Negative != y.Negative;
        RaiseDenormal(x, y, ref environment);
        if (x.IsInfinity || y.IsInfinity)
            return Layout<TFormat>.SignIf(negative) | Layout<TFormat>.Infinity;
        if (x.IsZero || y.IsZero)
            return Layout<TFormat>.SignIf(negative);
        ulong high = Math.BigMul(x.Significand, y.Significand, out ulong low);
        return RoundAndPack<TFormat>(negative, x.Exponent + y.Exponent + 1, new UInt128(high, low), ref environment);
    }

    /// <summary>a / b.</summary>
    public static ulong Divide<TFormat>(ulong a, ulong b, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
    {
        if (Layout<TFormat>.IsNaN(a) || Layout<TFormat>.IsNaN(b))
            return PropagateNaN<TFormat>(a, b, ref environment);
        UnpackedFloat x = Unpack<TFormat>(a, in environment), y = Unpack<TFormat>(b, in environment);
        if ((x.IsInfinity && y.IsInfinity) || (x.IsZero && y.IsZero))
            return Invalid<TFormat>(ref environment);
        ulong sign = Layout<TFormat>.SignIf(x.Negative != y.Negative);
        if (y.IsZero && !x.IsInfinity)
        {
            environment.Raise(FloatExceptions.DivideByZero);
            return sign | Layout<TFormat>.Infinity;
        }
        RaiseDenormal(x, y, ref environment);
        if (x.IsInfinity)
            return sign | Layout<TFormat>.Infinity;
        if (x.IsZero || y.IsInfinity)
            return sign;
        // Long division in two digits of 64 bits: x < 2y, so the first digit fits.
        (UInt128 high, UInt128 rest) = UInt128.DivRem((UInt128)x.Significand << 63, y.Significand);
        (UInt128 low, rest) = UInt128.DivRem(rest << 64, y.Significand);
        UInt128 quotient = (high << 64) | low | (rest == 0 ? UInt128.Zero : UInt128.One);
        return RoundAndPack<TFormat>(sign != 0, x.Exponent - y.Exponent, quotient, ref environment);
    }

    /// <summary>The square root of <paramref name="a"/>.</summary>
    public static ulong SquareRoot<TFormat>(ulong a, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
    {
        if (Layout<TFormat>.IsNaN(a))
            return PropagateNaN<TFormat>(a, a, ref environment);
        UnpackedFloat x = Unpack<TFormat>(a, in environment);
        if (x.IsZero)
            return Layout<TFormat>.SignIf(x.Negative);
        if (x.Negative)
            return Invalid<TFormat>(ref environment);
        RaiseDenormal(x, x, ref environment);
        if (x.IsInfinity)
            return a;
        // Scaled so that the radicand has 127 or 128 bits and an even exponent; its root then has 64.
        int shift = (x.Exponent & 1) == 0 ? 63 : 64;
        UInt128 radicand = (UInt128)x.Significand << shift;
        ulong root = IntegerSquareRoot(radicand);
        UInt128 rest = radicand - ((UInt128)root * root);
        ulong low = (rest > root ? 1UL << 63 : 0) | (rest == 0 ? 0UL : 1UL);
        int exponent = 63 + ((x.Exponent - 63 - shift) >> 1);
        return RoundAndPack<TFormat>(false, exponent, new UInt128(root, low), ref environment);
    }

    /// <summary>Raises invalid for a signalling NaN and returns the quieted NaN operand, the first one where both are NaNs.</summary>
    internal static ulong PropagateNaN<TFormat>(ulong a, ulong b, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
    {
        if (Layout<TFormat>.IsSignallingNaN(a) || Layout<TFormat>.IsSignallingNaN(b))
            environment.Raise(FloatExceptions.Invalid);
        return (Layout<TFormat>.IsNaN(a) ? a : b) | Layout<TFormat>.QuietBit;
    }

    internal static UnpackedFloat Unpack<TFormat>(ulong bits, in FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
        => UnpackedFloat.From<TFormat>(bits, environment.DenormalsAreZero);

    internal static void RaiseDenormal(in UnpackedFloat x, in UnpackedFloat y, ref FloatEnvironment environment)
    {
        if (x.IsDenormal || y.IsDenormal)
            environment.Raise(FloatExceptions.Denormal);
    }

    /// <summary>Normalises, rounds and packs the exact value significand * 2^(exponent - 127); the significand is not zero.</summary>
    /// <remarks>After an unmasked underflow the bits mean nothing: the instruction faults and its result is not written.</remarks>
    internal static ulong RoundAndPack<TFormat>(bool negative, int exponent, UInt128 significand, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
    {
        int shift = (int)UInt128.LeadingZeroCount(significand);
        RoundedFloat rounded = FloatRounding.Round(negative, exponent - shift, significand << shift, TFormat.PrecisionBits,
            Layout<TFormat>.MinExponent, Layout<TFormat>.MaxExponent, ref environment);
        ulong sign = Layout<TFormat>.SignIf(negative);
        if (rounded.IsInfinity)
            return sign | Layout<TFormat>.Infinity;
        ulong fraction = rounded.Significand >> (63 - Layout<TFormat>.FractionBits);
        bool isDenormal = (long)rounded.Significand >= 0;
        int biased = isDenormal ? 0 : rounded.Exponent + Layout<TFormat>.Bias;
        return sign | ((ulong)biased << Layout<TFormat>.FractionBits) | (fraction & Layout<TFormat>.Fraction);
    }

    internal static ulong Invalid<TFormat>(ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
    {
        environment.Raise(FloatExceptions.Invalid);
        return Layout<TFormat>.DefaultNaN;
    }

    private static ulong Sum<TFormat>(ulong a, ulong b, ulong flipSign, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
    {
        if (Layout<TFormat>.IsNaN(a) || Layout<TFormat>.IsNaN(b))
            return PropagateNaN<TFormat>(a, b, ref environment);
        UnpackedFloat x = Unpack<TFormat>(a, in environment), y = Unpack<TFormat>(b ^ flipSign, in environment);
        if (x.IsInfinity && y.IsInfinity && x.Negative != y.Negative)
            return Invalid<TFormat>(ref environment);
        RaiseDenormal(x, y, ref environment);
        if (x.IsInfinity || y.IsInfinity)
            return x.IsInfinity ? a : b ^ flipSign;
        if (x.IsZero && y.IsZero)
            return Layout<TFormat>.SignIf(x.Negative == y.Negative ? x.Negative : environment.Rounding == RoundingMode.Down);
        if (x.IsZero || (!y.IsZero && x.Exponent < y.Exponent))
            (x, y) = (y, x);
        // One bit of headroom for the carry; 63 bits below the significand are more than rounding needs.
        UInt128 larger = (UInt128)x.Significand << 63;
        UInt128 smaller = y.IsZero ? 0 : FloatRounding.ShiftRightSticky((UInt128)y.Significand << 63, x.Exponent - y.Exponent);
        if (x.Negative == y.Negative)
            return RoundAndPack<TFormat>(x.Negative, x.Exponent + 1, larger + smaller, ref environment);
        if (larger == smaller)
            return Layout<TFormat>.SignIf(environment.Rounding == RoundingMode.Down);
        return larger > smaller
            ? RoundAndPack<TFormat>(x.Negative, x.Exponent + 1, larger - smaller, ref environment)
            : RoundAndPack<TFormat>(y.Negative, x.Exponent + 1, smaller - larger, ref environment);
    }

    /// <summary>The largest integer whose square is not above <paramref name="radicand"/>, which is at least 2^126.</summary>
    private static ulong IntegerSquareRoot(UInt128 radicand)
    {
        // The double root is good to 52 bits, one Newton step makes it good to the last bit or two.
        UInt128 estimate = (UInt128)Math.Sqrt((double)radicand);
        UInt128 root = (estimate + (radicand / estimate)) >> 1;
        if (root > ulong.MaxValue)
            root = ulong.MaxValue;
        while (root * root > radicand)
            root--;
        while (root < ulong.MaxValue && (root + 1) * (root + 1) <= radicand)
            root++;
        return (ulong)root;
    }
}
