namespace X64Emu.Cpu.Floating;

/// <summary>FSCALE and FXTRACT: what takes exponents apart and puts them together.</summary>
internal static class Float80Scaling
{
    /// <summary>More than any number can be scaled by without overflow or underflow.</summary>
    private const int Beyond = 1 << 16;

    /// <summary>number * 2^(power rounded toward zero).</summary>
    public static Float80 Scale(Float80 number, Float80 power, ref FloatEnvironment environment)
    {
        if (Float80Arithmetic.TrySpecial(number, power, ref environment, out Float80 special)) return special;
        UnpackedFloat x = number.Unpack(), y = power.Unpack();
        bool isUndefined = y.IsInfinity && (y.Negative ? x.IsInfinity : x.IsZero);
        if (isUndefined) return Float80Arithmetic.Invalid(ref environment);
        Float80Arithmetic.RaiseDenormal(x, y, ref environment);
        if (x.Kind != FloatKind.Finite) return number;
        if (y.IsInfinity) return y.Negative ? Float80.Zero(x.Negative) : Float80.Infinity(x.Negative);
        int shift = y.IsZero || y.Exponent < 0 ? 0 : y.Exponent > 15 ? Beyond : (int)(y.Significand >> (63 - y.Exponent));
        if (y.Negative) shift = -shift;
        return Float80Rounding.RoundAndPack(x.Negative, x.Exponent + shift, (UInt128)x.Significand << 64, Float80.PrecisionBits, ref environment);
    }

    /// <summary>Separates the exponent, as a number, and the significand, as a number from 1 to 2.</summary>
    public static (Float80 Exponent, Float80 Significand) Extract(Float80 number, ref FloatEnvironment environment)
    {
        if (Float80Arithmetic.TrySpecial(number, number, ref environment, out Float80 special)) return (special, special);
        UnpackedFloat x = number.Unpack();
        if (x.IsInfinity) return (Float80.Infinity(false), number);
        if (x.IsZero)
        {
            environment.Raise(FloatExceptions.DivideByZero);
            return (Float80.Infinity(true), number);
        }
        Float80Arithmetic.RaiseDenormal(x, x, ref environment);
        return (Float80Conversion.FromInteger(x.Exponent), new((ushort)(Float80.SignIf(x.Negative) | Float80.ExponentBias), x.Significand));
    }
}
