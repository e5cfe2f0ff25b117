using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace X64Emu.Cpu.Instructions.Simd;

// These make the semantics of the packed families fit the operand shapes.

internal readonly unsafe struct Packed<TOperation> : ISimdOperation where TOperation : struct, IPackedBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Xmm*)destination = TOperation.Apply(*(Xmm*)first, *(Xmm*)source);
        return true;
    }
}

/// <summary>The op's immediate is the address of the byte indices.</summary>
internal readonly unsafe struct PackedShuffle<TOperation> : ISimdOperation where TOperation : struct, IPackedShuffle
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Xmm*)destination = TOperation.Apply(*(Xmm*)first, *(Xmm*)source, *(Xmm*)o->Immediate);
        return true;
    }
}

/// <summary>The 256-bit form, whose upper half has indices of its own.</summary>
internal readonly unsafe struct WideShuffle<TOperation> : ISimdOperation where TOperation : struct, IPackedShuffle
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Xmm*)destination = TOperation.Apply(*(Xmm*)first, *(Xmm*)source, *(Xmm*)o->Immediate);
        *(Xmm*)(destination + 16) = TOperation.Apply(*(Xmm*)(first + 16), *(Xmm*)(source + 16), *(Xmm*)(o->Immediate + 16));
        return true;
    }
}

/// <summary>Takes the elements of the second source whose mask element is negative, the others from the first. The mask is <see cref="Op.Third"/>.</summary>
internal readonly unsafe struct VariableBlend<T> : ISimdOperation where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Xmm*)destination = Choose(*(Xmm*)first, *(Xmm*)source, *(Xmm*)XmmFile.At(c, o->Third));
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Xmm Choose(Xmm first, Xmm source, Xmm mask) =>
        Vector128.ConditionalSelect(Vector128.LessThan(mask.As<byte, T>(), Vector128<T>.Zero).AsByte(), source, first);
}

/// <summary>The 256-bit form.</summary>
internal readonly unsafe struct WideVariableBlend<T> : ISimdOperation where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        Xmm* mask = (Xmm*)XmmFile.At(c, o->Third);
        Xmm low = VariableBlend<T>.Choose(*(Xmm*)first, *(Xmm*)source, *mask);
        *(Xmm*)(destination + 16) = VariableBlend<T>.Choose(*(Xmm*)(first + 16), *(Xmm*)(source + 16), mask[1]);
        *(Xmm*)destination = low;
        return true;
    }
}
