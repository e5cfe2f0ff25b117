using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace X64Emu.Cpu.Floating;

/// <summary>Arithmetic on element 0 alone; the other elements are those of the first operand. On x86-64 hosts each is one instruction.</summary>
internal static class HostScalar
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Add<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => !Sse2.IsSupported ? a.WithElement(0, a.ToScalar() + b.ToScalar())
            : IsDouble<T>() ? Sse2.AddScalar(a.AsDouble(), b.AsDouble()).As<double, T>() : Sse.AddScalar(a.AsSingle(), b.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Subtract<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => !Sse2.IsSupported ? a.WithElement(0, a.ToScalar() - b.ToScalar())
            : IsDouble<T>() ? Sse2.SubtractScalar(a.AsDouble(), b.AsDouble()).As<double, T>() : Sse.SubtractScalar(a.AsSingle(), b.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Multiply<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => !Sse2.IsSupported ? a.WithElement(0, a.ToScalar() * b.ToScalar())
            : IsDouble<T>() ? Sse2.MultiplyScalar(a.AsDouble(), b.AsDouble()).As<double, T>() : Sse.MultiplyScalar(a.AsSingle(), b.AsSingle()).As<float, T>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Divide<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => !Sse2.IsSupported ? a.WithElement(0, a.ToScalar() / b.ToScalar())
            : IsDouble<T>() ? Sse2.DivideScalar(a.AsDouble(), b.AsDouble()).As<double, T>() : Sse.DivideScalar(a.AsSingle(), b.AsSingle()).As<float, T>();

    /// <summary>The square root of element 0 of <paramref name="b"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> SquareRoot<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => !Sse2.IsSupported ? a.WithElement(0, T.Sqrt(b.ToScalar()))
            : IsDouble<T>() ? Sse2.SqrtScalar(a.AsDouble(), b.AsDouble()).As<double, T>() : Sse.SqrtScalar(a.AsSingle(), b.AsSingle()).As<float, T>();

    /// <summary>Element 0 of <paramref name="b"/> before the other elements of <paramref name="a"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Merge<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => !Sse2.IsSupported ? a.WithElement(0, b.ToScalar())
            : IsDouble<T>() ? Sse2.MoveScalar(a.AsDouble(), b.AsDouble()).As<double, T>() : Sse.MoveScalar(a.AsSingle(), b.AsSingle()).As<float, T>();

    private static bool IsDouble<T>() => typeof(T) == typeof(double);
}
