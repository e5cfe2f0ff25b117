using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace X64Emu.Cpu.Floating;

/// <summary>The signs of a fused operation's product and addend.</summary>
internal interface IFusedSigns
{
    /// <summary>The product changes its sign.</summary>
    static abstract bool NegatesProduct { get; }

    /// <summary>The addends of elements 0, 2, 4... change their sign.</summary>
    static abstract bool NegatesEvenAddends { get; }

    /// <summary>The addends of elements 1, 3, 5... change their sign.</summary>
    static abstract bool NegatesOddAddends { get; }
}

/// <summary>VFMADD..: a * b + c.</summary>
internal readonly struct MultiplyAdd : IFusedSigns
{
    public static bool NegatesProduct => false;

    public static bool NegatesEvenAddends => false;

    public static bool NegatesOddAddends => false;
}

/// <summary>VFMSUB..: a * b - c.</summary>
internal readonly struct MultiplySubtract : IFusedSigns
{
    public static bool NegatesProduct => false;

    public static bool NegatesEvenAddends => true;

    public static bool NegatesOddAddends => true;
}

/// <summary>VFNMADD..: -(a * b) + c.</summary>
internal readonly struct NegatedMultiplyAdd : IFusedSigns
{
    public static bool NegatesProduct => true;

    public static bool NegatesEvenAddends => false;

    public static bool NegatesOddAddends => false;
}

/// <summary>VFNMSUB..: -(a * b) - c.</summary>
internal readonly struct NegatedMultiplySubtract : IFusedSigns
{
    public static bool NegatesProduct => true;

    public static bool NegatesEvenAddends => true;

    public static bool NegatesOddAddends => true;
}

/// <summary>VFMADDSUB..: even elements subtract.</summary>
internal readonly struct MultiplyAddSubtract : IFusedSigns
{
    public static bool NegatesProduct => false;

    public static bool NegatesEvenAddends => true;

    public static bool NegatesOddAddends => false;
}

/// <summary>VFMSUBADD..: odd elements subtract.</summary>
internal readonly struct MultiplySubtractAdd : IFusedSigns
{
    public static bool NegatesProduct => false;

    public static bool NegatesEvenAddends => false;

    public static bool NegatesOddAddends => true;
}

/// <summary>Which operand of the instruction plays which part: the digits in its name.</summary>
internal unsafe interface IFusedOrder
{
    /// <summary>The multiplicand.</summary>
    static abstract byte* A(byte* destination, byte* first, byte* source);

    /// <summary>The multiplier.</summary>
    static abstract byte* B(byte* destination, byte* first, byte* source);

    /// <summary>The addend.</summary>
    static abstract byte* C(byte* destination, byte* first, byte* source);
}

/// <summary>Operand 1 * operand 3 + operand 2.</summary>
internal readonly unsafe struct Order132 : IFusedOrder
{
    public static byte* A(byte* destination, byte* first, byte* source) => destination;

    public static byte* B(byte* destination, byte* first, byte* source) => source;

    public static byte* C(byte* destination, byte* first, byte* source) => first;
}

/// <summary>Operand 2 * operand 1 + operand 3.</summary>
internal readonly unsafe struct Order213 : IFusedOrder
{
    public static byte* A(byte* destination, byte* first, byte* source) => first;

    public static byte* B(byte* destination, byte* first, byte* source) => destination;

    public static byte* C(byte* destination, byte* first, byte* source) => source;
}

/// <summary>Operand 2 * operand 3 + operand 1.</summary>
internal readonly unsafe struct Order231 : IFusedOrder
{
    public static byte* A(byte* destination, byte* first, byte* source) => first;

    public static byte* B(byte* destination, byte* first, byte* source) => source;

    public static byte* C(byte* destination, byte* first, byte* source) => destination;
}

/// <summary>The operation on whole vectors, rounded to nearest by the host.</summary>
internal static class FusedHost<TSigns, T>
    where TSigns : struct, IFusedSigns
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Compute(Vector128<T> a, Vector128<T> b, Vector128<T> c) => FusedMultiplyAdd.Compute(Factor(a), b, Addend(c));

    /// <summary>The multiplicand with the product's sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Factor(Vector128<T> a) => TSigns.NegatesProduct ? -a : a;

    /// <summary>The addend with its sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Addend(Vector128<T> c)
    {
        if (TSigns.NegatesEvenAddends == TSigns.NegatesOddAddends)
            return TSigns.NegatesEvenAddends ? -c : c;
        return typeof(T) == typeof(double)
            ? c ^ (TSigns.NegatesEvenAddends ? Vector128.Create(-0.0, 0.0) : Vector128.Create(0.0, -0.0)).As<double, T>()
            : c ^ (TSigns.NegatesEvenAddends ? Vector128.Create(-0.0f, 0.0f, -0.0f, 0.0f) : Vector128.Create(0.0f, -0.0f, 0.0f, -0.0f)).As<float, T>();
    }
}
