namespace X64Emu.Cpu.Floating.Transcendental;

/// <summary>FPATAN.</summary>
internal static class Arctangent
{
    private const int Steps = 16;

    /// <summary>atan(i / 16). Neighbours differ by atan(16 / (256 + i (i - 1))).</summary>
    private static readonly Wide[] AtSteps = Table();

    /// <summary>The angle of the point (x, y), from -pi to pi.</summary>
    /// <param name="x">ST(0).</param>
    /// <param name="y">ST(1).</param>
    /// <param name="environment">Rounding and masks in, exceptions out.</param>
    /// <remarks>Intel SDM Vol. 2A, FPATAN, table 3-30.</remarks>
    public static Float80 Angle(Float80 x, Float80 y, ref FloatEnvironment environment)
    {
        if (!Operands.AreNumbers(x, y, ref environment, out Float80 result)) return result;
        if (Operands.StopsAtDenormal(x, y, ref environment)) return x;
        Wide angle = FirstQuadrant(x.Absolute.Unpack(), y.Absolute.Unpack());
        if (x.Negative) angle = Constants.Pi - angle;
        return angle.IsZero ? Float80.Zero(y.Negative) : (angle with { Negative = y.Negative }).Round(ref environment);
    }

    private static Wide FirstQuadrant(in UnpackedFloat x, in UnpackedFloat y)
    {
        if (x.IsInfinity && y.IsInfinity) return Constants.QuarterPi;
        if (y.IsZero || x.IsInfinity) return Wide.Zero;
        if (x.IsZero || y.IsInfinity) return Constants.HalfPi;
        bool steep = y.Exponent != x.Exponent ? y.Exponent > x.Exponent : y.Significand > x.Significand;
        return steep ? Constants.HalfPi - OfQuotient(Wide.From(x) / Wide.From(y)) : OfQuotient(Wide.From(y) / Wide.From(x));
    }

    /// <summary>atan(q) = atan(c) + atan((q - c) / (1 + q c)), with the step c that is nearest to q.</summary>
    private static Wide OfQuotient(in Wide q)
    {
        if (q.Exponent >= 0) return Constants.QuarterPi;
        int step = (int)(q.ToFraction() >> 123) + 1 >> 1;
        if (step == 0) return OfSmall(q);
        Wide c = Wide.From(step), sixteen = Wide.From(Steps);
        return AtSteps[step] + OfSmall((q * sixteen - c) / (sixteen + q * c));
    }

    private static Wide OfSmall(in Wide z) => z.IsZero ? z : z * PowerSeries.ArctangentQuotient((z * z).ToFraction());

    private static Wide[] Table()
    {
        var angles = new Wide[Steps + 1];
        for (int step = 1; step <= Steps; step++)
            angles[step] = angles[step - 1] + OfSmall(Wide.From(Steps) / Wide.From(Steps * Steps + step * (step - 1)));
        return angles;
    }
}
