using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace X64Emu.Cpu.Floating;

/// <summary>
/// Finds numbers that are far from overflow and underflow: those whose exponents are in the middle half of their range, from -512 to 511 for doubles
/// and from -64 to 63 for singles. One addition to the exponent field sets its top bit, the witness, for these numbers and clears it for all others;
/// zeros, denormals, infinities and NaNs are among the others.
/// </summary>
internal static class MiddleRange
{
    /// <summary>Witnesses that both numbers are in the range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Witness<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged
        => Lift(a, 0) & Lift(b, 0);

    /// <summary>Witnesses that a product or quotient and one of its operands are in the range, the product two powers of two higher. The other
    /// operand, their quotient or product, is then a normal number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> WitnessResult<T>(Vector128<T> result, Vector128<T> operand)
        where T : unmanaged
        => Lift(result, 2) & Lift(operand, 0);

    /// <summary>Witnesses that a number is in the range and positive.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> WitnessPositive<T>(Vector128<T> value)
        where T : unmanaged
        => Lift(value, 0) & ~Vector128.ShiftRightLogical(value.As<T, ulong>(), 1).As<ulong, T>();

    /// <summary>Witnesses that one number is zero and the other is zero or in the range, so that their sum, difference or product is exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> WitnessZero<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged
    {
        Vector128<T> aIsZero = Vector128.Equals(a, Vector128<T>.Zero), bIsZero = Vector128.Equals(b, Vector128<T>.Zero);
        return (aIsZero & (bIsZero | Lift(b, 0))) | (bIsZero & Lift(a, 0));
    }

    /// <summary>Witnesses that the dividend is zero and the divisor in the range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> WitnessZeroDividend<T>(Vector128<T> dividend, Vector128<T> divisor)
        where T : unmanaged
        => Vector128.Equals(dividend, Vector128<T>.Zero) & Lift(divisor, 0);

    /// <summary>Whether there is a witness in element 0, or in all.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe bool IsWitnessed<TElements, T>(Vector128<T> witness)
        where TElements : struct, IElements
        where T : unmanaged
    {
        ulong one = 1UL << (8 * sizeof(T) - 2), all = sizeof(T) == 8 ? one : one << 32 | one;
        Vector128<ulong> wanted = TElements.IsScalar ? Vector128.CreateScalar(one) : Vector128.Create(all), found = witness.As<T, ulong>();
        return Sse41.IsSupported ? Sse41.TestC(found, wanted) : (found & wanted) == wanted;
    }

    /// <summary>Adds what makes the top bit alone of the range's lowest biased exponent, for a range that is some powers of two higher.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector128<T> Lift<T>(Vector128<T> value, int higherBy)
        where T : unmanaged
        => sizeof(T) == 8
            ? (value.As<T, ulong>() + Vector128.Create((ulong)(513 - higherBy) << 52)).As<ulong, T>()
            : (value.As<T, uint>() + Vector128.Create((uint)(65 - higherBy) << 23)).As<uint, T>();
}
