using System.Runtime.CompilerServices;

namespace X64Emu.Cpu.Floating;

/// <summary>Runs SSE conversions. Pointers, return values and the rule for the host's result are as in <see cref="SimdFloat"/>.</summary>
internal static unsafe class SimdConversion
{
    private const uint FastPathBits = Mxcsr.RoundingControl | Mxcsr.PrecisionMask;

    /// <summary>Converts one element into an XMM register, whose other elements stay.</summary>
    public static bool TryScalar<TConversion>(byte* destination, byte* source, uint* mxcsr)
        where TConversion : struct, IConversion
        => TryScalarQuickly<TConversion>(destination, source, mxcsr) || TryScalarExactly<TConversion>(destination, source, mxcsr);

    /// <summary>The usual case, without calls. False when it is another one: nothing has changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryScalarQuickly<TConversion>(byte* destination, byte* source, uint* mxcsr)
        where TConversion : struct, IConversion
    {
        ulong bits = Read(source, TConversion.SourceBytes), result = TConversion.Host(bits);
        HostVerdict verdict = TConversion.Judge(bits, result);
        if (!Settles(verdict, mxcsr))
            return false;
        Write(destination, TConversion.DestinationBytes, result);
        return true;
    }

    /// <summary>Converts one element into a general register: all 64 bits are written, zero-extended.</summary>
    public static bool TryToRegister<TConversion>(byte* destination, byte* source, uint* mxcsr)
        where TConversion : struct, IConversion
        => TryToRegisterQuickly<TConversion>(destination, source, mxcsr) || TryToRegisterExactly<TConversion>(destination, source, mxcsr);

    /// <summary>The usual case, without calls. False when it is another one: nothing has changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryToRegisterQuickly<TConversion>(byte* destination, byte* source, uint* mxcsr)
        where TConversion : struct, IConversion
    {
        ulong bits = Read(source, TConversion.SourceBytes), result = TConversion.Host(bits);
        HostVerdict verdict = TConversion.Judge(bits, result);
        if (!Settles(verdict, mxcsr))
            return false;
        *(ulong*)destination = result;
        return true;
    }

    /// <summary>The usual case of <see cref="TryPacked{TConversion}(byte*, byte*, uint*)"/>, without calls. False when it is another one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPackedQuickly<TConversion>(byte* destination, byte* source, uint* mxcsr)
        where TConversion : struct, IConversion
    {
        int sourceBytes = TConversion.SourceBytes, destinationBytes = TConversion.DestinationBytes;
        bool hasFour = sourceBytes + destinationBytes == 8;
        ulong bits0 = Read(source, sourceBytes), bits1 = Read(source + sourceBytes, sourceBytes);
        ulong result0 = TConversion.Host(bits0), result1 = TConversion.Host(bits1), result2 = 0, result3 = 0;
        HostVerdict verdict = TConversion.Judge(bits0, result0) | TConversion.Judge(bits1, result1);
        if (hasFour)
        {
            ulong bits2 = Read(source + 8, 4), bits3 = Read(source + 12, 4);
            result2 = TConversion.Host(bits2);
            result3 = TConversion.Host(bits3);
            verdict |= TConversion.Judge(bits2, result2) | TConversion.Judge(bits3, result3);
        }
        if (!Settles(verdict, mxcsr))
            return false;
        *(ulong*)destination = destinationBytes == 8 ? result0 : result0 | result1 << 32;
        *(ulong*)(destination + 8) = destinationBytes == 8 ? result1 : result2 | result3 << 32;
        return true;
    }

    /// <summary>Converts as many elements as fit both registers; the rest of the destination becomes zero.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryPacked<TConversion>(byte* destination, byte* source, uint* mxcsr)
        where TConversion : struct, IConversion
        => TryPacked<TConversion>(destination, source, mxcsr, (*mxcsr & FastPathBits) == Mxcsr.PrecisionMask);

    /// <summary>The packed conversion in integer arithmetic.</summary>
    internal static bool TryPackedExactly<TConversion>(byte* destination, byte* source, uint* mxcsr)
        where TConversion : struct, IConversion
        => TryPacked<TConversion>(destination, source, mxcsr, hostRounds: false);

    private static bool TryPacked<TConversion>(byte* destination, byte* source, uint* mxcsr, bool hostRounds)
        where TConversion : struct, IConversion
    {
        int count = 16 / Math.Max(TConversion.SourceBytes, TConversion.DestinationBytes);
        UInt128 results = 0; // destination and source may be the same register: nothing is written before all is read
        FloatEnvironment environment = FloatEnvironment.FromMxcsr(*mxcsr);
        for (int i = 0; i < count; i++)
        {
            ulong bits = Read(source + (i * TConversion.SourceBytes), TConversion.SourceBytes);
            Write((byte*)&results + (i * TConversion.DestinationBytes), TConversion.DestinationBytes, Element<TConversion>(bits, hostRounds, ref environment));
        }
        if (!Mxcsr.Report(ref *mxcsr, environment.Raised))
            return false;
        *(UInt128*)destination = results;
        return true;
    }

    /// <summary>The scalar conversion in integer arithmetic.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool TryScalarExactly<TConversion>(byte* destination, byte* source, uint* mxcsr)
        where TConversion : struct, IConversion
    {
        FloatEnvironment environment = FloatEnvironment.FromMxcsr(*mxcsr);
        ulong result = TConversion.Exact(Read(source, TConversion.SourceBytes), ref environment);
        if (!Mxcsr.Report(ref *mxcsr, environment.Raised))
            return false;
        Write(destination, TConversion.DestinationBytes, result);
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool TryToRegisterExactly<TConversion>(byte* destination, byte* source, uint* mxcsr)
        where TConversion : struct, IConversion
    {
        FloatEnvironment environment = FloatEnvironment.FromMxcsr(*mxcsr);
        ulong result = TConversion.Exact(Read(source, TConversion.SourceBytes), ref environment);
        if (!Mxcsr.Report(ref *mxcsr, environment.Raised))
            return false;
        *(ulong*)destination = result;
        return true;
    }

    private static ulong Element<TConversion>(ulong bits, bool hostRounds, ref FloatEnvironment environment)
        where TConversion : struct, IConversion
    {
        if (!hostRounds)
            return TConversion.Exact(bits, ref environment);
        ulong result = TConversion.Host(bits);
        HostVerdict verdict = TConversion.Judge(bits, result);
        if (verdict == HostVerdict.Unknown)
            return TConversion.Exact(bits, ref environment);
        if (verdict == HostVerdict.Inexact)
            environment.Raise(FloatExceptions.Precision);
        return result;
    }

    /// <summary>True when the host's result is the guest's; PE is set where it is inexact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool Settles(HostVerdict verdict, uint* mxcsr)
    {
        if (verdict == HostVerdict.Exact)
            return true;
        if ((verdict & HostVerdict.Unknown) != 0 || (*mxcsr & FastPathBits) != Mxcsr.PrecisionMask)
            return false;
        *mxcsr |= (uint)FloatExceptions.Precision;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read(byte* source, int sizeBytes) => sizeBytes == 8 ? *(ulong*)source : *(uint*)source;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(byte* destination, int sizeBytes, ulong value)
    {
        if (sizeBytes == 8)
            *(ulong*)destination = value;
        else
            *(uint*)destination = (uint)value;
    }
}
