using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>VPERMD and VPERMPS: the first source says which of the source's doublewords goes where.</summary>
internal readonly unsafe struct PermuteDoublewords : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        Vector256<uint> values = *(Vector256<uint>*)source, indices = *(Vector256<uint>*)first;
        *(Vector256<uint>*)destination = Avx2.IsSupported ? Avx2.PermuteVar8x32(values, indices) : Portable.PermuteDoublewords(values, indices);
        return true;
    }
}

/// <summary>VPERMQ and VPERMPD: two bits of the immediate for each quadword.</summary>
internal readonly unsafe struct PermuteQuadwords : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        int order = (int)o->Immediate;
        ulong* values = (ulong*)source;
        ulong value0 = values[order & 3], value1 = values[order >> 2 & 3], value2 = values[order >> 4 & 3], value3 = values[order >> 6 & 3];
        *(Vector128<ulong>*)destination = Vector128.Create(value0, value1);
        *(Vector128<ulong>*)(destination + 16) = Vector128.Create(value2, value3);
        return true;
    }
}

/// <summary>VPERM2I128: four bits of the immediate for each half: bits 1..0 choose among the halves of both sources, bit 3 makes it zero.</summary>
internal readonly unsafe struct PermuteHalves : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        Xmm low = Choose((int)o->Immediate, first, source), high = Choose((int)o->Immediate >> 4, first, source);
        *(Xmm*)destination = low;
        *(Xmm*)(destination + 16) = high;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Xmm Choose(int control, byte* first, byte* source) =>
        (control & 8) != 0 ? Xmm.Zero : ((Xmm*)((control & 2) != 0 ? source : first))[control & 1];
}

/// <summary>VINSERTI128: the first source with one half replaced.</summary>
internal readonly unsafe struct InsertHalf : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        int half = (int)o->Immediate & 1;
        Xmm inserted = *(Xmm*)source, kept = ((Xmm*)first)[half ^ 1];
        ((Xmm*)destination)[half] = inserted;
        ((Xmm*)destination)[half ^ 1] = kept;
        return true;
    }
}

/// <summary>VEXTRACTI128.</summary>
internal readonly unsafe struct ExtractHalf : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Xmm*)destination = ((Xmm*)source)[o->Immediate & 1];
        return true;
    }
}

/// <summary>A byte into all elements.</summary>
internal readonly unsafe struct Broadcast8 : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Xmm*)destination = Vector128.Create(*source);
        return true;
    }
}

/// <summary>A word into all elements.</summary>
internal readonly unsafe struct Broadcast16 : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Vector128<ushort>*)destination = Vector128.Create(*(ushort*)source);
        return true;
    }
}
