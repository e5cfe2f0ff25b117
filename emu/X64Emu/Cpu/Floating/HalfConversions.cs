namespace X64Emu.Cpu.Floating;

/// <summary>Half precision, which x86 only converts from and to.</summary>
internal readonly struct Binary16 : IFloatFormat
{
    /// <inheritdoc/>
    public static int PrecisionBits => 11;

    /// <inheritdoc/>
    public static int ExponentBits => 5;
}

/// <summary>VCVTPH2PS. Denormals are converted like any other number: neither DAZ nor DE is about half precision (Intel SDM Vol. 1, 14.4.1).</summary>
internal readonly struct HalfToSingle : IConversion
{
    public static int SourceBytes => 2;

    public static int DestinationBytes => 4;

    public static ulong Exact(ulong bits, ref FloatEnvironment environment)
    {
        var plain = new FloatEnvironment { Unmasked = environment.Unmasked };
        ulong result = SoftFloatConversion.Convert<Binary16, Binary32>(bits, ref plain);
        environment.Raise(plain.Raised & FloatExceptions.Invalid);
        return result;
    }

    public static ulong Host(ulong bits) => BitConverter.SingleToUInt32Bits((float)BitConverter.UInt16BitsToHalf((ushort)bits));

    public static HostVerdict Judge(ulong bits, ulong hostResult) => Layout<Binary16>.IsNaN(bits) ? HostVerdict.Unknown : HostVerdict.Exact;
}

/// <summary>VCVTPS2PH. FTZ does not count.</summary>
internal readonly struct SingleToHalf<TChoice> : IConversion
    where TChoice : struct, IRoundingChoice
{
    private const double SmallestNormal = 1.0 / (1 << 14);

    public static int SourceBytes => 4;

    public static int DestinationBytes => 2;

    public static ulong Exact(ulong bits, ref FloatEnvironment environment)
    {
        FloatEnvironment own = environment;
        own.Rounding = TChoice.Choose(environment.Rounding);
        own.FlushToZero = false;
        ulong result = SoftFloatConversion.Convert<Binary32, Binary16>(bits, ref own);
        environment.Raise(own.Raised);
        return result;
    }

    public static ulong Host(ulong bits) => BitConverter.HalfToUInt16Bits((Half)BitConverter.UInt32BitsToSingle((uint)bits));

    public static HostVerdict Judge(ulong bits, ulong hostResult)
    {
        double value = HostBits<Binary32>.ToDouble(bits), result = (double)BitConverter.UInt16BitsToHalf((ushort)hostResult);
        if (value == 0 || (result == value && Math.Abs(result) >= SmallestNormal))
            return HostVerdict.Exact;
        bool roundsToNearest = typeof(TChoice) == typeof(RoundNearest) || typeof(TChoice) == typeof(RoundControlled);
        return roundsToNearest && Math.Abs(result) >= 2 * SmallestNormal && Math.Abs(result) <= 65504 ? HostVerdict.Inexact : HostVerdict.Unknown;
    }
}
