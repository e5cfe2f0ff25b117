using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace X64Emu.Cpu.Floating;

/// <summary>Runs SSE and AVX arithmetic: destination = first op source, flags into MXCSR.</summary>
/// <remarks>
/// The host computes where its result and flags are certain to be the guest's: operands and result are normal numbers or exact zeros, rounding is
/// to nearest and precision is masked. Everything else goes to <see cref="SoftFloat"/>. All methods return false when an unmasked exception was
/// raised; then only MXCSR has changed. The destination and the first source are guest registers; the other source may be guest memory that holds a
/// whole operand (4, 8, 16 or 32 bytes). No alignment is needed.
/// </remarks>
internal static unsafe class SimdFloat
{
    private const uint FastPathBits = Mxcsr.RoundingControl | Mxcsr.PrecisionMask;

    /// <summary>An operation that rounds.</summary>
    public static bool TryArithmetic<TOperation, TElements, TFormat, T>(byte* destination, byte* first, byte* source, uint* mxcsr)
        where TOperation : struct, IArithmetic
        where TElements : struct, IElements
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => (IsUsual(*mxcsr) && TryArithmeticQuickly<TOperation, TElements, T>(destination, first, source, withZeros: true))
            || TryArithmeticCarefully<TOperation, TElements, TFormat, T>(destination, first, source, mxcsr);

    /// <summary>An operation that compares or chooses.</summary>
    public static bool TrySelection<TOperation, TElements, TFormat, T>(byte* destination, byte* first, byte* source, uint* mxcsr)
        where TOperation : struct, ISelection
        where TElements : struct, IElements
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => TrySelectionQuickly<TOperation, TElements, TFormat, T>(destination, first, source)
            || TrySelectionExactly<TOperation, TElements, TFormat, T>(destination, first, source, mxcsr);

    /// <summary>Whether <see cref="TryArithmeticQuickly"/> may be tried: PE is set already, so that an inexact result changes no flag.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsUsual(uint mxcsr)
        => (mxcsr & (FastPathBits | (uint)FloatExceptions.Precision)) == (Mxcsr.PrecisionMask | (uint)FloatExceptions.Precision);

    /// <summary>The usual case of an operation that rounds, without calls. False when it is another one: nothing has changed.</summary>
    /// <param name="destination">The register to write.</param>
    /// <param name="first">The first source.</param>
    /// <param name="source">The second source.</param>
    /// <param name="withZeros">True to include exact results of zero operands, for a few instructions more.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryArithmeticQuickly<TOperation, TElements, T>(byte* destination, byte* first, byte* source, bool withZeros)
        where TOperation : struct, IArithmetic
        where TElements : struct, IElements
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector128<T> a = Left<TOperation, TElements, T>(first, source), b = Right<TOperation, TElements, T>(first, source);
        Vector128<T> result = TElements.IsScalar ? TOperation.Scalar(*(Vector128<T>*)first, b) : TOperation.Host(a, b);
        Vector128<T> witness = Witness<TOperation, T>(a, b, result, withZeros);
        if (TElements.IsWide)
        {
            a = Left<TOperation, TElements, T>(first + 16, source + 16);
            b = Right<TOperation, TElements, T>(first + 16, source + 16);
            Vector128<T> high = TOperation.Host(a, b);
            if (!MiddleRange.IsWitnessed<TElements, T>(witness & Witness<TOperation, T>(a, b, high, withZeros)))
                return false;
            *(Vector128<T>*)(destination + 16) = high;
        }
        else if (!MiddleRange.IsWitnessed<TElements, T>(witness))
            return false;
        *(Vector128<T>*)destination = result;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Witness<TOperation, T>(Vector128<T> a, Vector128<T> b, Vector128<T> result, bool withZeros)
        where TOperation : struct, IArithmetic
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => withZeros ? TOperation.Witness(a, b, result) | TOperation.WitnessZero(a, b) : TOperation.Witness(a, b, result);

    /// <summary>The usual case of an operation that compares or chooses, without calls. False when it is another one: nothing has changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TrySelectionQuickly<TOperation, TElements, TFormat, T>(byte* destination, byte* first, byte* source)
        where TOperation : struct, ISelection
        where TElements : struct, IElements
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector128<T> a = Elements<TElements, T>.Load(first), b = Elements<TElements, T>.Load(source), result = TOperation.Host(a, b);
        Vector128<T> certain = FloatMasks<TFormat, T>.AreOrdinary(a) & FloatMasks<TFormat, T>.AreOrdinary(b);
        if (TElements.IsWide)
        {
            a = Elements<TElements, T>.Load(first + 16);
            b = Elements<TElements, T>.Load(source + 16);
            if (!Elements<TElements, T>.AreTrue(certain & FloatMasks<TFormat, T>.AreOrdinary(a) & FloatMasks<TFormat, T>.AreOrdinary(b)))
                return false;
            Elements<TElements, T>.Store(destination + 16, first + 16, TOperation.Host(a, b));
        }
        else if (!Elements<TElements, T>.AreTrue(certain))
            return false;
        Elements<TElements, T>.Store(destination, first, result);
        return true;
    }

    /// <summary>The host's result still counts when zeros are among the numbers, and while PE is clear when the host can tell exact from inexact.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryArithmeticCarefully<TOperation, TElements, TFormat, T>(byte* destination, byte* first, byte* source, uint* mxcsr)
        where TOperation : struct, IArithmetic
        where TElements : struct, IElements
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if ((*mxcsr & FastPathBits) != Mxcsr.PrecisionMask)
            return TryArithmeticExactly<TOperation, TElements, TFormat, T>(destination, first, source, mxcsr);
        bool inexactAlready = (*mxcsr & (uint)FloatExceptions.Precision) != 0, isExact = true;
        Vector256<T> results = default;
        for (int half = 0; half < Elements<TElements, T>.Halves; half++)
        {
            byte* x = first + 16 * half, y = source + 16 * half;
            Vector128<T> a = Left<TOperation, TElements, T>(x, y), b = Right<TOperation, TElements, T>(x, y), result = TOperation.Host(a, b);
            if (!Elements<TElements, T>.AreTrue(AreCertain<TOperation, TFormat, T>(a, b, result, inexactAlready)))
                return TryArithmeticExactly<TOperation, TElements, TFormat, T>(destination, first, source, mxcsr);
            isExact &= inexactAlready || Elements<TElements, T>.AreTrue((Vector128.Equals(result, Vector128<T>.Zero) & TOperation.ZeroIsExact(a, b))
                | Vector128.Equals(TOperation.Residual(a, b, result), Vector128<T>.Zero));
            ((Vector128<T>*)&results)[half] = result;
        }
        if (!isExact)
            *mxcsr |= (uint)FloatExceptions.Precision;
        StoreAll<TElements, T>(destination, first, results);
        return true;
    }

    /// <summary>Element by element, in integer arithmetic.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool TryArithmeticExactly<TOperation, TElements, TFormat, T>(byte* destination, byte* first, byte* source, uint* mxcsr)
        where TOperation : struct, IArithmetic
        where TElements : struct, IElements
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        FloatEnvironment environment = FloatEnvironment.FromMxcsr(*mxcsr);
        Vector256<T> results = default;
        for (int half = 0; half < Elements<TElements, T>.Halves; half++)
        {
            byte* x = first + 16 * half, y = source + 16 * half;
            Vector128<T> a = Left<TOperation, TElements, T>(x, y), b = Right<TOperation, TElements, T>(x, y), result = default;
            for (int i = 0; i < Math.Min(Elements<TElements, T>.Count, Vector128<T>.Count); i++)
            {
                ulong exact = TOperation.Exact<TFormat>(Elements<TElements, T>.Read((byte*)&a, i), Elements<TElements, T>.Read((byte*)&b, i), ref environment);
                Elements<TElements, T>.Write((byte*)&result, i, exact);
            }
            ((Vector128<T>*)&results)[half] = result;
        }
        if (!Mxcsr.Report(ref *mxcsr, environment.Raised))
            return false;
        StoreAll<TElements, T>(destination, first, results);
        return true;
    }

    /// <summary>Element by element, on bit patterns.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    internal static bool TrySelectionExactly<TOperation, TElements, TFormat, T>(byte* destination, byte* first, byte* source, uint* mxcsr)
        where TOperation : struct, ISelection
        where TElements : struct, IElements
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        FloatEnvironment environment = FloatEnvironment.FromMxcsr(*mxcsr);
        Vector256<T> results = default;
        for (int i = 0; i < Elements<TElements, T>.Count; i++)
        {
            ulong exact = TOperation.Exact<TFormat>(Elements<TElements, T>.Read(first, i), Elements<TElements, T>.Read(source, i), ref environment);
            Elements<TElements, T>.Write((byte*)&results, i, exact);
        }
        if (!Mxcsr.Report(ref *mxcsr, environment.Raised))
            return false;
        StoreAll<TElements, T>(destination, first, results);
        return true;
    }

    /// <summary>Neither NaNs nor denormals, both in one check.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreNumbersNotDenormal<TFormat, T>(T x, T y)
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector128<T> both = typeof(T) == typeof(double)
            ? Vector128.Create(Unsafe.BitCast<T, double>(x), Unsafe.BitCast<T, double>(y)).As<double, T>()
            : Vector128.Create(Unsafe.BitCast<T, float>(x), Unsafe.BitCast<T, float>(y), 0, 0).As<float, T>();
        return Elements<PackedElements, T>.AreTrue(FloatMasks<TFormat, T>.AreOrdinary(both));
    }

    /// <summary>Writes the results of all elements.</summary>
    public static void StoreAll<TElements, T>(byte* destination, byte* first, Vector256<T> results)
        where TElements : struct, IElements
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Elements<TElements, T>.Store(destination, first, results.GetLower());
        if (TElements.IsWide)
            Elements<TElements, T>.Store(destination + 16, first + 16, results.GetUpper());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Left<TOperation, TElements, T>(byte* first, byte* source)
        where TOperation : struct, IArithmetic
        where TElements : struct, IElements
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => TOperation.IsUnary ? Elements<TElements, T>.Load(source)
            : TOperation.Left(Elements<TElements, T>.Load(first), Elements<TElements, T>.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Right<TOperation, TElements, T>(byte* first, byte* source)
        where TOperation : struct, IArithmetic
        where TElements : struct, IElements
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => TOperation.IsUnary ? Elements<TElements, T>.Load(source)
            : TOperation.Right(Elements<TElements, T>.Load(first), Elements<TElements, T>.Load(source));

    /// <summary>Where the host's result and flags, but for PE, are the guest's.</summary>
    private static Vector128<T> AreCertain<TOperation, TFormat, T>(Vector128<T> a, Vector128<T> b, Vector128<T> result, bool inexactAlready)
        where TOperation : struct, IArithmetic
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T floor = inexactAlready ? TFormat.SurelyNotTiny : TFormat.ErrorIsNormal;
        Vector128<T> errorIsKnown = inexactAlready ? Vector128<T>.AllBitsSet
            : FloatMasks<TFormat, T>.AreZeroOrWithin(floor, a) & FloatMasks<TFormat, T>.AreZeroOrWithin(floor, b);
        Vector128<T> isExactZero = Vector128.Equals(result, Vector128<T>.Zero) & TOperation.ZeroIsExact(a, b);
        return FloatMasks<TFormat, T>.AreOrdinary(a) & FloatMasks<TFormat, T>.AreOrdinary(b)
            & (isExactZero | (FloatMasks<TFormat, T>.AreWithin(floor, result) & errorIsKnown));
    }
}
