namespace X64Emu.Cpu.Floating;

/// <summary>A rounded result: magnitude <see cref="Significand"/> * 2^(<see cref="Exponent"/> - 63). Bit 63 is clear for denormals and zero.</summary>
internal readonly record struct RoundedFloat(bool IsInfinity, int Exponent, ulong Significand);

/// <summary>The one place where results are rounded, for every format up to 64 bits of significand.</summary>
internal static class FloatRounding
{
    /// <summary>Rounds a positive magnitude to a format and raises overflow, underflow and precision.</summary>
    /// <param name="negative">The result's sign, which directed rounding looks at.</param>
    /// <param name="exponent">The exact result is <paramref name="significand"/> * 2^(exponent - 127).</param>
    /// <param name="significand">Bit 127 is set; bit 0 also stands for everything below it ("sticky").</param>
    /// <param name="precisionBits">Bits to keep, 64 at most.</param>
    /// <param name="minExponent">Exponent of the smallest normal number.</param>
    /// <param name="maxExponent">Exponent of the largest finite number.</param>
    /// <param name="environment">Rounding mode and masks in, exceptions out.</param>
    public static RoundedFloat Round(
        bool negative, int exponent, UInt128 significand, int precisionBits, int minExponent, int maxExponent, ref FloatEnvironment environment)
    {
        // First as if the exponent had no bounds: x86 detects tininess after this rounding.
        RoundedFloat unbounded = ToPrecision(negative, exponent, significand, precisionBits, environment.Rounding, out bool inexact, out environment.RoundedUp);
        if (unbounded.Exponent > maxExponent)
        {
            if (!environment.IsUnmasked(FloatExceptions.Overflow))
                return Overflow(negative, precisionBits, maxExponent, ref environment);
            environment.Raise(FloatExceptions.Overflow | (inexact ? FloatExceptions.Precision : FloatExceptions.None));
            return unbounded;
        }
        if (unbounded.Exponent >= minExponent)
        {
            if (inexact)
                environment.Raise(FloatExceptions.Precision);
            return unbounded;
        }
        if (environment.IsUnmasked(FloatExceptions.Underflow))
        {
            // The fault's handler is told about the result as it would be without bounds, as with overflow; no denormal is made.
            environment.Raise(FloatExceptions.Underflow | (inexact ? FloatExceptions.Precision : FloatExceptions.None));
            return unbounded;
        }
        return Underflow(negative, exponent, significand, precisionBits, minExponent, ref environment);
    }

    /// <summary>Shifts right; bits that fall out are remembered in bit 0.</summary>
    public static UInt128 ShiftRightSticky(UInt128 value, int count)
    {
        if (count == 0)
            return value;
        if (count >= 128)
            return value == 0 ? UInt128.Zero : UInt128.One;
        UInt128 shifted = value >> count;
        return (shifted << count) == value ? shifted : shifted | 1;
    }

    private static RoundedFloat Overflow(bool negative, int precisionBits, int maxExponent, ref FloatEnvironment environment)
    {
        environment.Raise(FloatExceptions.Overflow | FloatExceptions.Precision);
        bool toInfinity = environment.Rounding switch
        {
            RoundingMode.Nearest => true,
            RoundingMode.Up => !negative,
            RoundingMode.Down => negative,
            _ => false,
        };
        environment.RoundedUp = toInfinity;
        return toInfinity ? new(true, 0, 0) : new(false, maxExponent, ulong.MaxValue << (64 - precisionBits));
    }

    private static RoundedFloat Underflow(
        bool negative, int exponent, UInt128 significand, int precisionBits, int minExponent, ref FloatEnvironment environment)
    {
        if (environment.FlushToZero)
        {
            environment.Raise(FloatExceptions.Underflow | FloatExceptions.Precision);
            return default;
        }
        UInt128 denormalised = ShiftRightSticky(significand, minExponent - exponent);
        RoundedFloat rounded = ToPrecision(negative, minExponent, denormalised, precisionBits, environment.Rounding,
            out bool inexact, out environment.RoundedUp);
        if (inexact)
            environment.Raise(FloatExceptions.Underflow | FloatExceptions.Precision);
        return rounded;
    }

    private static RoundedFloat ToPrecision(
        bool negative, int exponent, UInt128 significand, int precisionBits, RoundingMode mode, out bool inexact, out bool roundedUp)
    {
        int dropped = 128 - precisionBits;
        UInt128 rest = significand & ((UInt128.One << dropped) - 1);
        ulong kept = (ulong)(significand >> 64) & (ulong.MaxValue << (64 - precisionBits));
        inexact = rest != 0;
        roundedUp = inexact && RoundsAway(mode, negative, rest, UInt128.One << (dropped - 1), (ulong)(significand >> dropped));
        if (!roundedUp)
            return new(false, exponent, kept);
        ulong incremented = kept + (1UL << (64 - precisionBits));
        return incremented < kept ? new(false, exponent + 1, 1UL << 63) : new(false, exponent, incremented);
    }

    private static bool RoundsAway(RoundingMode mode, bool negative, UInt128 rest, UInt128 half, ulong kept) => mode switch
    {
        RoundingMode.Nearest => rest > half || (rest == half && (kept & 1) != 0),
        RoundingMode.Up => !negative,
        RoundingMode.Down => negative,
        _ => false,
    };
}
