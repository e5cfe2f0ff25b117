using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace X64Emu.Cpu.Floating;

/// <summary>Which elements of a register an instruction works on.</summary>
internal interface IElements
{
    /// <summary>True for the ..SS and ..SD forms, which touch element 0 alone.</summary>
    static abstract bool IsScalar { get; }
}

/// <summary>The PS and PD forms.</summary>
internal readonly struct PackedElements : IElements
{
    public static bool IsScalar => false;
}

/// <summary>The SS and SD forms.</summary>
internal readonly struct ScalarElement : IElements
{
    public static bool IsScalar => true;
}

/// <summary>Runs SSE arithmetic: destination = first op source, flags into MXCSR.</summary>
/// <remarks>
/// The host computes where its result and flags are certain to be the guest's: operands and result are normal numbers or exact zeros, rounding is
/// to nearest and precision is masked. Everything else goes to <see cref="SoftFloat"/>. All methods return false when an unmasked exception was
/// raised; then only MXCSR has changed. The pointers name guest registers, or guest memory that holds a whole operand (4, 8 or 16
/// bytes); no alignment is needed.
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
        => (IsUsual(*mxcsr) && TryArithmeticQuickly<TOperation, TElements, TFormat, T>(destination, first, source))
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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryArithmeticQuickly<TOperation, TElements, TFormat, T>(byte* destination, byte* first, byte* source)
        where TOperation : struct, IArithmetic
        where TElements : struct, IElements
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector128<T> b = Load<TElements, T>(source), a = TOperation.IsUnary ? b : Load<TElements, T>(first), result = TOperation.Host(a, b);
        if (!IsTrue<TElements, T>(AllNormal<TFormat, T>(a, b, result)))
            return false;
        Store<TElements, T>(destination, result);
        return true;
    }

    /// <summary>The usual case of an operation that compares or chooses, without calls. False when it is another one: nothing has changed.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TrySelectionQuickly<TOperation, TElements, TFormat, T>(byte* destination, byte* first, byte* source)
        where TOperation : struct, ISelection
        where TElements : struct, IElements
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector128<T> a = Load<TElements, T>(first), b = Load<TElements, T>(source);
        if (IsTrue<TElements, T>(IsNumberNotDenormal<TFormat, T>(a) & IsNumberNotDenormal<TFormat, T>(b)))
        {
            Store<TElements, T>(destination, TOperation.Host(a, b));
            return true;
        }
        return false;
    }

    /// <summary>The host's result still counts when zeros are among the numbers, and while PE is clear when the host can tell exact from inexact.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool TryArithmeticCarefully<TOperation, TElements, TFormat, T>(byte* destination, byte* first, byte* source, uint* mxcsr)
        where TOperation : struct, IArithmetic
        where TElements : struct, IElements
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if ((*mxcsr & FastPathBits) == Mxcsr.PrecisionMask)
        {
            Vector128<T> b = Load<TElements, T>(source), a = TOperation.IsUnary ? b : Load<TElements, T>(first), result = TOperation.Host(a, b);
            bool inexactAlready = (*mxcsr & (uint)FloatExceptions.Precision) != 0;
            T floor = inexactAlready ? TFormat.SurelyNotTiny : TFormat.ErrorIsNormal;
            Vector128<T> zeroResult = Vector128.Equals(result, Vector128<T>.Zero) & TOperation.ZeroIsExact(a, b);
            Vector128<T> certain = IsNumberNotDenormal<TFormat, T>(a) & IsNumberNotDenormal<TFormat, T>(b)
                & (zeroResult | (IsWithin<TFormat, T>(floor, result) & (Vector128.Create(inexactAlready ? (byte)0xFF : (byte)0).As<byte, T>()
                    | (IsZeroOrWithin<TFormat, T>(floor, a) & IsZeroOrWithin<TFormat, T>(floor, b)))));
            if (IsTrue<TElements, T>(certain))
            {
                Vector128<T> isExact = zeroResult | Vector128.Equals(TOperation.Residual(a, b, result), Vector128<T>.Zero);
                if (!inexactAlready && !IsTrue<TElements, T>(isExact))
                    *mxcsr |= (uint)FloatExceptions.Precision;
                Store<TElements, T>(destination, result);
                return true;
            }
        }
        return TryArithmeticExactly<TOperation, TElements, TFormat, T>(destination, first, source, mxcsr);
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
        Vector128<ulong> result = default; // room for the widest case: two doubles or four floats
        for (int i = 0; i < Count<TElements, T>(); i++)
            Write<T>((byte*)&result, i, TOperation.Exact<TFormat>(Read<T>(first, i), Read<T>(source, i), ref environment));
        if (!Mxcsr.Report(ref *mxcsr, environment.Raised))
            return false;
        Store<TElements, T>(destination, result.As<ulong, T>());
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
        Vector128<ulong> result = default;
        for (int i = 0; i < Count<TElements, T>(); i++)
            Write<T>((byte*)&result, i, TOperation.Exact<TFormat>(Read<T>(first, i), Read<T>(source, i), ref environment));
        if (!Mxcsr.Report(ref *mxcsr, environment.Raised))
            return false;
        Store<TElements, T>(destination, result.As<ulong, T>());
        return true;
    }

    private static int Count<TElements, T>()
        where TElements : struct, IElements
        where T : unmanaged
        => TElements.IsScalar ? 1 : 16 / sizeof(T);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Load<TElements, T>(byte* address)
        where TElements : struct, IElements
        where T : unmanaged
        => TElements.IsScalar ? Vector128.CreateScalar(*(T*)address) : *(Vector128<T>*)address;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store<TElements, T>(byte* address, Vector128<T> value)
        where TElements : struct, IElements
        where T : unmanaged
    {
        if (TElements.IsScalar)
            *(T*)address = value.ToScalar();
        else
            *(Vector128<T>*)address = value;
    }

    private static ulong Read<T>(byte* elements, int index)
        where T : unmanaged
        => sizeof(T) == 8 ? ((ulong*)elements)[index] : ((uint*)elements)[index];

    private static void Write<T>(byte* elements, int index, ulong value)
        where T : unmanaged
    {
        if (sizeof(T) == 8)
            ((ulong*)elements)[index] = value;
        else
            ((uint*)elements)[index] = (uint)value;
    }

    /// <summary>True when all elements that count are all ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsTrue<TElements, T>(Vector128<T> mask)
        where TElements : struct, IElements
        where T : unmanaged
    {
        if (!TElements.IsScalar)
            return mask.AsUInt64() == Vector128<ulong>.AllBitsSet;
        return sizeof(T) == 8 ? mask.AsUInt64().ToScalar() != 0 : mask.AsUInt32().ToScalar() != 0;
    }

    /// <summary>Operands are normal or infinite, the result is normal and was not tiny: with a finite result, operands are finite too, except a divisor,
    /// and then the result is zero and fails. NaNs fail because they make the result a NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> AllNormal<TFormat, T>(Vector128<T> a, Vector128<T> b, Vector128<T> result)
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector128<T> magnitude = Vector128.Abs(result);
        Vector128<T> smallest = Vector128.MinNative(Vector128.MinNative(Vector128.Abs(a), Vector128.Abs(b)), magnitude);
        return Vector128.GreaterThanOrEqual(smallest, Vector128.Create(TFormat.SurelyNotTiny))
            & Vector128.LessThanOrEqual(magnitude, Vector128.Create(TFormat.LargestFinite));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> IsNumberNotDenormal<TFormat, T>(Vector128<T> value)
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Vector128.GreaterThanOrEqual(Vector128.Abs(value), Vector128.Create(TFormat.SmallestNormal)) | Vector128.Equals(value, Vector128<T>.Zero);

    /// <summary>Neither NaNs nor denormals, both in one check.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreNumbersNotDenormal<TFormat, T>(T x, T y)
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector128<T> both = typeof(T) == typeof(double)
            ? Vector128.Create(Unsafe.BitCast<T, double>(x), Unsafe.BitCast<T, double>(y)).As<double, T>()
            : Vector128.Create(Unsafe.BitCast<T, float>(x), Unsafe.BitCast<T, float>(y), 0, 0).As<float, T>();
        return IsTrue<PackedElements, T>(IsNumberNotDenormal<TFormat, T>(both));
    }

    private static Vector128<T> IsWithin<TFormat, T>(T floor, Vector128<T> value)
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Vector128.GreaterThanOrEqual(Vector128.Abs(value), Vector128.Create(floor))
            & Vector128.LessThanOrEqual(Vector128.Abs(value), Vector128.Create(TFormat.LargestFinite));

    private static Vector128<T> IsZeroOrWithin<TFormat, T>(T floor, Vector128<T> value)
        where TFormat : struct, IHostFloatFormat<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Vector128.Equals(value, Vector128<T>.Zero) | IsWithin<TFormat, T>(floor, value);
}
