using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace X64Emu.Cpu.Instructions.Simd;

// The count is the low quadword of the source, all 64 bits of it; the immediate forms hand it over as a vector too.
internal readonly struct Psllw : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => (Sse2.IsSupported ? Sse2.ShiftLeftLogical(a.AsUInt16(), b.AsUInt16()) : Portable.ShiftLeft(a.AsUInt16(), b)).AsByte();
}

internal readonly struct Pslld : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => (Sse2.IsSupported ? Sse2.ShiftLeftLogical(a.AsUInt32(), b.AsUInt32()) : Portable.ShiftLeft(a.AsUInt32(), b)).AsByte();
}

internal readonly struct Psllq : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => (Sse2.IsSupported ? Sse2.ShiftLeftLogical(a.AsUInt64(), b.AsUInt64()) : Portable.ShiftLeft(a.AsUInt64(), b)).AsByte();
}

internal readonly struct Psrlw : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => (Sse2.IsSupported ? Sse2.ShiftRightLogical(a.AsUInt16(), b.AsUInt16()) : Portable.ShiftRight(a.AsUInt16(), b)).AsByte();
}

internal readonly struct Psrld : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => (Sse2.IsSupported ? Sse2.ShiftRightLogical(a.AsUInt32(), b.AsUInt32()) : Portable.ShiftRight(a.AsUInt32(), b)).AsByte();
}

internal readonly struct Psrlq : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => (Sse2.IsSupported ? Sse2.ShiftRightLogical(a.AsUInt64(), b.AsUInt64()) : Portable.ShiftRight(a.AsUInt64(), b)).AsByte();
}

internal readonly struct Psraw : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => (Sse2.IsSupported ? Sse2.ShiftRightArithmetic(a.AsInt16(), b.AsInt16()) : Portable.ShiftRightArithmetic(a.AsInt16(), b)).AsByte();
}

internal readonly struct Psrad : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => (Sse2.IsSupported ? Sse2.ShiftRightArithmetic(a.AsInt32(), b.AsInt32()) : Portable.ShiftRightArithmetic(a.AsInt32(), b)).AsByte();
}

/// <summary>Shifts 16 bytes as a whole, by bytes; more than 15 give zero.</summary>
internal readonly struct Pslldq : IPackedShuffle
{
    public static ShuffleTable Indices { get; } = ShuffleTable.OfLanes((immediate, i) => i >= immediate ? i - immediate : ShuffleTable.Zero);

    public static Xmm Apply(Xmm a, Xmm b, Xmm indices) => Vector128.Shuffle(b, indices);
}

/// <inheritdoc cref="Pslldq"/>
internal readonly struct Psrldq : IPackedShuffle
{
    public static ShuffleTable Indices { get; } = ShuffleTable.OfLanes((immediate, i) => i + immediate < 16 ? i + immediate : ShuffleTable.Zero);

    public static Xmm Apply(Xmm a, Xmm b, Xmm indices) => Vector128.Shuffle(b, indices);
}

// Each element of the second source is the count for one of the first.
internal readonly struct Psllvd : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => (Avx2.IsSupported ? Avx2.ShiftLeftLogicalVariable(a.AsUInt32(), b.AsUInt32()) : Portable.ShiftLeftEach(a.AsUInt32(), b.AsUInt32())).AsByte();
}

internal readonly struct Psllvq : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => (Avx2.IsSupported ? Avx2.ShiftLeftLogicalVariable(a.AsUInt64(), b.AsUInt64()) : Portable.ShiftLeftEach(a.AsUInt64(), b.AsUInt64())).AsByte();
}

internal readonly struct Psrlvd : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => (Avx2.IsSupported ? Avx2.ShiftRightLogicalVariable(a.AsUInt32(), b.AsUInt32()) : Portable.ShiftRightEach(a.AsUInt32(), b.AsUInt32())).AsByte();
}

internal readonly struct Psrlvq : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => (Avx2.IsSupported ? Avx2.ShiftRightLogicalVariable(a.AsUInt64(), b.AsUInt64()) : Portable.ShiftRightEach(a.AsUInt64(), b.AsUInt64())).AsByte();
}

internal readonly struct Psravd : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => (Avx2.IsSupported
            ? Avx2.ShiftRightArithmeticVariable(a.AsInt32(), b.AsUInt32())
            : Portable.ShiftRightArithmeticEach(a.AsInt32(), b.AsUInt32())).AsByte();
}
