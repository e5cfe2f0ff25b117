namespace X64Emu.Cpu.Floating.Transcendental;

/// <summary>A number with 128 bits of significand: <see cref="Significand"/> * 2^(<see cref="Exponent"/> - 127), bit 127 set unless it is zero.</summary>
/// <remarks>Twice the precision that results keep. Operations truncate, so that each is wrong by less than 2^-126 of its result, and
/// use integers alone: the same bits on every host.</remarks>
internal readonly record struct Wide(bool Negative, int Exponent, UInt128 Significand)
{
    public static Wide Zero => default;

    public static Wide One => new(false, 0, UInt128.One << 127);

    public bool IsZero => Significand == 0;

    public Wide Negated => this with { Negative = !Negative };

    /// <summary>Exact.</summary>
    public static Wide From(in UnpackedFloat number) =>
        number.IsZero ? Zero : new(number.Negative, number.Exponent, (UInt128)number.Significand << 64);

    /// <summary>Exact.</summary>
    public static Wide From(int integer) => Scaled(integer < 0, (uint)Math.Abs(integer), 127);

    /// <summary>magnitude * 2^(exponent - 127), whatever the magnitude's highest bit. Exact.</summary>
    public static Wide Scaled(bool negative, UInt128 magnitude, int exponent)
    {
        if (magnitude == 0) return Zero;
        int shift = (int)UInt128.LeadingZeroCount(magnitude);
        return new(negative, exponent - shift, magnitude << shift);
    }

    public static Wide operator *(in Wide left, in Wide right)
    {
        if (left.IsZero || right.IsZero) return Zero;
        return Scaled(left.Negative != right.Negative, WideInteger.MultiplyHigh(left.Significand, right.Significand), left.Exponent + right.Exponent + 1);
    }

    /// <summary>The divisor is not zero.</summary>
    public static Wide operator /(in Wide dividend, in Wide divisor)
    {
        if (dividend.IsZero) return Zero;
        bool shifted = dividend.Significand >= divisor.Significand;
        UInt128 numerator = shifted ? dividend.Significand >> 1 : dividend.Significand;
        UInt128 quotient = WideInteger.DivideFraction(numerator, divisor.Significand);
        return Scaled(dividend.Negative != divisor.Negative, quotient, dividend.Exponent - divisor.Exponent - (shifted ? 0 : 1));
    }

    public static Wide operator +(in Wide left, in Wide right)
    {
        if (left.IsZero) return right;
        if (right.IsZero) return left;
        bool leftIsLarger = left.Exponent != right.Exponent ? left.Exponent > right.Exponent : left.Significand >= right.Significand;
        return leftIsLarger ? AddSmaller(left, right) : AddSmaller(right, left);
    }

    public static Wide operator -(in Wide left, in Wide right) => left + right.Negated;

    /// <summary>The magnitude of a number below 1 in units of 2^-128, truncated.</summary>
    public UInt128 ToFraction() => WideInteger.ShiftRight(Significand, -1 - Exponent);

    /// <summary>Rounds to 64 bits. Precision is raised even when the result happens to be exact, and underflow when it is tiny: processors
    /// treat what these instructions compute as inexact always.</summary>
    public Float80 Round(ref FloatEnvironment environment)
    {
        Float80 result = Float80Rounding.RoundAndPack(Negative, Exponent, Significand, Float80.PrecisionBits, ref environment);
        environment.Raise(result.BiasedExponent == 0 ? FloatExceptions.Precision | FloatExceptions.Underflow : FloatExceptions.Precision);
        return result;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{(Negative ? "-" : "")}0x{Significand:x32} * 2^{Exponent - 127}";

    private static Wide AddSmaller(in Wide larger, in Wide smaller)
    {
        UInt128 aligned = WideInteger.ShiftRight(smaller.Significand, larger.Exponent - smaller.Exponent);
        if (larger.Negative != smaller.Negative) return Scaled(larger.Negative, larger.Significand - aligned, larger.Exponent);
        UInt128 sum = larger.Significand + aligned;
        return sum >= aligned ? larger with { Significand = sum } : new(larger.Negative, larger.Exponent + 1, sum >> 1 | UInt128.One << 127);
    }
}
