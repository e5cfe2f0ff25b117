using System.Numerics;

namespace X64Emu.Cpu.Floating;

/// <summary>Conversions between double extended precision and the other formats in memory.</summary>
internal static class Float80Conversion
{
    /// <summary>Widens a bit pattern exactly. A signalling NaN stays one and nothing is raised: the instruction decides.</summary>
    public static Float80 Widen<TFormat>(ulong bits)
        where TFormat : struct, IFloatFormat
    {
        bool negative = (bits & Layout<TFormat>.Sign) != 0;
        if (Layout<TFormat>.IsNaN(bits))
        {
            ulong payload = (bits & Layout<TFormat>.Fraction) << (63 - Layout<TFormat>.FractionBits);
            return new((ushort)(Float80.SignIf(negative) | Float80.MaxBiasedExponent), Float80.IntegerBit | payload);
        }
        UnpackedFloat x = UnpackedFloat.From<TFormat>(bits, denormalsAreZero: false);
        return x.Kind switch
        {
            FloatKind.Zero => Float80.Zero(negative),
            FloatKind.Infinity => Float80.Infinity(negative),
            _ => new((ushort)(Float80.SignIf(negative) | (x.Exponent + Float80.ExponentBias)), x.Significand),
        };
    }

    /// <summary>Rounds to a narrower format; a NaN is quieted and keeps the high bits of its payload.</summary>
    public static ulong Narrow<TFormat>(Float80 number, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
    {
        if (number.IsUnsupported)
        {
            environment.Raise(FloatExceptions.Invalid);
            return Layout<TFormat>.DefaultNaN;
        }
        ulong sign = Layout<TFormat>.SignIf(number.Negative);
        if (number.IsNaN)
        {
            if (number.IsSignallingNaN) environment.Raise(FloatExceptions.Invalid);
            return sign | Layout<TFormat>.Infinity | (number.Quieted.Significand << 1 >> (64 - Layout<TFormat>.FractionBits));
        }
        UnpackedFloat x = number.Unpack();
        return x.Kind switch
        {
            FloatKind.Zero => sign,
            FloatKind.Infinity => sign | Layout<TFormat>.Infinity,
            _ => SoftFloat.RoundAndPack<TFormat>(x.Negative, x.Exponent, (UInt128)x.Significand << 64, ref environment),
        };
    }

    /// <summary>Converts a signed integer, which is always exact.</summary>
    public static Float80 FromInteger(long value) =>
        value == 0 ? default : FromMagnitude(value < 0, value < 0 ? 0UL - (ulong)value : (ulong)value);

    /// <summary>Converts a magnitude that is not zero.</summary>
    public static Float80 FromMagnitude(bool negative, ulong magnitude)
    {
        int shift = BitOperations.LeadingZeroCount(magnitude);
        return new((ushort)(Float80.SignIf(negative) | (Float80.ExponentBias + 63 - shift)), magnitude << shift);
    }

    /// <summary>Rounds to a signed integer of <paramref name="widthBits"/> (16, 32 or 64) bits, zero-extended.</summary>
    /// <returns>The "integer indefinite" 100...0 with invalid raised for what has no such integer.</returns>
    public static ulong ToInteger(Float80 number, int widthBits, ref FloatEnvironment environment)
    {
        ulong indefinite = 1UL << (widthBits - 1);
        ulong limit = number.Negative ? indefinite : indefinite - 1;
        if (!TryToMagnitude(number, limit, ref environment, out ulong magnitude)) return indefinite;
        return (number.Negative ? 0UL - magnitude : magnitude) & (ulong.MaxValue >> (64 - widthBits));
    }

    /// <summary>Rounds the magnitude of a number to an integer; false, with invalid raised, when it is none or larger than the limit.</summary>
    public static bool TryToMagnitude(Float80 number, ulong limit, ref FloatEnvironment environment, out ulong magnitude)
    {
        magnitude = 0;
        if (number.IsZero) return true;
        if (number.IsUnsupported || number.BiasedExponent > Float80.ExponentBias + 63)
        {
            environment.Raise(FloatExceptions.Invalid);
            return false;
        }
        UnpackedFloat x = number.Unpack();
        // 64.64 fixed point: the integer part stands in the high half.
        UInt128 fixedPoint = FloatRounding.ShiftRightSticky((UInt128)x.Significand << 64, 63 - x.Exponent);
        magnitude = (ulong)(fixedPoint >> 64);
        ulong fraction = (ulong)fixedPoint;
        bool roundsUp = RoundsAway(environment.Rounding, x.Negative, fraction, (magnitude & 1) != 0);
        if (magnitude > limit || (roundsUp && magnitude == limit))
        {
            environment.Raise(FloatExceptions.Invalid);
            return false;
        }
        if (roundsUp) magnitude++;
        if (fraction != 0) environment.Raise(FloatExceptions.Precision);
        environment.RoundedUp = roundsUp;
        return true;
    }

    /// <summary>Rounds to an integer in the same format: FRNDINT.</summary>
    public static Float80 RoundToInteger(Float80 number, ref FloatEnvironment environment)
    {
        if (Float80Arithmetic.TrySpecial(number, number, ref environment, out Float80 special)) return special;
        UnpackedFloat x = number.Unpack();
        Float80Arithmetic.RaiseDenormal(x, x, ref environment);
        if (x.Kind != FloatKind.Finite || x.Exponent >= 63 || !TryToMagnitude(number, ulong.MaxValue, ref environment, out ulong magnitude)) return number;
        return magnitude == 0 ? Float80.Zero(x.Negative) : FromMagnitude(x.Negative, magnitude);
    }

    private static bool RoundsAway(RoundingMode rounding, bool negative, ulong fraction, bool odd) => rounding switch
    {
        RoundingMode.Nearest => fraction > 1UL << 63 || (fraction == 1UL << 63 && odd),
        RoundingMode.Up => !negative && fraction != 0,
        RoundingMode.Down => negative && fraction != 0,
        _ => false,
    };
}
