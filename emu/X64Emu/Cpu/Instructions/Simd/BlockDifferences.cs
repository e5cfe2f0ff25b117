using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>MPSADBW: sums of the absolute differences between four bytes of the source and four of the first source, at eight places in turn.</summary>
internal readonly unsafe struct BlockDifferences : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Xmm*)destination = Apply(*(Xmm*)first, *(Xmm*)source, (int)o->Immediate);
        return true;
    }

    /// <param name="a">The bytes to look in.</param>
    /// <param name="b">The block to compare.</param>
    /// <param name="control">Bits 1..0: which doubleword of b is the block; bit 2: whether places begin at byte 4 of a.</param>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Xmm Apply(Xmm a, Xmm b, int control)
    {
        Xmm block = Vector128.Create(b.AsUInt32().GetElement(control & 3)).AsByte();
        Xmm places = Xmm.Indices + Vector128.Create((byte)(control & 4));
        Vector128<ushort> sums = default;
        for (int i = 0; i < 4; i++)
        {
            Xmm bytes = Vector128.Shuffle(a, places + Vector128.Create((byte)i)), wanted = Vector128.Shuffle(block, Vector128.Create((byte)i));
            sums += Vector128.WidenLower(Vector128.Max(bytes, wanted) - Vector128.Min(bytes, wanted));
        }
        return sums.AsByte();
    }
}

/// <summary>The 256-bit form, whose upper half is controlled by bits 5..3.</summary>
internal readonly unsafe struct WideBlockDifferences : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Xmm*)destination = BlockDifferences.Apply(*(Xmm*)first, *(Xmm*)source, (int)o->Immediate);
        *(Xmm*)(destination + 16) = BlockDifferences.Apply(*(Xmm*)(first + 16), *(Xmm*)(source + 16), (int)o->Immediate >> 3);
        return true;
    }
}
