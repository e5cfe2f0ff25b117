using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace X64Emu.Cpu.Floating;

/// <summary>Which elements of a register an instruction works on.</summary>
internal interface IElements
{
    /// <summary>True for the ..SS and ..SD forms, which touch element 0 alone.</summary>
    static abstract bool IsScalar { get; }

    /// <summary>True for the forms on YMM registers, which work on two halves of 16 bytes.</summary>
    static abstract bool IsWide { get; }
}

/// <summary>The PS and PD forms on XMM registers.</summary>
internal readonly struct PackedElements : IElements
{
    public static bool IsScalar => false;

    public static bool IsWide => false;
}

/// <summary>The PS and PD forms on YMM registers.</summary>
internal readonly struct WideElements : IElements
{
    public static bool IsScalar => false;

    public static bool IsWide => true;
}

/// <summary>The SS and SD forms.</summary>
internal readonly struct ScalarElement : IElements
{
    public static bool IsScalar => true;

    public static bool IsWide => false;
}

/// <summary>How the elements of an operand are read, written and judged.</summary>
internal static unsafe class Elements<TElements, T>
    where TElements : struct, IElements
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>How many there are.</summary>
    public static int Count => TElements.IsScalar ? 1 : TElements.IsWide ? 32 / sizeof(T) : 16 / sizeof(T);

    /// <summary>How many vectors of 16 bytes they fill.</summary>
    public static int Halves => TElements.IsWide ? 2 : 1;

    /// <summary>Loads a scalar, or 16 bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> Load(byte* address) => TElements.IsScalar ? Vector128.CreateScalar(*(T*)address) : *(Vector128<T>*)address;

    /// <summary>Stores 16 bytes, in which a scalar result stands before the other elements of the first source. A register is always stored whole: the
    /// host forwards no vector that two stores have written, but waits for the cache.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* destination, byte* first, Vector128<T> value) =>
        *(Vector128<T>*)destination = TElements.IsScalar ? HostScalar.Merge(*(Vector128<T>*)first, value) : value;

    /// <summary>The bits of one element.</summary>
    public static ulong Read(byte* elements, int index) => sizeof(T) == 8 ? ((ulong*)elements)[index] : ((uint*)elements)[index];

    /// <summary>Sets the bits of one element.</summary>
    public static void Write(byte* elements, int index, ulong value)
    {
        if (sizeof(T) == 8)
            ((ulong*)elements)[index] = value;
        else
            ((uint*)elements)[index] = (uint)value;
    }

    /// <summary>True when all elements that count are all ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreTrue(Vector128<T> mask)
    {
        if (!TElements.IsScalar)
            return mask.AsUInt64() == Vector128<ulong>.AllBitsSet;
        return sizeof(T) == 8 ? mask.AsUInt64().ToScalar() != 0 : mask.AsUInt32().ToScalar() != 0;
    }
}

/// <summary>Questions about the elements of vectors, answered by masks.</summary>
internal static class FloatMasks<TFormat, T>
    where TFormat : struct, IHostFloatFormat<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Neither NaNs nor denormals.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> AreOrdinary(Vector128<T> value)
        => Vector128.GreaterThanOrEqual(Vector128.Abs(value), Vector128.Create(TFormat.SmallestNormal)) | Vector128.Equals(value, Vector128<T>.Zero);

    /// <summary>Finite, with a magnitude of at least <paramref name="floor"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> AreWithin(T floor, Vector128<T> value)
        => Vector128.GreaterThanOrEqual(Vector128.Abs(value), Vector128.Create(floor))
            & Vector128.LessThanOrEqual(Vector128.Abs(value), Vector128.Create(TFormat.LargestFinite));

    /// <summary>The same, or zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<T> AreZeroOrWithin(T floor, Vector128<T> value)
        => Vector128.Equals(value, Vector128<T>.Zero) | AreWithin(floor, value);
}
