using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

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

/// <summary>The low doubleword; the rest of the destination stays.</summary>
internal readonly unsafe struct Move32 : ISimdOperation
{
    public static int ResultBytes => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(uint*)destination = *(uint*)source;
        return true;
    }
}

/// <summary>The low quadword; the rest of the destination stays.</summary>
internal readonly unsafe struct Move64 : ISimdOperation
{
    public static int ResultBytes => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(ulong*)destination = *(ulong*)source;
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

/// <summary>A quadword into the high half.</summary>
internal readonly unsafe struct MoveIntoHigh : ISimdOperation
{
    public static int ResultStart => 8;

    public static int ResultBytes => 8;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(ulong*)(destination + 8) = *(ulong*)source;
        return true;
    }
}

/// <summary>The high half of the source as a quadword.</summary>
internal readonly unsafe struct MoveFromHigh : ISimdOperation
{
    public static int ResultBytes => 8;

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
