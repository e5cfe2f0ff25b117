namespace X64Emu.Cpu.Floating.Transcendental;

/// <summary>The Taylor series behind all these functions, in fixed point with 127 fraction bits.</summary>
/// <remarks>Every table starts with 1 and follows from its recurrence; it ends where the next term is below 2^-127 for the largest argument
/// that is asked for.</remarks>
internal static class PowerSeries
{
    private const int FractionBits = 127;

    /// <summary>1 / (k+1)!: (e^t - 1) / t, for t up to ln 2.</summary>
    private static readonly UInt128[] Exponential = Table(31, (previous, k) => previous / (k + 1));

    /// <summary>1 / (2k+1)!: sin(x) / x over x^2, for x up to pi/4.</summary>
    private static readonly UInt128[] Sine = Table(17, (previous, k) => previous / (2 * k * (2 * k + 1)));

    /// <summary>1 / (2k)!: cos(x) over x^2.</summary>
    private static readonly UInt128[] Cosine = Table(17, (previous, k) => previous / ((2 * k - 1) * (2 * k)));

    /// <summary>1 / (2k+1): atan(x) / x and atanh(x) / x over x^2, for x up to 3 - 2 sqrt(2), which logarithms ask for.</summary>
    private static readonly UInt128[] Odd = Table(26, (_, k) => Unit / (2 * k + 1));

    private static UInt128 Unit => UInt128.One << FractionBits;

    /// <summary>(e^t - 1) / t, or (1 - e^-t) / t when <paramref name="alternating"/>. The argument is a fraction of 2^128, here as everywhere.</summary>
    public static Wide ExponentialQuotient(UInt128 t, bool alternating) => alternating ? EvaluateAlternating(Exponential, t) : Evaluate(Exponential, t);

    public static Wide SineQuotient(UInt128 square) => EvaluateAlternating(Sine, square);

    public static Wide CosineOf(UInt128 square) => EvaluateAlternating(Cosine, square);

    public static Wide ArctangentQuotient(UInt128 square) => EvaluateAlternating(Odd, square);

    public static Wide AreaTangentQuotient(UInt128 square) => Evaluate(Odd, square);

    private static Wide Evaluate(UInt128[] coefficients, UInt128 argument)
    {
        int last = LastTerm(coefficients, argument);
        UInt128 sum = coefficients[last];
        for (int k = last - 1; k >= 0; k--)
            sum = coefficients[k] + WideInteger.MultiplyHigh(argument, sum);
        return Wide.Scaled(false, sum, 127 - FractionBits);
    }

    /// <summary>Terms of alternating sign. The sum stays below 1 even when the argument is too small to be seen, so that rounding knows its side.</summary>
    private static Wide EvaluateAlternating(UInt128[] coefficients, UInt128 argument)
    {
        int last = LastTerm(coefficients, argument);
        UInt128 sum = coefficients[last];
        for (int k = last - 1; k >= 0; k--)
            sum = coefficients[k] - WideInteger.MultiplyHigh(argument, sum);
        return Wide.Scaled(false, sum - 1, 127 - FractionBits);
    }

    /// <summary>The argument's power of this index is the first that vanishes.</summary>
    private static int LastTerm(UInt128[] coefficients, UInt128 argument)
    {
        int leadingZeros = (int)UInt128.LeadingZeroCount(argument);
        return leadingZeros == 0 ? coefficients.Length - 1 : Math.Min(coefficients.Length - 1, 128 / leadingZeros + 1);
    }

    private static UInt128[] Table(int count, Func<UInt128, uint, UInt128> next)
    {
        var coefficients = new UInt128[count];
        coefficients[0] = Unit;
        for (uint k = 1; k < count; k++)
            coefficients[k] = next(coefficients[k - 1], k);
        return coefficients;
    }
}
