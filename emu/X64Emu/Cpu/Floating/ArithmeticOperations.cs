using System.Numerics;
using System.Runtime.Intrinsics;

namespace X64Emu.Cpu.Floating;

/// <summary>An operation that rounds: computed by the host on whole vectors, and exactly on one element's bit patterns.</summary>
internal interface IArithmetic
{
    /// <summary>True when only the source is looked at.</summary>
    static abstract bool IsUnary { get; }

    /// <summary>The left operands, one an element: the first source's elements, or a choice of both sources'.</summary>
    static abstract Vector128<T> Left<T>(Vector128<T> first, Vector128<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The right operands.</summary>
    static abstract Vector128<T> Right<T>(Vector128<T> first, Vector128<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The operation on one element, in any environment.</summary>
    static abstract ulong Exact<TFormat>(ulong a, ulong b, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat;

    /// <summary>The host's result, rounded to nearest.</summary>
    static abstract Vector128<T> Host<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The same on element 0; the other elements are those of <paramref name="a"/>.</summary>
    static abstract Vector128<T> Scalar<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Witnesses, in the sense of <see cref="MiddleRange"/>, that the host's result is the guest's and raises no flag but PE.</summary>
    static abstract Vector128<T> Witness<T>(Vector128<T> a, Vector128<T> b, Vector128<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>Witnesses that an operand is zero and makes the result exact.</summary>
    static abstract Vector128<T> WitnessZero<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>The error of the host's <paramref name="result"/>, up to a factor: an element is zero exactly when its result is exact.</summary>
    static abstract Vector128<T> Residual<T>(Vector128<T> a, Vector128<T> b, Vector128<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>All ones in the elements where a zero result is exact, given operands that are finite and not denormal.</summary>
    static abstract Vector128<T> ZeroIsExact<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>ADDPS and its kin.</summary>
internal readonly struct AddOperation : IArithmetic
{
    public static bool IsUnary => false;

    public static Vector128<T> Left<T>(Vector128<T> first, Vector128<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => first;

    public static Vector128<T> Right<T>(Vector128<T> first, Vector128<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => source;

    public static ulong Exact<TFormat>(ulong a, ulong b, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat => SoftFloat.Add<TFormat>(a, b, ref environment);

    public static Vector128<T> Host<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => a + b;

    public static Vector128<T> Scalar<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => HostScalar.Add(a, b);

    public static Vector128<T> Witness<T>(Vector128<T> a, Vector128<T> b, Vector128<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => MiddleRange.Witness(a, b);

    public static Vector128<T> WitnessZero<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => MiddleRange.WitnessZero(a, b);

    /// <summary>Knuth's TwoSum.</summary>
    public static Vector128<T> Residual<T>(Vector128<T> a, Vector128<T> b, Vector128<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Vector128<T> virtualB = result - a;
        return (a - (result - virtualB)) + (b - virtualB);
    }

    /// <summary>A sum of normal numbers never underflows to zero.</summary>
    public static Vector128<T> ZeroIsExact<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vector128<T>.AllBitsSet;
}

/// <summary>SUBPS and its kin.</summary>
internal readonly struct SubtractOperation : IArithmetic
{
    public static bool IsUnary => false;

    public static Vector128<T> Left<T>(Vector128<T> first, Vector128<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => first;

    public static Vector128<T> Right<T>(Vector128<T> first, Vector128<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => source;

    public static ulong Exact<TFormat>(ulong a, ulong b, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat => SoftFloat.Subtract<TFormat>(a, b, ref environment);

    public static Vector128<T> Host<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => a - b;

    public static Vector128<T> Scalar<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => HostScalar.Subtract(a, b);

    public static Vector128<T> Witness<T>(Vector128<T> a, Vector128<T> b, Vector128<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => MiddleRange.Witness(a, b);

    public static Vector128<T> WitnessZero<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => MiddleRange.WitnessZero(a, b);

    public static Vector128<T> Residual<T>(Vector128<T> a, Vector128<T> b, Vector128<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => AddOperation.Residual(a, -b, result);

    public static Vector128<T> ZeroIsExact<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vector128<T>.AllBitsSet;
}

/// <summary>MULPS and its kin.</summary>
internal readonly struct MultiplyOperation : IArithmetic
{
    public static bool IsUnary => false;

    public static Vector128<T> Left<T>(Vector128<T> first, Vector128<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => first;

    public static Vector128<T> Right<T>(Vector128<T> first, Vector128<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => source;

    public static ulong Exact<TFormat>(ulong a, ulong b, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat => SoftFloat.Multiply<TFormat>(a, b, ref environment);

    public static Vector128<T> Host<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => a * b;

    public static Vector128<T> Scalar<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => HostScalar.Multiply(a, b);

    public static Vector128<T> Witness<T>(Vector128<T> a, Vector128<T> b, Vector128<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => MiddleRange.WitnessResult(result, b);

    public static Vector128<T> WitnessZero<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => MiddleRange.WitnessZero(a, b);

    public static Vector128<T> Residual<T>(Vector128<T> a, Vector128<T> b, Vector128<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => FusedMultiplyAdd.Compute(a, b, -result);

    public static Vector128<T> ZeroIsExact<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Vector128.Equals(a, Vector128<T>.Zero) | Vector128.Equals(b, Vector128<T>.Zero);
}

/// <summary>DIVPS and its kin.</summary>
internal readonly struct DivideOperation : IArithmetic
{
    public static bool IsUnary => false;

    public static Vector128<T> Left<T>(Vector128<T> first, Vector128<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => first;

    public static Vector128<T> Right<T>(Vector128<T> first, Vector128<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => source;

    public static ulong Exact<TFormat>(ulong a, ulong b, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat => SoftFloat.Divide<TFormat>(a, b, ref environment);

    public static Vector128<T> Host<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => a / b;

    public static Vector128<T> Scalar<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => HostScalar.Divide(a, b);

    public static Vector128<T> Witness<T>(Vector128<T> a, Vector128<T> b, Vector128<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => MiddleRange.WitnessResult(result, b);

    public static Vector128<T> WitnessZero<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => MiddleRange.WitnessZeroDividend(a, b);

    public static Vector128<T> Residual<T>(Vector128<T> a, Vector128<T> b, Vector128<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => FusedMultiplyAdd.Compute(-result, b, a);

    public static Vector128<T> ZeroIsExact<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vector128.Equals(a, Vector128<T>.Zero);
}

/// <summary>SQRTPS and its kin. The operand is b, the source of the instruction.</summary>
internal readonly struct SquareRootOperation : IArithmetic
{
    public static bool IsUnary => true;

    public static Vector128<T> Left<T>(Vector128<T> first, Vector128<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => first;

    public static Vector128<T> Right<T>(Vector128<T> first, Vector128<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => source;

    public static ulong Exact<TFormat>(ulong a, ulong b, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat => SoftFloat.SquareRoot<TFormat>(b, ref environment);

    public static Vector128<T> Host<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vector128.Sqrt(b);

    public static Vector128<T> Scalar<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => HostScalar.SquareRoot(a, b);

    public static Vector128<T> Witness<T>(Vector128<T> a, Vector128<T> b, Vector128<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => MiddleRange.WitnessPositive(b);

    public static Vector128<T> WitnessZero<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vector128.Equals(b, Vector128<T>.Zero);

    public static Vector128<T> Residual<T>(Vector128<T> a, Vector128<T> b, Vector128<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => FusedMultiplyAdd.Compute(-result, result, b);

    public static Vector128<T> ZeroIsExact<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vector128.Equals(b, Vector128<T>.Zero);
}

/// <summary>a * b + c with one rounding, for both element types.</summary>
internal static class FusedMultiplyAdd
{
    public static Vector128<T> Compute<T>(Vector128<T> a, Vector128<T> b, Vector128<T> c)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => typeof(T) == typeof(double)
            ? Vector128.FusedMultiplyAdd(a.AsDouble(), b.AsDouble(), c.AsDouble()).As<double, T>()
            : Vector128.FusedMultiplyAdd(a.AsSingle(), b.AsSingle(), c.AsSingle()).As<float, T>();
}
