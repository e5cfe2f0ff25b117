using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

// These make the semantics of the floating-point families fit the operand shapes.

internal readonly unsafe struct FloatArithmetic<TOperation, TElements, TFormat, T> : IQuickSimdOperation
    where TOperation : struct, IArithmetic where TElements : struct, IElements where TFormat : struct, IHostFloatFormat<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsUsual(CpuState* c) => SimdFloat.IsUsual(c->Mxcsr);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o, byte* destination, byte* first, byte* source) =>
        SimdFloat.TryArithmeticQuickly<TOperation, TElements, T>(destination, first, source, withZeros: false);

    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source) =>
        SimdFloat.TryArithmetic<TOperation, TElements, TFormat, T>(destination, first, source, &c->Mxcsr) || SimdFaults.FloatingPoint(c);
}

internal readonly unsafe struct FloatSelection<TOperation, TElements, TFormat, T> : IQuickSimdOperation
    where TOperation : struct, ISelection where TElements : struct, IElements where TFormat : struct, IHostFloatFormat<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool IsUsual(CpuState* c) => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o, byte* destination, byte* first, byte* source) =>
        SimdFloat.TrySelectionQuickly<TOperation, TElements, TFormat, T>(destination, first, source);

    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source) =>
        SimdFloat.TrySelectionExactly<TOperation, TElements, TFormat, T>(destination, first, source, &c->Mxcsr) || SimdFaults.FloatingPoint(c);
}

internal readonly unsafe struct FloatFused<TSigns, TOrder, TElements, TFormat, T> : IQuickSimdOperation
    where TSigns : struct, IFusedSigns where TOrder : struct, IFusedOrder where TElements : struct, IElements
    where TFormat : struct, IHostFloatFormat<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsUsual(CpuState* c) => SimdFloat.IsUsual(c->Mxcsr);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o, byte* destination, byte* first, byte* source) =>
        SimdFused<TSigns, TOrder, TElements, TFormat, T>.TryQuickly(destination, first, source);

    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source) =>
        SimdFused<TSigns, TOrder, TElements, TFormat, T>.TryCarefully(destination, first, source, &c->Mxcsr) || SimdFaults.FloatingPoint(c);
}

internal readonly unsafe struct ConvertScalar<TConversion> : IQuickSimdOperation where TConversion : struct, IConversion
{
    public static bool IsUsual(CpuState* c) => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o, byte* destination, byte* first, byte* source) =>
        SimdConversion.TryScalarQuickly<TConversion>(destination, first, source, &c->Mxcsr);

    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source) =>
        SimdConversion.TryScalarExactly<TConversion>(destination, first, source, &c->Mxcsr) || SimdFaults.FloatingPoint(c);
}

internal readonly unsafe struct ConvertPacked<TConversion, TElements> : IQuickSimdOperation
    where TConversion : struct, IConversion where TElements : struct, IElements
{
    public static bool IsUsual(CpuState* c) => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o, byte* destination, byte* first, byte* source) =>
        SimdConversion.TryPackedQuickly<TConversion, TElements>(destination, source, &c->Mxcsr);

    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source) =>
        SimdConversion.TryPacked<TConversion, TElements>(destination, source, &c->Mxcsr) || SimdFaults.FloatingPoint(c);
}

/// <summary>The conversions between half and single precision.</summary>
internal readonly unsafe struct ConvertHalves<TConversion, TElements> : ISimdOperation
    where TConversion : struct, IConversion where TElements : struct, IElements
{
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source) =>
        SimdConversion.TryPacked<TConversion, TElements>(destination, source, &c->Mxcsr) || SimdFaults.FloatingPoint(c);
}

/// <summary>The conversion to half precision whose result goes to memory.</summary>
internal readonly unsafe struct StoreHalves<TConversion, TElements> : ISimdOperation
    where TConversion : struct, IConversion where TElements : struct, IElements
{
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source) =>
        SimdConversion.TryPackedToMemory<TConversion, TElements>(destination, source, &c->Mxcsr) || SimdFaults.FloatingPoint(c);
}

internal readonly unsafe struct ConvertToRegister<TConversion> : IQuickSimdOperation where TConversion : struct, IConversion
{
    public static bool IsUsual(CpuState* c) => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o, byte* destination, byte* first, byte* source) =>
        SimdConversion.TryToRegisterQuickly<TConversion>(destination, source, &c->Mxcsr);

    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source) =>
        SimdConversion.TryToRegisterExactly<TConversion>(destination, source, &c->Mxcsr) || SimdFaults.FloatingPoint(c);
}

/// <summary>COMISS and COMISD, which find quiet NaNs invalid, and UCOMISS and UCOMISD, which do not.</summary>
internal readonly unsafe struct CompareToFlags<TQuietNaNs, TFormat, T> : IQuickSimdOperation
    where TQuietNaNs : struct, IQuietNaNs where TFormat : struct, IHostFloatFormat<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool IsUsual(CpuState* c) => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        int flags = ScalarComparison.CompareQuickly<TFormat, T>(first, source);
        if (flags == ScalarComparison.Faults) return false;
        LazyFlags.SetExplicit(c, (ulong)flags);
        return true;
    }

    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        int flags = ScalarComparison.Compare<TFormat, T>(first, source, TQuietNaNs.AreInvalid, &c->Mxcsr);
        if (flags == ScalarComparison.Faults) return SimdFaults.FloatingPoint(c);
        LazyFlags.SetExplicit(c, (ulong)flags);
        return true;
    }
}

internal interface IQuietNaNs
{
    static abstract bool AreInvalid { get; }
}

internal readonly struct QuietNaNsAreInvalid : IQuietNaNs
{
    public static bool AreInvalid => true;
}

internal readonly struct QuietNaNsAreValid : IQuietNaNs
{
    public static bool AreInvalid => false;
}

/// <summary>RCPPS, RSQRTPS and their scalar forms.</summary>
internal readonly unsafe struct Estimate<TFunction, TElements> : ISimdOperation where TFunction : struct, IEstimate where TElements : struct, IElements
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        uint* x = (uint*)source;
        if (TElements.IsScalar)
        {
            *(Vector128<uint>*)destination = (*(Vector128<uint>*)first).WithElement(0, TFunction.Apply(*x));
            return true;
        }
        for (int half = 0; half < Elements<TElements, float>.Halves; half++, x += 4)
        {
            ((Vector128<uint>*)destination)[half] =
                Vector128.Create(TFunction.Apply(x[0]), TFunction.Apply(x[1]), TFunction.Apply(x[2]), TFunction.Apply(x[3]));
        }
        return true;
    }
}

internal interface IEstimate
{
    static abstract uint Apply(uint bits);
}

internal readonly struct ReciprocalFunction : IEstimate
{
    public static uint Apply(uint bits) => ReciprocalEstimate.Reciprocal(bits);
}

internal readonly struct ReciprocalSquareRootFunction : IEstimate
{
    public static uint Apply(uint bits) => ReciprocalEstimate.ReciprocalSquareRoot(bits);
}
