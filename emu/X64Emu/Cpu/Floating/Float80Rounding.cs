namespace X64Emu.Cpu.Floating;

/// <summary>Rounding to double extended precision, to fewer bits under precision control, and the results of unmasked overflow and underflow.</summary>
internal static class Float80Rounding
{
    /// <summary>What the exponent of a register result is moved by, so that a handler of #MF finds a number (Intel SDM Vol. 1, 8.5.4 and 8.5.5).</summary>
    public const int BiasAdjustment = 24576;

    /// <summary>Normalises, rounds to the environment's precision and packs the exact value significand * 2^(exponent - 127).</summary>
    /// <param name="negative">The result's sign.</param>
    /// <param name="exponent">Of bit 127 of the significand.</param>
    /// <param name="significand">Not zero; bit 0 also stands for everything below it.</param>
    /// <param name="environment">Rounding and masks in; exceptions and <see cref="FloatEnvironment.RoundedUp"/> out.</param>
    public static Float80 RoundAndPack(bool negative, int exponent, UInt128 significand, ref FloatEnvironment environment) =>
        RoundAndPack(negative, exponent, significand, environment.PrecisionBits, ref environment);

    /// <summary>The same with a precision of its own: most instructions pay no heed to precision control.</summary>
    public static Float80 RoundAndPack(bool negative, int exponent, UInt128 significand, int precisionBits, ref FloatEnvironment environment)
    {
        int shift = (int)UInt128.LeadingZeroCount(significand);
        RoundedFloat rounded = FloatRounding.Round(negative, exponent - shift, significand << shift, precisionBits,
            Float80.MinExponent, Float80.MaxExponent, ref environment);
        if (rounded.IsInfinity) return Float80.Infinity(negative);
        if ((long)rounded.Significand >= 0) return new(Float80.SignIf(negative), rounded.Significand);
        int biased = rounded.Exponent + Float80.ExponentBias;
        if (biased >= Float80.MaxBiasedExponent) biased -= BiasAdjustment;
        else if (biased <= 0) biased += BiasAdjustment;
        if (biased is <= 0 or >= Float80.MaxBiasedExponent) return Beyond(negative, isOverflow: biased > 0, ref environment);
        return new((ushort)(Float80.SignIf(negative) | biased), rounded.Significand);
    }

    /// <summary>A result that even the adjusted bias cannot express, as only FSCALE can have it: infinity or zero in all rounding modes.</summary>
    private static Float80 Beyond(bool negative, bool isOverflow, ref FloatEnvironment environment)
    {
        environment.Raise(FloatExceptions.Precision);
        environment.RoundedUp = isOverflow;
        return isOverflow ? Float80.Infinity(negative) : Float80.Zero(negative);
    }
}
