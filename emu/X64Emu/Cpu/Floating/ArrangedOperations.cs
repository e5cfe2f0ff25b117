using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace X64Emu.Cpu.Floating;

/// <summary>Which elements an operation brings together.</summary>
internal interface IArrangement
{
    static abstract Vector128<T> Left<T>(Vector128<T> first, Vector128<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    static abstract Vector128<T> Right<T>(Vector128<T> first, Vector128<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>An operation on rearranged elements.</summary>
internal readonly struct Arranged<TArrangement, TOperation> : IArithmetic
    where TArrangement : struct, IArrangement
    where TOperation : struct, IArithmetic
{
    public static bool IsUnary => TOperation.IsUnary;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Left<T>(Vector128<T> first, Vector128<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TArrangement.Left(first, source);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Right<T>(Vector128<T> first, Vector128<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TArrangement.Right(first, source);

    public static ulong Exact<TFormat>(ulong a, ulong b, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat => TOperation.Exact<TFormat>(a, b, ref environment);

    public static Vector128<T> Host<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TOperation.Host(a, b);

    public static Vector128<T> Scalar<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TOperation.Scalar(a, b);

    public static Vector128<T> Witness<T>(Vector128<T> a, Vector128<T> b, Vector128<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TOperation.Witness(a, b, result);

    public static Vector128<T> WitnessZero<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TOperation.WitnessZero(a, b);

    public static Vector128<T> Residual<T>(Vector128<T> a, Vector128<T> b, Vector128<T> result)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TOperation.Residual(a, b, result);

    public static Vector128<T> ZeroIsExact<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TOperation.ZeroIsExact(a, b);
}

/// <summary>HADDPS, HSUBPD and their kin: neighbours in the first source, then neighbours in the second.</summary>
internal readonly struct Neighbours : IArrangement
{
    /// <summary>The even elements of both.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Left<T>(Vector128<T> first, Vector128<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Lows(typeof(T) == typeof(double) ? first : Vector128.Shuffle(first.AsUInt32(), Vector128.Create(0u, 2, 1, 3)).As<uint, T>(),
            typeof(T) == typeof(double) ? source : Vector128.Shuffle(source.AsUInt32(), Vector128.Create(0u, 2, 1, 3)).As<uint, T>());

    /// <summary>The odd elements of both.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Right<T>(Vector128<T> first, Vector128<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => Highs(typeof(T) == typeof(double) ? first : Vector128.Shuffle(first.AsUInt32(), Vector128.Create(0u, 2, 1, 3)).As<uint, T>(),
            typeof(T) == typeof(double) ? source : Vector128.Shuffle(source.AsUInt32(), Vector128.Create(0u, 2, 1, 3)).As<uint, T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Lows<T>(Vector128<T> a, Vector128<T> b) => Vector128.Create(a.GetLower(), b.GetLower());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> Highs<T>(Vector128<T> a, Vector128<T> b) => Vector128.Create(a.GetUpper(), b.GetUpper());
}

/// <summary>ADDSUBPS and ADDSUBPD as additions: even elements of the source change their sign. Not so NaNs, which pass through a subtraction as they
/// are.</summary>
internal readonly struct AlternatingSigns : IArrangement
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Left<T>(Vector128<T> first, Vector128<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => first;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Right<T>(Vector128<T> first, Vector128<T> source)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => source ^ (Vector128.Equals(source, source) & SignsOfEvenElements<T>());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> SignsOfEvenElements<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => typeof(T) == typeof(double) ? Vector128.Create(-0.0, 0.0).As<double, T>() : Vector128.Create(-0.0f, 0.0f, -0.0f, 0.0f).As<float, T>();
}
