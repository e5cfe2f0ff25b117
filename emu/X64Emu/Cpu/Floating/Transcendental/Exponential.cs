namespace X64Emu.Cpu.Floating.Transcendental;

/// <summary>F2XM1.</summary>
internal static class Exponential
{
    /// <summary>2^x - 1, for x from -1 to 1. A finite number beyond that is its own answer, inexact, as AMD's processors give it.</summary>
    public static Float80 PowerOf2Minus1(Float80 x, ref FloatEnvironment environment)
    {
        if (!Operands.IsNumber(x, ref environment, out Float80 result)) return result;
        if (x.IsZero) return x;
        if (x.IsInfinity) return x.Negative ? Float80.One.Negated : x;
        if (Operands.StopsAtDenormal(x, ref environment)) return x;
        UnpackedFloat number = x.Unpack();
        if (number.Exponent >= 0) return AtOrBeyond1(x, ref environment);
        Wide t = Wide.From(number) * Constants.Ln2;
        return (t * PowerSeries.ExponentialQuotient(t.ToFraction(), alternating: t.Negative)).Round(ref environment);
    }

    /// <summary>-1 gives -1/2; 1 is rounded like something just below 1.</summary>
    private static Float80 AtOrBeyond1(Float80 x, ref FloatEnvironment environment)
    {
        if (x == Float80.One) return new Wide(false, -1, UInt128.MaxValue).Round(ref environment);
        environment.Raise(FloatExceptions.Precision);
        return x == Float80.One.Negated ? new(Float80.SignBit | (Float80.ExponentBias - 1), Float80.IntegerBit) : x;
    }
}
