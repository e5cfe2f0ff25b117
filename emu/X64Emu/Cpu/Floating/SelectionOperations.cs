using System.Numerics;
using System.Runtime.Intrinsics;

namespace X64Emu.Cpu.Floating;

/// <summary>An operation that compares and chooses but computes nothing, so that ordinary operands raise nothing at all.</summary>
internal interface ISelection
{
    /// <summary>The operation on one element, in any environment; comparisons give all ones or all zeros.</summary>
    static abstract ulong Exact<TFormat>(ulong a, ulong b, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat;

    /// <summary>The host's result for operands that are neither NaNs nor denormals.</summary>
    static abstract Vector128<T> Host<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>MINPS and its kin.</summary>
internal readonly struct MinimumOperation : ISelection
{
    public static ulong Exact<TFormat>(ulong a, ulong b, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat => SoftFloatComparison.Minimum<TFormat>(a, b, ref environment);

    public static Vector128<T> Host<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vector128.ConditionalSelect(Vector128.LessThan(a, b), a, b);
}

/// <summary>MAXPS and its kin.</summary>
internal readonly struct MaximumOperation : ISelection
{
    public static ulong Exact<TFormat>(ulong a, ulong b, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat => SoftFloatComparison.Maximum<TFormat>(a, b, ref environment);

    public static Vector128<T> Host<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vector128.ConditionalSelect(Vector128.GreaterThan(a, b), a, b);
}

/// <summary>One of the 32 predicates of VCMPPS, of which CMPPS has the first eight (Intel SDM Vol. 2, CMPPS, table 3-1).</summary>
internal interface IComparePredicate
{
    /// <summary>LT, LE and their negations raise invalid for quiet NaNs too.</summary>
    static abstract bool QuietNaNsAreInvalid { get; }

    static abstract bool Holds(FloatRelation relation);

    static abstract Vector128<T> Host<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}

/// <summary>CMPPS and its kin.</summary>
internal readonly struct CompareOperation<TPredicate> : ISelection
    where TPredicate : struct, IComparePredicate
{
    public static ulong Exact<TFormat>(ulong a, ulong b, ref FloatEnvironment environment)
        where TFormat : struct, IFloatFormat
        => TPredicate.Holds(SoftFloatComparison.Compare<TFormat>(a, b, TPredicate.QuietNaNsAreInvalid, ref environment)) ? ulong.MaxValue : 0;

    public static Vector128<T> Host<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TPredicate.Host(a, b);
}

/// <summary>Predicate 0.</summary>
internal readonly struct EqualPredicate : IComparePredicate
{
    public static bool QuietNaNsAreInvalid => false;

    public static bool Holds(FloatRelation relation) => relation == FloatRelation.Equal;

    public static Vector128<T> Host<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vector128.Equals(a, b);
}

/// <summary>Predicate 1.</summary>
internal readonly struct LessPredicate : IComparePredicate
{
    public static bool QuietNaNsAreInvalid => true;

    public static bool Holds(FloatRelation relation) => relation == FloatRelation.Less;

    public static Vector128<T> Host<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vector128.LessThan(a, b);
}

/// <summary>Predicate 2.</summary>
internal readonly struct LessOrEqualPredicate : IComparePredicate
{
    public static bool QuietNaNsAreInvalid => true;

    public static bool Holds(FloatRelation relation) => relation is FloatRelation.Less or FloatRelation.Equal;

    public static Vector128<T> Host<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vector128.LessThanOrEqual(a, b);
}

/// <summary>Predicate 3.</summary>
internal readonly struct UnorderedPredicate : IComparePredicate
{
    public static bool QuietNaNsAreInvalid => false;

    public static bool Holds(FloatRelation relation) => relation == FloatRelation.Unordered;

    public static Vector128<T> Host<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vector128<T>.Zero;
}

/// <summary>Bit 2 of the predicate: the negation.</summary>
internal readonly struct NotPredicate<TPredicate> : IComparePredicate
    where TPredicate : struct, IComparePredicate
{
    public static bool QuietNaNsAreInvalid => TPredicate.QuietNaNsAreInvalid;

    public static bool Holds(FloatRelation relation) => !TPredicate.Holds(relation);

    public static Vector128<T> Host<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => ~TPredicate.Host(a, b);
}

/// <summary>Bit 3: NaNs make it true.</summary>
internal readonly struct OrUnorderedPredicate<TPredicate> : IComparePredicate
    where TPredicate : struct, IComparePredicate
{
    public static bool QuietNaNsAreInvalid => TPredicate.QuietNaNsAreInvalid;

    public static bool Holds(FloatRelation relation) => relation == FloatRelation.Unordered || TPredicate.Holds(relation);

    public static Vector128<T> Host<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TPredicate.Host(a, b);
}

/// <summary>Predicate 11, which is always false.</summary>
internal readonly struct NeverPredicate : IComparePredicate
{
    public static bool QuietNaNsAreInvalid => false;

    public static bool Holds(FloatRelation relation) => false;

    public static Vector128<T> Host<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Vector128<T>.Zero;
}

/// <summary>Bit 4: quiet NaNs are invalid where they were not, and the other way round.</summary>
internal readonly struct OppositeSignalling<TPredicate> : IComparePredicate
    where TPredicate : struct, IComparePredicate
{
    public static bool QuietNaNsAreInvalid => !TPredicate.QuietNaNsAreInvalid;

    public static bool Holds(FloatRelation relation) => TPredicate.Holds(relation);

    public static Vector128<T> Host<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => TPredicate.Host(a, b);
}
