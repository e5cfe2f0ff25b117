using System.Numerics;

namespace X64Emu.Cpu.Floating;

/// <summary>Conversions between formats and to and from two's complement integers, on bit patterns.</summary>
internal static class SoftFloatConversion
{
    /// <summary>Converts to another format; a NaN is quieted and keeps the high bits of its payload.</summary>
    public static ulong Convert<TFrom, TTo>(ulong bits, ref FloatEnvironment environment)
        where TFrom : struct, IFloatFormat
        where TTo : struct, IFloatFormat
    {
        if (Layout<TFrom>.IsNaN(bits))
            return ConvertNaN<TFrom, TTo>(SoftFloat.PropagateNaN<TFrom>(bits, bits, ref environment));
        UnpackedFloat x = SoftFloat.Unpack<TFrom>(bits, in environment);
        SoftFloat.RaiseDenormal(x, x, ref environment);
        ulong sign = Layout<TTo>.SignIf(x.Negative);
        return x.Kind switch
        {
            FloatKind.Zero => sign,
            FloatKind.Infinity => sign | Layout<TTo>.Infinity,
            _ => SoftFloat.RoundAndPack<TTo>(x.Negative, x.Exponent, (UInt128)x.Significand << 64, ref environment),
        };
    }

    /// <summary>Converts a signed integer.</summary>
    public static ulong FromInteger<TFormat>(long value, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
    {
        if (value == 0)
            return 0;
        ulong magnitude = value < 0 ? 0UL - (ulong)value : (ulong)value;
        return SoftFloat.RoundAndPack<TFormat>(value < 0, 63, (UInt128)magnitude << 64, ref environment);
    }

    /// <summary>Rounds to a signed integer of <paramref name="widthBits"/> (32 or 64) bits, zero-extended.</summary>
    /// <returns>The "integer indefinite" 100...0 with invalid raised for NaNs and values out of range. Denormals raise no DE here.</returns>
    public static ulong ToInteger<TFormat>(ulong bits, int widthBits, RoundingMode rounding, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
    {
        ulong indefinite = 1UL << (widthBits - 1);
        UnpackedFloat x = SoftFloat.Unpack<TFormat>(bits, in environment);
        if (x.IsZero)
            return 0;
        if (x.IsInfinity || x.Exponent > 63 || Layout<TFormat>.IsNaN(bits))
            return Indefinite(indefinite, ref environment);
        // 64.64 fixed point: the integer part stands in the high half.
        UInt128 fixedPoint = FloatRounding.ShiftRightSticky((UInt128)x.Significand << 64, 63 - x.Exponent);
        UInt128 magnitude = fixedPoint >> 64;
        ulong fraction = (ulong)fixedPoint;
        if (RoundsAway(rounding, x.Negative, fraction, (magnitude & 1) != 0))
            magnitude++;
        UInt128 limit = x.Negative ? indefinite : indefinite - 1;
        if (magnitude > limit)
            return Indefinite(indefinite, ref environment);
        if (fraction != 0)
            environment.Raise(FloatExceptions.Precision);
        ulong result = x.Negative ? 0UL - (ulong)magnitude : (ulong)magnitude;
        return widthBits == 64 ? result : (uint)result;
    }

    /// <summary>Rounds to an integer in the same format, which keeps its sign when it is zero. Raises invalid for signalling NaNs.</summary>
    public static ulong RoundToIntegral<TFormat>(ulong bits, RoundingMode rounding, ref FloatEnvironment environment, out bool inexact)
        where TFormat : struct, IFloatFormat
    {
        inexact = false;
        if (Layout<TFormat>.IsNaN(bits))
            return SoftFloat.PropagateNaN<TFormat>(bits, bits, ref environment);
        UnpackedFloat x = SoftFloat.Unpack<TFormat>(bits, in environment);
        ulong sign = Layout<TFormat>.SignIf(x.Negative);
        if (x.IsZero)
            return sign;
        if (x.IsInfinity || x.Exponent >= Layout<TFormat>.FractionBits)
            return bits;
        // 64.64 fixed point, as in ToInteger.
        UInt128 fixedPoint = FloatRounding.ShiftRightSticky((UInt128)x.Significand << 64, 63 - x.Exponent);
        ulong magnitude = (ulong)(fixedPoint >> 64), fraction = (ulong)fixedPoint;
        inexact = fraction != 0;
        if (RoundsAway(rounding, x.Negative, fraction, (magnitude & 1) != 0))
            magnitude++;
        if (magnitude == 0)
            return sign;
        int exponent = BitOperations.Log2(magnitude);
        ulong significand = magnitude << (Layout<TFormat>.FractionBits - exponent) & Layout<TFormat>.Fraction;
        return sign | (ulong)(exponent + Layout<TFormat>.Bias) << Layout<TFormat>.FractionBits | significand;
    }

    private static bool RoundsAway(RoundingMode rounding, bool negative, ulong fraction, bool odd) => rounding switch
    {
        RoundingMode.Nearest => fraction > 1UL << 63 || (fraction == 1UL << 63 && odd),
        RoundingMode.Up => !negative && fraction != 0,
        RoundingMode.Down => negative && fraction != 0,
        _ => false,
    };

    private static ulong Indefinite(ulong indefinite, ref FloatEnvironment environment)
    {
        environment.Raise(FloatExceptions.Invalid);
        return indefinite;
    }

    private static ulong ConvertNaN<TFrom, TTo>(ulong quiet)
        where TFrom : struct, IFloatFormat
        where TTo : struct, IFloatFormat
    {
        ulong sign = Layout<TTo>.SignIf((quiet & Layout<TFrom>.Sign) != 0);
        ulong payload = (quiet & Layout<TFrom>.Fraction) << (63 - Layout<TFrom>.FractionBits) >> (63 - Layout<TTo>.FractionBits);
        return sign | Layout<TTo>.Infinity | payload;
    }
}
