using System.Runtime.CompilerServices;

namespace X64Emu.Cpu.Floating;

/// <summary>What the host's result of a conversion means for the guest under rounding to nearest. The bits of several elements can be ORed.</summary>
[Flags]
internal enum HostVerdict
{
    /// <summary>It is the guest's result and raises nothing.</summary>
    Exact = 0,

    /// <summary>It is the guest's result and raises precision alone.</summary>
    Inexact = 1,

    /// <summary>Only integer arithmetic can tell.</summary>
    Unknown = 2,
}

/// <summary>A conversion of one element, bit pattern to bit pattern.</summary>
internal interface IConversion
{
    static abstract int SourceBytes { get; }

    static abstract int DestinationBytes { get; }

    /// <summary>The conversion in any environment.</summary>
    static abstract ulong Exact(ulong bits, ref FloatEnvironment environment);

    /// <summary>The host's result; meaningless where <see cref="Judge"/> says unknown.</summary>
    static abstract ulong Host(ulong bits);

    static abstract HostVerdict Judge(ulong bits, ulong hostResult);
}

/// <summary>Width of a two's complement integer.</summary>
internal interface IIntegerWidth
{
    static abstract int Bits { get; }
}

/// <summary>32 bits.</summary>
internal readonly struct Integer32 : IIntegerWidth
{
    public static int Bits => 32;
}

/// <summary>64 bits.</summary>
internal readonly struct Integer64 : IIntegerWidth
{
    public static int Bits => 64;
}

/// <summary>How a conversion to an integer rounds.</summary>
internal interface IIntegerRounding
{
    /// <summary>True for the CVTT.. instructions.</summary>
    static abstract bool Truncates { get; }
}

/// <summary>As MXCSR says.</summary>
internal readonly struct RoundAsControlled : IIntegerRounding
{
    public static bool Truncates => false;
}

/// <summary>Toward zero.</summary>
internal readonly struct Truncate : IIntegerRounding
{
    public static bool Truncates => true;
}

/// <summary>Floating point to signed integer.</summary>
internal readonly struct FloatToInteger<TFormat, TWidth, TRounding> : IConversion
    where TFormat : struct, IFloatFormat
    where TWidth : struct, IIntegerWidth
    where TRounding : struct, IIntegerRounding
{
    public static int SourceBytes => HostBits<TFormat>.Bytes;

    public static int DestinationBytes => TWidth.Bits / 8;

    public static ulong Exact(ulong bits, ref FloatEnvironment environment)
        => SoftFloatConversion.ToInteger<TFormat>(bits, TWidth.Bits, TRounding.Truncates ? RoundingMode.TowardZero : environment.Rounding, ref environment);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Host(ulong bits)
    {
        double value = HostBits<TFormat>.ToDouble(bits);
        if (!TRounding.Truncates)
            value = Math.Round(value);
        return TWidth.Bits == 64 ? (ulong)double.ConvertToIntegerNative<long>(value) : (uint)double.ConvertToIntegerNative<int>(value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HostVerdict Judge(ulong bits, ulong hostResult)
    {
        double value = HostBits<TFormat>.ToDouble(bits);
        double limit = TWidth.Bits == 64 ? 9223372036854775808.0 : 2147483647.0; // 2^31 - 1/2 rounds out of range
        if (!(Math.Abs(value) < limit) || Layout<TFormat>.IsDenormal(bits))
            return HostVerdict.Unknown;
        double back = TWidth.Bits == 64 ? (long)hostResult : (int)hostResult;
        return back == value ? HostVerdict.Exact : HostVerdict.Inexact;
    }
}

/// <summary>Signed integer to floating point.</summary>
internal readonly struct IntegerToFloat<TWidth, TFormat> : IConversion
    where TWidth : struct, IIntegerWidth
    where TFormat : struct, IFloatFormat
{
    public static int SourceBytes => TWidth.Bits / 8;

    public static int DestinationBytes => HostBits<TFormat>.Bytes;

    public static ulong Exact(ulong bits, ref FloatEnvironment environment)
        => SoftFloatConversion.FromInteger<TFormat>(SignExtend(bits), ref environment);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Host(ulong bits)
        => HostBits<TFormat>.Bytes == 8
            ? BitConverter.DoubleToUInt64Bits(SignExtend(bits))
            : BitConverter.SingleToUInt32Bits(SignExtend(bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HostVerdict Judge(ulong bits, ulong hostResult)
    {
        if (TWidth.Bits == 32 && HostBits<TFormat>.Bytes == 8)
            return HostVerdict.Exact;
        double back = HostBits<TFormat>.ToDouble(hostResult);
        return back < 9223372036854775808.0 && (long)back == SignExtend(bits) ? HostVerdict.Exact : HostVerdict.Inexact;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long SignExtend(ulong bits) => TWidth.Bits == 64 ? (long)bits : (int)bits;
}

/// <summary>CVTSS2SD and its packed form.</summary>
internal readonly struct SingleToDouble : IConversion
{
    public static int SourceBytes => 4;

    public static int DestinationBytes => 8;

    public static ulong Exact(ulong bits, ref FloatEnvironment environment)
        => SoftFloatConversion.Convert<Binary32, Binary64>(bits, ref environment);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Host(ulong bits) => BitConverter.DoubleToUInt64Bits(HostBits<Binary32>.ToDouble(bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HostVerdict Judge(ulong bits, ulong hostResult)
        => Layout<Binary32>.IsNaN(bits) || Layout<Binary32>.IsDenormal(bits) ? HostVerdict.Unknown : HostVerdict.Exact;
}

/// <summary>CVTSD2SS and its packed form.</summary>
internal readonly struct DoubleToSingle : IConversion
{
    public static int SourceBytes => 8;

    public static int DestinationBytes => 4;

    public static ulong Exact(ulong bits, ref FloatEnvironment environment)
        => SoftFloatConversion.Convert<Binary64, Binary32>(bits, ref environment);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Host(ulong bits) => BitConverter.SingleToUInt32Bits((float)BitConverter.UInt64BitsToDouble(bits));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HostVerdict Judge(ulong bits, ulong hostResult)
    {
        double value = BitConverter.UInt64BitsToDouble(bits), result = HostBits<Binary32>.ToDouble(hostResult);
        if (value == 0)
            return HostVerdict.Exact;
        if (!(Math.Abs(result) >= Binary32.SurelyNotTiny && Math.Abs(result) <= Binary32.LargestFinite))
            return HostVerdict.Unknown;
        return result == value ? HostVerdict.Exact : HostVerdict.Inexact;
    }
}

/// <summary>Bit patterns of the two host formats as host numbers.</summary>
internal static class HostBits<TFormat>
    where TFormat : struct, IFloatFormat
{
    public static int Bytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TFormat.PrecisionBits == 53 ? 8 : 4;
    }

    /// <summary>The value as a double, which is exact for both formats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double ToDouble(ulong bits)
        => TFormat.PrecisionBits == 53 ? BitConverter.UInt64BitsToDouble(bits) : BitConverter.UInt32BitsToSingle((uint)bits);
}
