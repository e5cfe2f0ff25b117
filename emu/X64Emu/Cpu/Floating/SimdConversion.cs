using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace X64Emu.Cpu.Floating;

/// <summary>Runs SSE and AVX conversions. Pointers, return values and the rule for the host's result are as in <see cref="SimdFloat"/>.</summary>
internal static unsafe class SimdConversion
{
    private const uint FastPathBits = Mxcsr.RoundingControl | Mxcsr.PrecisionMask;

    /// <summary>Converts one element into an XMM register, whose other elements are those of the first source.</summary>
    public static bool TryScalar<TConversion>(byte* destination, byte* first, byte* source, uint* mxcsr)
        where TConversion : struct, IConversion
        => TryScalarQuickly<TConversion>(destination, first, source, mxcsr) || TryScalarExactly<TConversion>(destination, first, source, mxcsr);

    /// <summary>The usual case, without calls. False when it is another one: nothing has changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryScalarQuickly<TConversion>(byte* destination, byte* first, byte* source, uint* mxcsr)
        where TConversion : struct, IConversion
    {
        ulong bits = Read(source, TConversion.SourceBytes), result = TConversion.Host(bits);
        HostVerdict verdict = TConversion.Judge(bits, result);
        if (!Settles(verdict, mxcsr))
            return false;
        WriteScalar<TConversion>(destination, first, result);
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
    public static bool TryPackedQuickly<TConversion, TElements>(byte* destination, byte* source, uint* mxcsr)
        where TConversion : struct, IConversion
        where TElements : struct, IElements
    {
        Converted low = ConvertQuickly<TConversion>(source);
        if (TElements.IsWide)
        {
            int count = 16 / Math.Max(TConversion.SourceBytes, TConversion.DestinationBytes);
            Converted high = ConvertQuickly<TConversion>(source + (count * TConversion.SourceBytes));
            if (!Settles(low.Verdict | high.Verdict, mxcsr))
                return false;
            high.Store(destination + (count * TConversion.DestinationBytes), isNarrow: count * TConversion.DestinationBytes == 8);
        }
        else if (!Settles(low.Verdict, mxcsr))
            return false;
        low.Store(destination, isNarrow: TElements.IsWide && TConversion.DestinationBytes < TConversion.SourceBytes);
        return true;
    }

    /// <summary>Converts as many elements as fit both registers; the rest of the destination's low half becomes zero.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryPacked<TConversion, TElements>(byte* destination, byte* source, uint* mxcsr)
        where TConversion : struct, IConversion
        where TElements : struct, IElements
    {
        Vector256<byte> results = default; // destination and source may be the same register: nothing is written before all is read
        if (!TryConvert<TConversion, TElements>((byte*)&results, source, mxcsr, (*mxcsr & FastPathBits) == Mxcsr.PrecisionMask))
            return false;
        *(Vector128<byte>*)destination = results.GetLower();
        if (TElements.IsWide && TConversion.DestinationBytes >= TConversion.SourceBytes)
            *(Vector128<byte>*)(destination + 16) = results.GetUpper();
        return true;
    }

    /// <summary>Converts 16 or, of a YMM register, 32 bytes to half as many in memory.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryPackedToMemory<TConversion, TElements>(byte* destination, byte* source, uint* mxcsr)
        where TConversion : struct, IConversion
        where TElements : struct, IElements
    {
        Vector256<byte> results = default;
        if (!TryConvert<TConversion, TElements>((byte*)&results, source, mxcsr, (*mxcsr & FastPathBits) == Mxcsr.PrecisionMask))
            return false;
        if (TElements.IsWide)
            *(Vector128<byte>*)destination = results.GetLower();
        else
            *(ulong*)destination = results.AsUInt64().ToScalar();
        return true;
    }

    /// <summary>The packed conversion of an XMM register.</summary>
    public static bool TryPacked<TConversion>(byte* destination, byte* source, uint* mxcsr)
        where TConversion : struct, IConversion
        => TryPacked<TConversion, PackedElements>(destination, source, mxcsr);

    /// <summary>The same in integer arithmetic.</summary>
    internal static bool TryPackedExactly<TConversion>(byte* destination, byte* source, uint* mxcsr)
        where TConversion : struct, IConversion
    {
        Vector128<byte> results = default;
        if (!TryConvert<TConversion, PackedElements>((byte*)&results, source, mxcsr, hostRounds: false))
            return false;
        *(Vector128<byte>*)destination = results;
        return true;
    }

    private static bool TryConvert<TConversion, TElements>(byte* results, byte* source, uint* mxcsr, bool hostRounds)
        where TConversion : struct, IConversion
        where TElements : struct, IElements
    {
        int count = (TElements.IsWide ? 32 : 16) / Math.Max(TConversion.SourceBytes, TConversion.DestinationBytes);
        FloatEnvironment environment = FloatEnvironment.FromMxcsr(*mxcsr);
        for (int i = 0; i < count; i++)
        {
            ulong bits = Read(source + (i * TConversion.SourceBytes), TConversion.SourceBytes);
            Write(results + (i * TConversion.DestinationBytes), TConversion.DestinationBytes, Element<TConversion>(bits, hostRounds, ref environment));
        }
        return Mxcsr.Report(ref *mxcsr, environment.Raised);
    }

    /// <summary>The host's results for as many elements as give 16 bytes, or take 16 bytes and give 8.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Converted ConvertQuickly<TConversion>(byte* source)
        where TConversion : struct, IConversion
    {
        int sourceBytes = TConversion.SourceBytes, destinationBytes = TConversion.DestinationBytes;
        ulong bits0 = Read(source, sourceBytes), bits1 = Read(source + sourceBytes, sourceBytes);
        ulong result0 = TConversion.Host(bits0), result1 = TConversion.Host(bits1);
        HostVerdict verdict = TConversion.Judge(bits0, result0) | TConversion.Judge(bits1, result1);
        if (sourceBytes + destinationBytes != 8)
            return destinationBytes == 8 ? new(result0, result1, verdict) : new(result0 | result1 << 32, 0, verdict);
        ulong bits2 = Read(source + 8, 4), bits3 = Read(source + 12, 4);
        ulong result2 = TConversion.Host(bits2), result3 = TConversion.Host(bits3);
        verdict |= TConversion.Judge(bits2, result2) | TConversion.Judge(bits3, result3);
        return new(result0 | result1 << 32, result2 | result3 << 32, verdict);
    }

    /// <summary>Results of some elements, 16 bytes of them.</summary>
    private readonly struct Converted(ulong low, ulong high, HostVerdict verdict)
    {
        public HostVerdict Verdict => verdict;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Store(byte* destination, bool isNarrow)
        {
            if (isNarrow)
                *(ulong*)destination = low;
            else
                *(Vector128<ulong>*)destination = Vector128.Create(low, high);
        }
    }

    /// <summary>The scalar conversion in integer arithmetic.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool TryScalarExactly<TConversion>(byte* destination, byte* first, byte* source, uint* mxcsr)
        where TConversion : struct, IConversion
    {
        FloatEnvironment environment = FloatEnvironment.FromMxcsr(*mxcsr);
        ulong result = TConversion.Exact(Read(source, TConversion.SourceBytes), ref environment);
        if (!Mxcsr.Report(ref *mxcsr, environment.Raised))
            return false;
        WriteScalar<TConversion>(destination, first, result);
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
    private static ulong Read(byte* source, int sizeBytes) => sizeBytes == 8 ? *(ulong*)source : sizeBytes == 4 ? *(uint*)source : *(ushort*)source;

    /// <summary>Writes the whole register, so that the host can forward it from this one store.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void WriteScalar<TConversion>(byte* destination, byte* first, ulong result)
        where TConversion : struct, IConversion
    {
        if (TConversion.DestinationBytes == 8)
            *(Vector128<ulong>*)destination = (*(Vector128<ulong>*)first).WithElement(0, result);
        else
            *(Vector128<uint>*)destination = (*(Vector128<uint>*)first).WithElement(0, (uint)result);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write(byte* destination, int sizeBytes, ulong value)
    {
        if (sizeBytes == 8)
            *(ulong*)destination = value;
        else if (sizeBytes == 4)
            *(uint*)destination = (uint)value;
        else
            *(ushort*)destination = (ushort)value;
    }
}
