using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace X64Emu.Cpu.Instructions.Simd;

// Sums and differences of neighbours: those of the first source, then those of the second.
internal readonly struct Phaddw : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Ssse3.IsSupported ? Ssse3.HorizontalAdd(a.AsInt16(), b.AsInt16()).AsByte() : Portable.AddAdjacentWords(a, b);
}

internal readonly struct Phaddd : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Ssse3.IsSupported ? Ssse3.HorizontalAdd(a.AsInt32(), b.AsInt32()).AsByte() : Portable.AddAdjacentDoublewords(a, b);
}

internal readonly struct Phaddsw : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Ssse3.IsSupported ? Ssse3.HorizontalAddSaturate(a.AsInt16(), b.AsInt16()).AsByte() : Portable.AddAdjacentWordsSaturated(a, b);
}

internal readonly struct Phsubw : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Ssse3.IsSupported ? Ssse3.HorizontalSubtract(a.AsInt16(), b.AsInt16()).AsByte() : Portable.SubtractAdjacentWords(a, b);
}

internal readonly struct Phsubd : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Ssse3.IsSupported ? Ssse3.HorizontalSubtract(a.AsInt32(), b.AsInt32()).AsByte() : Portable.SubtractAdjacentDoublewords(a, b);
}

internal readonly struct Phsubsw : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Ssse3.IsSupported ? Ssse3.HorizontalSubtractSaturate(a.AsInt16(), b.AsInt16()).AsByte() : Portable.SubtractAdjacentWordsSaturated(a, b);
}

internal readonly struct Phminposuw : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b) => Sse41.IsSupported ? Sse41.MinHorizontal(b.AsUInt16()).AsByte() : Portable.MinimumWord(b);
}
