using System.Runtime.CompilerServices;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>PTEST: ZF tells that no bit is set in both operands, CF that the first has every bit of the second; the other flags are cleared.</summary>
internal readonly unsafe struct VectorTest : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        Xmm a = *(Xmm*)destination, b = *(Xmm*)source;
        LazyFlags.SetExplicit(c, ((a & b) == Xmm.Zero ? LazyFlags.Zero : 0) | ((b & ~a) == Xmm.Zero ? LazyFlags.Carry : 0));
        return true;
    }
}

/// <summary>The 256-bit form.</summary>
internal readonly unsafe struct WideVectorTest : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        Xmm lowA = *(Xmm*)destination, highA = *(Xmm*)(destination + 16), lowB = *(Xmm*)source, highB = *(Xmm*)(source + 16);
        bool isZero = ((lowA & lowB) | (highA & highB)) == Xmm.Zero, isCarry = ((lowB & ~lowA) | (highB & ~highA)) == Xmm.Zero;
        LazyFlags.SetExplicit(c, (isZero ? LazyFlags.Zero : 0) | (isCarry ? LazyFlags.Carry : 0));
        return true;
    }
}
