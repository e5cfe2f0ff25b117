using System.Runtime.CompilerServices;

namespace X64Emu.Cpu.Floating;

/// <summary>The rounding an immediate operand asks for: bits 0..1, or MXCSR's when bit 2 is set.</summary>
internal interface IRoundingChoice
{
    /// <summary>The mode, given MXCSR's.</summary>
    static abstract RoundingMode Choose(RoundingMode controlled);

    /// <summary>The host's result.</summary>
    static abstract double Host(double value);
}

/// <summary>To nearest, ties to even.</summary>
internal readonly struct RoundNearest : IRoundingChoice
{
    public static RoundingMode Choose(RoundingMode controlled) => RoundingMode.Nearest;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Host(double value) => Math.Round(value);
}

/// <summary>Toward minus infinity.</summary>
internal readonly struct RoundDown : IRoundingChoice
{
    public static RoundingMode Choose(RoundingMode controlled) => RoundingMode.Down;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Host(double value) => Math.Floor(value);
}

/// <summary>Toward plus infinity.</summary>
internal readonly struct RoundUp : IRoundingChoice
{
    public static RoundingMode Choose(RoundingMode controlled) => RoundingMode.Up;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Host(double value) => Math.Ceiling(value);
}

/// <summary>Toward zero.</summary>
internal readonly struct RoundTowardZero : IRoundingChoice
{
    public static RoundingMode Choose(RoundingMode controlled) => RoundingMode.TowardZero;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Host(double value) => Math.Truncate(value);
}

/// <summary>As MXCSR says; the host's result counts only where that is to nearest.</summary>
internal readonly struct RoundControlled : IRoundingChoice
{
    public static RoundingMode Choose(RoundingMode controlled) => controlled;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Host(double value) => Math.Round(value);
}

/// <summary>Whether an inexact result raises the precision exception.</summary>
internal interface IInexactness
{
    static abstract bool IsSilent { get; }
}

/// <summary>It does.</summary>
internal readonly struct ReportInexact : IInexactness
{
    public static bool IsSilent => false;
}

/// <summary>It does not: bit 3 of ROUNDPS's immediate.</summary>
internal readonly struct SuppressInexact : IInexactness
{
    public static bool IsSilent => true;
}

/// <summary>ROUNDPS and its kin: to an integer in the same format.</summary>
internal readonly struct RoundToIntegral<TFormat, TChoice, TInexactness> : IConversion
    where TFormat : struct, IFloatFormat
    where TChoice : struct, IRoundingChoice
    where TInexactness : struct, IInexactness
{
    public static int SourceBytes => HostBits<TFormat>.Bytes;

    public static int DestinationBytes => HostBits<TFormat>.Bytes;

    public static ulong Exact(ulong bits, ref FloatEnvironment environment)
    {
        ulong result = SoftFloatConversion.RoundToIntegral<TFormat>(bits, TChoice.Choose(environment.Rounding), ref environment, out bool inexact);
        if (inexact && !TInexactness.IsSilent)
            environment.Raise(FloatExceptions.Precision);
        return result;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Host(ulong bits)
    {
        double result = TChoice.Host(HostBits<TFormat>.ToDouble(bits));
        return HostBits<TFormat>.Bytes == 8 ? BitConverter.DoubleToUInt64Bits(result) : BitConverter.SingleToUInt32Bits((float)result);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static HostVerdict Judge(ulong bits, ulong hostResult)
    {
        double value = HostBits<TFormat>.ToDouble(bits);
        if (HostBits<TFormat>.ToDouble(hostResult) == value)
            return HostVerdict.Exact;
        if (Layout<TFormat>.IsNaN(bits) || Layout<TFormat>.IsDenormal(bits))
            return HostVerdict.Unknown;
        // Without a report the verdict must not depend on MXCSR, as an inexact one does.
        return !TInexactness.IsSilent ? HostVerdict.Inexact : typeof(TChoice) == typeof(RoundControlled) ? HostVerdict.Unknown : HostVerdict.Exact;
    }
}
