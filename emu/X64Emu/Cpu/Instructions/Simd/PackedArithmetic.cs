using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace X64Emu.Cpu.Instructions.Simd;

internal readonly struct Paddb : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => a + b; }
internal readonly struct Paddw : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => (a.AsUInt16() + b.AsUInt16()).AsByte(); }
internal readonly struct Paddd : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => (a.AsUInt32() + b.AsUInt32()).AsByte(); }
internal readonly struct Paddq : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => (a.AsUInt64() + b.AsUInt64()).AsByte(); }
internal readonly struct Psubb : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => a - b; }
internal readonly struct Psubw : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => (a.AsUInt16() - b.AsUInt16()).AsByte(); }
internal readonly struct Psubd : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => (a.AsUInt32() - b.AsUInt32()).AsByte(); }
internal readonly struct Psubq : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => (a.AsUInt64() - b.AsUInt64()).AsByte(); }

internal readonly struct Paddsb : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.AddSaturate(a.AsSByte(), b.AsSByte()).AsByte(); }
internal readonly struct Paddsw : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.AddSaturate(a.AsInt16(), b.AsInt16()).AsByte(); }
internal readonly struct Paddusb : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.AddSaturate(a, b); }
internal readonly struct Paddusw : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.AddSaturate(a.AsUInt16(), b.AsUInt16()).AsByte(); }
internal readonly struct Psubsb : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.SubtractSaturate(a.AsSByte(), b.AsSByte()).AsByte(); }
internal readonly struct Psubsw : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.SubtractSaturate(a.AsInt16(), b.AsInt16()).AsByte(); }
internal readonly struct Psubusb : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.SubtractSaturate(a, b); }
internal readonly struct Psubusw : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.SubtractSaturate(a.AsUInt16(), b.AsUInt16()).AsByte(); }

internal readonly struct Pminub : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.Min(a, b); }
internal readonly struct Pmaxub : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.Max(a, b); }
internal readonly struct Pminsw : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.Min(a.AsInt16(), b.AsInt16()).AsByte(); }
internal readonly struct Pmaxsw : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.Max(a.AsInt16(), b.AsInt16()).AsByte(); }
internal readonly struct Pminsb : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.Min(a.AsSByte(), b.AsSByte()).AsByte(); }
internal readonly struct Pminuw : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.Min(a.AsUInt16(), b.AsUInt16()).AsByte(); }
internal readonly struct Pminsd : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.Min(a.AsInt32(), b.AsInt32()).AsByte(); }
internal readonly struct Pminud : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.Min(a.AsUInt32(), b.AsUInt32()).AsByte(); }
internal readonly struct Pmaxsb : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.Max(a.AsSByte(), b.AsSByte()).AsByte(); }
internal readonly struct Pmaxuw : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.Max(a.AsUInt16(), b.AsUInt16()).AsByte(); }
internal readonly struct Pmaxsd : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.Max(a.AsInt32(), b.AsInt32()).AsByte(); }
internal readonly struct Pmaxud : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Vector128.Max(a.AsUInt32(), b.AsUInt32()).AsByte(); }

internal readonly struct Pavgb : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => Sse2.IsSupported ? Sse2.Average(a, b) : Portable.Average(a, b); }

internal readonly struct Pavgw : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => (Sse2.IsSupported ? Sse2.Average(a.AsUInt16(), b.AsUInt16()) : Portable.Average(a.AsUInt16(), b.AsUInt16())).AsByte();
}

internal readonly struct Pmullw : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => (a.AsInt16() * b.AsInt16()).AsByte(); }

internal readonly struct Pmulhw : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Sse2.IsSupported ? Sse2.MultiplyHigh(a.AsInt16(), b.AsInt16()).AsByte() : Portable.MultiplyHighSigned(a, b);
}

internal readonly struct Pmulhuw : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Sse2.IsSupported ? Sse2.MultiplyHigh(a.AsUInt16(), b.AsUInt16()).AsByte() : Portable.MultiplyHighUnsigned(a, b);
}

internal readonly struct Pmuludq : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Sse2.IsSupported ? Sse2.Multiply(a.AsUInt32(), b.AsUInt32()).AsByte() : Portable.MultiplyEven(a, b);
}

internal readonly struct Pmaddwd : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Sse2.IsSupported ? Sse2.MultiplyAddAdjacent(a.AsInt16(), b.AsInt16()).AsByte() : Portable.MultiplyAddAdjacent(a, b);
}

internal readonly struct Psadbw : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Sse2.IsSupported ? Sse2.SumAbsoluteDifferences(a, b).AsByte() : Portable.SumAbsoluteDifferences(a, b);
}

internal readonly struct Pmulld : IPackedBinary { public static Xmm Apply(Xmm a, Xmm b) => (a.AsInt32() * b.AsInt32()).AsByte(); }

internal readonly struct Pmuldq : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Sse41.IsSupported ? Sse41.Multiply(a.AsInt32(), b.AsInt32()).AsByte() : Portable.MultiplyEvenSigned(a, b);
}

internal readonly struct Pmulhrsw : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Ssse3.IsSupported ? Ssse3.MultiplyHighRoundScale(a.AsInt16(), b.AsInt16()).AsByte() : Portable.MultiplyHighRounded(a, b);
}

/// <summary>Unsigned bytes of the first source times signed bytes of the second.</summary>
internal readonly struct Pmaddubsw : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Ssse3.IsSupported ? Ssse3.MultiplyAddAdjacent(a, b.AsSByte()).AsByte() : Portable.MultiplyAddAdjacentBytes(a, b);
}

internal readonly struct Psignb : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Ssse3.IsSupported ? Ssse3.Sign(a.AsSByte(), b.AsSByte()).AsByte() : Portable.Sign(a.AsSByte(), b.AsSByte()).AsByte();
}

internal readonly struct Psignw : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Ssse3.IsSupported ? Ssse3.Sign(a.AsInt16(), b.AsInt16()).AsByte() : Portable.Sign(a.AsInt16(), b.AsInt16()).AsByte();
}

internal readonly struct Psignd : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Ssse3.IsSupported ? Ssse3.Sign(a.AsInt32(), b.AsInt32()).AsByte() : Portable.Sign(a.AsInt32(), b.AsInt32()).AsByte();
}

internal readonly struct Pabsb : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Ssse3.IsSupported ? Ssse3.Abs(b.AsSByte()).AsByte() : Portable.Absolute(b.AsSByte()).AsByte();
}

internal readonly struct Pabsw : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Ssse3.IsSupported ? Ssse3.Abs(b.AsInt16()).AsByte() : Portable.Absolute(b.AsInt16()).AsByte();
}

internal readonly struct Pabsd : IPackedBinary
{
    public static Xmm Apply(Xmm a, Xmm b)
        => Ssse3.IsSupported ? Ssse3.Abs(b.AsInt32()).AsByte() : Portable.Absolute(b.AsInt32()).AsByte();
}
