namespace X64Emu.Cpu.Floating.Transcendental;

/// <summary>What FPREM and FPREM1 give.</summary>
/// <param name="Value">The remainder, or a partly reduced dividend.</param>
/// <param name="Quotient">The three lowest bits of the quotient's magnitude: C0, C3 and C1 from high to low. 0 while incomplete.</param>
/// <param name="Incomplete">C2: the instruction has to be executed again.</param>
internal readonly record struct RemainderResult(Float80 Value, int Quotient, bool Incomplete);

/// <summary>FPREM and FPREM1, which are exact.</summary>
internal static class PartialRemainder
{
    private const int CompleteBelow = 64;

    /// <summary>FPREM: the remainder of dividend / divisor for a quotient that is truncated.</summary>
    public static RemainderResult Truncated(Float80 dividend, Float80 divisor, ref FloatEnvironment environment) =>
        Reduce(dividend, divisor, toNearest: false, ref environment);

    /// <summary>FPREM1: the one for a quotient that is rounded to nearest, as IEEE 754 has it.</summary>
    public static RemainderResult Nearest(Float80 dividend, Float80 divisor, ref FloatEnvironment environment) =>
        Reduce(dividend, divisor, toNearest: true, ref environment);

    private static RemainderResult Reduce(Float80 dividend, Float80 divisor, bool toNearest, ref FloatEnvironment environment)
    {
        if (!Operands.AreNumbers(dividend, divisor, ref environment, out Float80 notNumber)) return new(notNumber, 0, false);
        if (dividend.IsInfinity || divisor.IsZero) return new(Float80Arithmetic.Invalid(ref environment), 0, false);
        if (Operands.StopsAtDenormal(dividend, divisor, ref environment)) return new(dividend, 0, false);
        if (dividend.IsZero) return new(dividend, 0, false);
        UnpackedFloat left = dividend.Unpack(), right = divisor.Unpack();
        int difference = divisor.IsInfinity ? int.MinValue : left.Exponent - right.Exponent;
        if (difference < -1 || (difference < 0 && !toNearest)) return new(Pack(left.Negative, left.Exponent, left.Significand, ref environment), 0, false);
        return difference < CompleteBelow
            ? Complete(left, right, difference, toNearest, ref environment)
            : Incomplete(left, right, difference, ref environment);
    }

    private static RemainderResult Complete(
        in UnpackedFloat dividend, in UnpackedFloat divisor, int difference, bool toNearest, ref FloatEnvironment environment)
    {
        ulong quotient = 0, rest = dividend.Significand;
        if (difference >= 0) quotient = Divide(dividend.Significand, difference, divisor.Significand, out rest);

        // What is missing to the next multiple, in units of the smaller number's last bit.
        UInt128 missing = ((UInt128)divisor.Significand << Math.Max(-difference, 0)) - rest;
        bool roundUp = toNearest && (rest > missing || (rest == missing && (quotient & 1) != 0));
        if (roundUp)
        {
            quotient++;
            rest = (ulong)missing;
        }
        int exponent = Math.Min(dividend.Exponent, divisor.Exponent);
        bool negative = dividend.Negative != roundUp;
        return new(rest == 0 ? Float80.Zero(dividend.Negative) : Pack(negative, exponent, rest, ref environment), (int)(quotient & 7), false);
    }

    /// <summary>Takes away as many bits as leave a multiple of 32 to do, from 32 to 63: what processors do, where manuals allow any such number.</summary>
    private static RemainderResult Incomplete(in UnpackedFloat dividend, in UnpackedFloat divisor, int difference, ref FloatEnvironment environment)
    {
        int bits = 32 + difference % 32;
        Divide(dividend.Significand, bits, divisor.Significand, out ulong rest);
        int exponent = dividend.Exponent - bits;
        return new(rest == 0 ? Float80.Zero(dividend.Negative) : Pack(dividend.Negative, exponent, rest, ref environment), 0, true);
    }

    /// <summary>significand * 2^shift / divisor, for a shift below 64.</summary>
    private static ulong Divide(ulong significand, int shift, ulong divisor, out ulong rest)
    {
        UInt128 dividend = (UInt128)significand << shift;
        return WideDivision.Divide((ulong)(dividend >> 64), (ulong)dividend, divisor, out rest);
    }

    /// <summary>significand * 2^(exponent - 63), which fits unless it is tiny and underflow unmasked.</summary>
    private static Float80 Pack(bool negative, int exponent, ulong significand, ref FloatEnvironment environment) =>
        Float80Rounding.RoundAndPack(negative, exponent, (UInt128)significand << 64, Float80.PrecisionBits, ref environment);
}
