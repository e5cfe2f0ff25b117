global using Xmm = System.Runtime.Intrinsics.Vector128<byte>;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>What a packed instruction computes: destination = Apply(first source, source). Cannot fault. What takes one source takes the second.</summary>
internal interface IPackedBinary
{
    static abstract Xmm Apply(Xmm a, Xmm b);
}

/// <summary>The same for a shuffle or blend, whose immediate operand is turned into byte indices or masks once, when it is decoded.</summary>
internal interface IPackedShuffle
{
    /// <summary>The byte indices or masks for every immediate.</summary>
    static abstract ShuffleTable Indices { get; }

    static abstract Xmm Apply(Xmm a, Xmm b, Xmm indices);
}
