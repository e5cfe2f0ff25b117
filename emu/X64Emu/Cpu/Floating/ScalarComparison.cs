using System.Numerics;
using System.Runtime.CompilerServices;

namespace X64Emu.Cpu.Floating;

/// <summary>COMISS, COMISD, UCOMISS and UCOMISD.</summary>
internal static unsafe class ScalarComparison
{
    /// <summary>The result of a comparison that faults with #XM.</summary>
    public const int Faults = -1;

    private const int CarryFlag = 1 << 0;
    private const int ParityFlag = 1 << 2;
    private const int ZeroFlag = 1 << 6;

    /// <summary>Compares element 0 of both operands.</summary>
    /// <returns>CF, PF and ZF at their places in RFLAGS (the other status flags become 0; Intel SDM Vol. 2, COMISD), or <see cref="Faults"/>.</returns>
    public static int Compare<TFormat, T>(byte* a, byte* b, bool quietNaNsAreInvalid, uint* mxcsr)
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int flags = CompareQuickly<TFormat, T>(a, b);
        return flags != Faults ? flags : CompareExactly<TFormat, T>(a, b, quietNaNsAreInvalid, mxcsr);
    }

    /// <summary>The usual case, without calls; <see cref="Faults"/> when it is another one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int CompareQuickly<TFormat, T>(byte* a, byte* b)
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T x = *(T*)a, y = *(T*)b;
        if (!SimdFloat.AreNumbersNotDenormal<TFormat, T>(x, y))
            return Faults;
        return x > y ? 0 : x < y ? CarryFlag : ZeroFlag;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int CompareExactly<TFormat, T>(byte* a, byte* b, bool quietNaNsAreInvalid, uint* mxcsr)
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        FloatEnvironment environment = FloatEnvironment.FromMxcsr(*mxcsr);
        ulong x = sizeof(T) == 8 ? *(ulong*)a : *(uint*)a, y = sizeof(T) == 8 ? *(ulong*)b : *(uint*)b;
        FloatRelation relation = SoftFloatComparison.Compare<TFormat>(x, y, quietNaNsAreInvalid, ref environment);
        if (!Mxcsr.Report(ref *mxcsr, environment.Raised))
            return Faults;
        return relation switch
        {
            FloatRelation.Greater => 0,
            FloatRelation.Less => CarryFlag,
            FloatRelation.Equal => ZeroFlag,
            _ => ZeroFlag | ParityFlag | CarryFlag,
        };
    }
}
