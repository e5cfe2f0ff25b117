global using Xmm = System.Runtime.Intrinsics.Vector128<byte>;

namespace X64Emu.Cpu.Instructions.Sse;

/// <summary>What a packed instruction computes: destination = Apply(destination, source). Cannot fault.</summary>
internal interface IPackedBinary
{
    static abstract Xmm Apply(Xmm a, Xmm b);
}

/// <summary>The same with an immediate operand.</summary>
internal interface IPackedImmediate
{
    static abstract Xmm Apply(Xmm a, Xmm b, byte immediate);
}
