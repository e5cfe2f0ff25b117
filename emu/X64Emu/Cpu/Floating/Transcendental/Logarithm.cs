namespace X64Emu.Cpu.Floating.Transcendental;

/// <summary>FYL2X and FYL2XP1.</summary>
/// <remarks>log2(m) = 2 / ln 2 * atanh((m - 1) / (m + 1)), with m between sqrt(1/2) and sqrt(2).</remarks>
internal static class Logarithm
{
    /// <summary>y * log2(x).</summary>
    /// <param name="x">ST(0), not below zero.</param>
    /// <param name="y">ST(1).</param>
    /// <param name="environment">Rounding and masks in, exceptions out.</param>
    public static Float80 YTimesLog2(Float80 x, Float80 y, ref FloatEnvironment environment)
    {
        if (!Operands.AreNumbers(x, y, ref environment, out Float80 result)) return result;
        if (x.IsZero) return OfZero(y, ref environment);
        bool isOne = x == Float80.One;
        if (x.Negative || (isOne && y.IsInfinity) || (x.IsInfinity && y.IsZero)) return Float80Arithmetic.Invalid(ref environment);
        if (Operands.StopsAtDenormal(x, y, ref environment)) return x;
        bool negative = y.Negative != x.BiasedExponent < Float80.ExponentBias;
        if (x.IsInfinity || y.IsInfinity) return Float80.Infinity(negative);
        if (isOne || y.IsZero) return Float80.Zero(negative);
        return (Wide.From(y.Unpack()) * Log2(Wide.From(x.Unpack()))).Round(ref environment);
    }

    /// <summary>y * log2(x + 1), exact for small x too. Manuals ask for |x| below 1 - sqrt(1/2); processors compute it for all x above -1.</summary>
    /// <param name="x">ST(0). A finite number from -1 down is its own answer, inexact, as AMD's processors give it.</param>
    /// <param name="y">ST(1).</param>
    /// <param name="environment">Rounding and masks in, exceptions out.</param>
    public static Float80 YTimesLog2Plus1(Float80 x, Float80 y, ref FloatEnvironment environment)
    {
        if (!Operands.AreNumbers(x, y, ref environment, out Float80 result)) return result;
        if ((x.IsInfinity && (x.Negative || y.IsZero)) || (x.IsZero && y.IsInfinity)) return Float80Arithmetic.Invalid(ref environment);
        if (Operands.StopsAtDenormal(x, y, ref environment)) return x;
        bool negative = y.Negative != x.Negative;
        if (x.IsInfinity || y.IsInfinity) return Float80.Infinity(negative);
        if (x.IsZero || y.IsZero) return Float80.Zero(negative);
        if (x.Negative && x.BiasedExponent >= Float80.ExponentBias)
        {
            environment.Raise(FloatExceptions.Precision);
            return x;
        }
        return (Wide.From(y.Unpack()) * Log2Plus1(Wide.From(x.Unpack()))).Round(ref environment);
    }

    private static Float80 OfZero(Float80 y, ref FloatEnvironment environment)
    {
        if (y.IsZero) return Float80Arithmetic.Invalid(ref environment);
        if (!y.IsInfinity) environment.Raise(FloatExceptions.DivideByZero);
        return Float80.Infinity(!y.Negative);
    }

    private static Wide Log2(in Wide x)
    {
        bool aboveRoot = x.Significand >> 64 >= Constants.SquareRootOf2;
        Wide m = x with { Exponent = aboveRoot ? -1 : 0 };
        return Wide.From(aboveRoot ? x.Exponent + 1 : x.Exponent) + OfQuotient(m - Wide.One, m + Wide.One);
    }

    /// <summary>Near zero x itself is the difference m - 1, which must not be rounded.</summary>
    private static Wide Log2Plus1(in Wide x) => x.Exponent < -2 ? OfQuotient(x, x + Wide.From(2)) : Log2(x + Wide.One);

    /// <summary>2 / ln 2 * atanh(numerator / denominator).</summary>
    private static Wide OfQuotient(in Wide numerator, in Wide denominator)
    {
        Wide z = numerator / denominator;
        Wide doubled = Constants.Log2E with { Exponent = 1 };
        return z.IsZero ? z : z * PowerSeries.AreaTangentQuotient((z * z).ToFraction()) * doubled;
    }
}
