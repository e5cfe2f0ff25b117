namespace X64Emu.Cpu.Floating.Transcendental;

/// <summary>What a function of an angle gives.</summary>
/// <param name="Value">Replaces ST(0): the angle itself when it is out of range.</param>
/// <param name="Pushed">What FPTAN and FSINCOS push on top of it unless the angle is out of range.</param>
/// <param name="OutOfRange">C2: the angle is 2^63 or more away from zero.</param>
internal readonly record struct AngleResult(Float80 Value, Float80 Pushed, bool OutOfRange);

/// <summary>FSIN, FCOS, FSINCOS and FPTAN.</summary>
internal static class Trigonometry
{
    private const int LastExponent = 62;

    /// <summary>FSIN.</summary>
    public static AngleResult Sine(Float80 x, ref FloatEnvironment environment)
    {
        if (!IsComputed(x, ref environment, out AngleResult result)) return result;
        return new(x.IsZero ? x : Reduce(x).Sine.Round(ref environment), default, false);
    }

    /// <summary>FCOS.</summary>
    public static AngleResult Cosine(Float80 x, ref FloatEnvironment environment)
    {
        if (!IsComputed(x, ref environment, out AngleResult result)) return result;
        return new(x.IsZero ? Float80.One : Reduce(x).Cosine.Round(ref environment), default, false);
    }

    /// <summary>FSINCOS: the sine in ST(0), then the cosine pushed. C1 tells how the sine was rounded.</summary>
    public static AngleResult SineAndCosine(Float80 x, ref FloatEnvironment environment)
    {
        if (!IsComputed(x, ref environment, out AngleResult result)) return result;
        if (x.IsZero) return new(x, Float80.One, false);
        ReducedAngle angle = Reduce(x);
        Float80 cosine = angle.Cosine.Round(ref environment);
        return new(angle.Sine.Round(ref environment), cosine, false);
    }

    /// <summary>FPTAN: the tangent in ST(0), then 1 pushed.</summary>
    public static AngleResult Tangent(Float80 x, ref FloatEnvironment environment)
    {
        if (!IsComputed(x, ref environment, out AngleResult result)) return result;
        if (x.IsZero) return new(x, Float80.One, false);
        ReducedAngle angle = Reduce(x);
        return new(angle.Tangent.Round(ref environment), Float80.One, false);
    }

    private static ReducedAngle Reduce(Float80 x) => ReducedAngle.Of(x.Unpack());

    /// <summary>False when there is nothing to compute but <paramref name="result"/>. An answer that is not a number is pushed as well.</summary>
    private static bool IsComputed(Float80 x, ref FloatEnvironment environment, out AngleResult result)
    {
        result = default;
        if (!Operands.IsNumber(x, ref environment, out Float80 notNumber))
            result = new(notNumber, notNumber, false);
        else if (x.IsInfinity)
            result = new(Float80Arithmetic.Invalid(ref environment), Float80.DefaultNaN, false);
        else if (x.BiasedExponent > Float80.ExponentBias + LastExponent)
            result = new(x, default, true);
        else if (Operands.StopsAtDenormal(x, ref environment))
            result = new(x, default, false);
        else
            return true;
        return false;
    }
}
