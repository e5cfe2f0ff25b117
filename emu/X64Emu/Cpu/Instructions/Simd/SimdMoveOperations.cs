using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>All 16 bytes.</summary>
internal readonly unsafe struct Move128 : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Xmm*)destination = *(Xmm*)source;
        return true;
    }
}

/// <summary>A doubleword to memory or a general register.</summary>
internal readonly unsafe struct Move32 : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(uint*)destination = *(uint*)source;
        return true;
    }
}

/// <summary>A quadword to memory or a general register.</summary>
internal readonly unsafe struct Move64 : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(ulong*)destination = *(ulong*)source;
        return true;
    }
}

// Operations that replace a part of an XMM register store it whole: the host forwards no vector that two stores have written, but waits for the cache.

/// <summary>The low doubleword of the source before the rest of the first source.</summary>
internal readonly unsafe struct IntoLow32 : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Vector128<float>*)destination = HostScalar.Merge(*(Vector128<float>*)first, Vector128.CreateScalarUnsafe(*(float*)source));
        return true;
    }
}

/// <summary>The low quadword of the source before the high half of the first source.</summary>
internal readonly unsafe struct IntoLow64 : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Vector128<double>*)destination = HostScalar.Merge(*(Vector128<double>*)first, Vector128.CreateScalarUnsafe(*(double*)source));
        return true;
    }
}

/// <summary>The low half of the first source before the low quadword of the source.</summary>
internal readonly unsafe struct IntoHigh64 : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Vector128<double>*)destination = Vector128.Create(*(double*)first, *(double*)source);
        return true;
    }
}

/// <summary>The high half of the source before that of the first source.</summary>
internal readonly unsafe struct HighIntoLow64 : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Vector128<double>*)destination = Vector128.Create(*(double*)(source + 8), *(double*)(first + 8));
        return true;
    }
}

/// <summary>A doubleword, zero-extended to the whole XMM register.</summary>
internal readonly unsafe struct MoveZeroExtended32 : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Xmm*)destination = Vector128.CreateScalar(*(uint*)source).AsByte();
        return true;
    }
}

/// <summary>A quadword, zero-extended to the whole XMM register.</summary>
internal readonly unsafe struct MoveZeroExtended64 : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Xmm*)destination = Vector128.CreateScalar(*(ulong*)source).AsByte();
        return true;
    }
}

/// <summary>A doubleword, zero-extended to a general register.</summary>
internal readonly unsafe struct MoveToGeneral32 : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(ulong*)destination = *(uint*)source;
        return true;
    }
}

/// <summary>The high half of the source to memory.</summary>
internal readonly unsafe struct MoveFromHigh : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(ulong*)destination = *(ulong*)(source + 8);
        return true;
    }
}

/// <summary>The signs of an XMM register's elements.</summary>
internal readonly unsafe struct Signs<T> : ISimdOperation where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(ulong*)destination = Vector128.ExtractMostSignificantBits(*(Vector128<T>*)source);
        return true;
    }
}

/// <summary>The signs of a YMM register's elements: those of its upper half follow on those of the lower.</summary>
internal readonly unsafe struct SignsOfBothLanes<T> : ISimdOperation where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(ulong*)destination = Vector128.ExtractMostSignificantBits(*(Vector128<T>*)source)
            | Vector128.ExtractMostSignificantBits(*(Vector128<T>*)(source + 16)) << Vector128<T>.Count;
        return true;
    }
}

/// <summary>A quadword twice: MOVDDUP.</summary>
internal readonly unsafe struct DuplicateEvenDoubles : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Vector128<ulong>*)destination = Vector128.Create(*(ulong*)source);
        return true;
    }
}

/// <summary>Doublewords 0 and 2, each twice: MOVSLDUP.</summary>
internal readonly unsafe struct DuplicateEvenSingles : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Vector128<uint>*)destination = Vector128.Shuffle(*(Vector128<uint>*)source, Vector128.Create(0u, 0, 2, 2));
        return true;
    }
}

/// <summary>Doublewords 1 and 3, each twice: MOVSHDUP.</summary>
internal readonly unsafe struct DuplicateOddSingles : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Vector128<uint>*)destination = Vector128.Shuffle(*(Vector128<uint>*)source, Vector128.Create(1u, 1, 3, 3));
        return true;
    }
}

/// <summary>A doubleword into all elements.</summary>
internal readonly unsafe struct Broadcast32 : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Vector128<uint>*)destination = Vector128.Create(*(uint*)source);
        return true;
    }
}

/// <summary>An instruction that gives both halves of a YMM register the same result.</summary>
internal readonly unsafe struct SameInBothLanes<TOperation> : ISimdOperation where TOperation : struct, ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        TOperation.Execute(c, o, destination, first, source);
        *(Xmm*)(destination + 16) = *(Xmm*)destination;
        return true;
    }
}
