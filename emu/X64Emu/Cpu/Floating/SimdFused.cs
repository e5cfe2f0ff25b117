using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace X64Emu.Cpu.Floating;

/// <summary>Runs FMA instructions. Pointers, return values and the rule for the host's result are as in <see cref="SimdFloat"/>.</summary>
/// <remarks>The rest of a scalar's destination stays, unlike with other VEX scalars.</remarks>
internal static unsafe class SimdFused<TSigns, TOrder, TElements, TFormat, T>
    where TSigns : struct, IFusedSigns
    where TOrder : struct, IFusedOrder
    where TElements : struct, IElements
    where TFormat : struct, IHostFloatFormat<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The usual case, given <see cref="SimdFloat.IsUsual"/>, without calls. False when it is another one: nothing has changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryQuickly(byte* destination, byte* first, byte* source)
    {
        byte* x = TOrder.A(destination, first, source), y = TOrder.B(destination, first, source), z = TOrder.C(destination, first, source);
        Vector128<T> a = Elements<TElements, T>.Load(x), b = Elements<TElements, T>.Load(y), c = Elements<TElements, T>.Load(z);
        Vector128<T> result = FusedHost<TSigns, T>.Compute(a, b, c), witness = Witness(a, b, c, result);
        if (TElements.IsWide)
        {
            a = Elements<TElements, T>.Load(x + 16);
            b = Elements<TElements, T>.Load(y + 16);
            c = Elements<TElements, T>.Load(z + 16);
            Vector128<T> high = FusedHost<TSigns, T>.Compute(a, b, c);
            if (!MiddleRange.IsWitnessed<TElements, T>(witness & Witness(a, b, c, high)))
                return false;
            *(Vector128<T>*)(destination + 16) = high;
        }
        else if (!MiddleRange.IsWitnessed<TElements, T>(witness))
            return false;
        Elements<TElements, T>.Store(destination, destination, result);
        return true;
    }

    /// <summary>The host's result still counts when zeros are among the numbers, and while PE is clear when the host can tell exact from inexact.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryCarefully(byte* destination, byte* first, byte* source, uint* mxcsr)
    {
        if (!SimdFloat.IsUsual(*mxcsr | (uint)FloatExceptions.Precision))
            return TryExactly(destination, first, source, mxcsr);
        bool inexactAlready = (*mxcsr & (uint)FloatExceptions.Precision) != 0, isExact = true;
        Vector256<T> results = default;
        for (int half = 0; half < Elements<TElements, T>.Halves; half++)
        {
            Vector128<T> a = Elements<TElements, T>.Load(TOrder.A(destination, first, source) + (16 * half));
            Vector128<T> b = Elements<TElements, T>.Load(TOrder.B(destination, first, source) + (16 * half));
            Vector128<T> c = Elements<TElements, T>.Load(TOrder.C(destination, first, source) + (16 * half));
            Vector128<T> result = FusedHost<TSigns, T>.Compute(a, b, c);
            Vector128<T> certain = AreCertain(a, b, c, result) & (inexactAlready ? Vector128<T>.AllBitsSet : AreExactProducts(a, b));
            if (!Elements<TElements, T>.AreTrue(certain))
                return TryExactly(destination, first, source, mxcsr);
            Vector128<T> error = AddOperation.Residual(FusedHost<TSigns, T>.Factor(a) * b, FusedHost<TSigns, T>.Addend(c), result);
            isExact &= inexactAlready || Elements<TElements, T>.AreTrue(Vector128.Equals(error, Vector128<T>.Zero));
            ((Vector128<T>*)&results)[half] = result;
        }
        if (!isExact)
            *mxcsr |= (uint)FloatExceptions.Precision;
        SimdFloat.StoreAll<TElements, T>(destination, destination, results);
        return true;
    }

    /// <summary>Element by element, in integer arithmetic.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool TryExactly(byte* destination, byte* first, byte* source, uint* mxcsr)
    {
        FloatEnvironment environment = FloatEnvironment.FromMxcsr(*mxcsr);
        Vector256<T> results = default;
        byte* x = TOrder.A(destination, first, source), y = TOrder.B(destination, first, source), z = TOrder.C(destination, first, source);
        for (int i = 0; i < Elements<TElements, T>.Count; i++)
        {
            ulong a = Elements<TElements, T>.Read(x, i), b = Elements<TElements, T>.Read(y, i), c = Elements<TElements, T>.Read(z, i);
            bool negateAddend = i % 2 == 0 ? TSigns.NegatesEvenAddends : TSigns.NegatesOddAddends;
            Elements<TElements, T>.Write((byte*)&results, i,
                SoftFloatFused.MultiplyAdd<TFormat>(a, b, c, TSigns.NegatesProduct, negateAddend, ref environment));
        }
        if (!Mxcsr.Report(ref *mxcsr, environment.Raised))
            return false;
        SimdFloat.StoreAll<TElements, T>(destination, destination, results);
        return true;
    }

    /// <summary>Witnesses that operands and result are far from overflow and underflow.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Witness(Vector128<T> a, Vector128<T> b, Vector128<T> c, Vector128<T> result)
        => MiddleRange.Witness(a, b) & MiddleRange.Witness(c, result);

    /// <summary>Where the host's result and flags, but for PE, are the guest's: a zero result is exact when all that was added was zero.</summary>
    private static Vector128<T> AreCertain(Vector128<T> a, Vector128<T> b, Vector128<T> c, Vector128<T> result)
    {
        Vector128<T> zero = Vector128<T>.Zero;
        Vector128<T> isZero = (Vector128.Equals(a, zero) | Vector128.Equals(b, zero)) & Vector128.Equals(c, zero);
        return FloatMasks<TFormat, T>.AreOrdinary(a) & FloatMasks<TFormat, T>.AreOrdinary(b) & FloatMasks<TFormat, T>.AreOrdinary(c)
            & (FloatMasks<TFormat, T>.AreWithin(TFormat.SurelyNotTiny, result) | (isZero & Vector128.Equals(result, zero)));
    }

    /// <summary>Where a * b needs no rounding, so that the operation is a plain sum, whose error the host can tell.</summary>
    private static Vector128<T> AreExactProducts(Vector128<T> a, Vector128<T> b)
    {
        Vector128<T> product = a * b, zero = Vector128<T>.Zero;
        Vector128<T> isZero = Vector128.Equals(a, zero) | Vector128.Equals(b, zero);
        return isZero | (FloatMasks<TFormat, T>.AreWithin(TFormat.ErrorIsNormal, product)
            & Vector128.Equals(FusedMultiplyAdd.Compute(a, b, -product), zero));
    }
}
