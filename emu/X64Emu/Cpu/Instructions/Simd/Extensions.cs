using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>How PMOVSX and PMOVZX widen the low elements of a register.</summary>
internal interface IExtension
{
    /// <summary>How many source bytes make 16: 8, 4 or 2.</summary>
    static abstract int SourceBytes { get; }

    static abstract Xmm Apply(Xmm source);
}

internal readonly struct Pmovsxbw : IExtension
{
    public static int SourceBytes => 8;

    public static Xmm Apply(Xmm source) => Vector128.WidenLower(source.AsSByte()).AsByte();
}

internal readonly struct Pmovsxbd : IExtension
{
    public static int SourceBytes => 4;

    public static Xmm Apply(Xmm source) => Pmovsxwd.Apply(Pmovsxbw.Apply(source));
}

internal readonly struct Pmovsxbq : IExtension
{
    public static int SourceBytes => 2;

    public static Xmm Apply(Xmm source) => Pmovsxdq.Apply(Pmovsxbd.Apply(source));
}

internal readonly struct Pmovsxwd : IExtension
{
    public static int SourceBytes => 8;

    public static Xmm Apply(Xmm source) => Vector128.WidenLower(source.AsInt16()).AsByte();
}

internal readonly struct Pmovsxwq : IExtension
{
    public static int SourceBytes => 4;

    public static Xmm Apply(Xmm source) => Pmovsxdq.Apply(Pmovsxwd.Apply(source));
}

internal readonly struct Pmovsxdq : IExtension
{
    public static int SourceBytes => 8;

    public static Xmm Apply(Xmm source) => Vector128.WidenLower(source.AsInt32()).AsByte();
}

internal readonly struct Pmovzxbw : IExtension
{
    public static int SourceBytes => 8;

    public static Xmm Apply(Xmm source) => Vector128.WidenLower(source).AsByte();
}

internal readonly struct Pmovzxbd : IExtension
{
    public static int SourceBytes => 4;

    public static Xmm Apply(Xmm source) => Pmovzxwd.Apply(Pmovzxbw.Apply(source));
}

internal readonly struct Pmovzxbq : IExtension
{
    public static int SourceBytes => 2;

    public static Xmm Apply(Xmm source) => Pmovzxdq.Apply(Pmovzxbd.Apply(source));
}

internal readonly struct Pmovzxwd : IExtension
{
    public static int SourceBytes => 8;

    public static Xmm Apply(Xmm source) => Vector128.WidenLower(source.AsUInt16()).AsByte();
}

internal readonly struct Pmovzxwq : IExtension
{
    public static int SourceBytes => 4;

    public static Xmm Apply(Xmm source) => Pmovzxdq.Apply(Pmovzxwd.Apply(source));
}

internal readonly struct Pmovzxdq : IExtension
{
    public static int SourceBytes => 8;

    public static Xmm Apply(Xmm source) => Vector128.WidenLower(source.AsUInt32()).AsByte();
}

/// <summary>Widens a source that may be memory of just the bytes that are needed.</summary>
internal readonly unsafe struct Extend<TExtension> : ISimdOperation where TExtension : struct, IExtension
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        *(Xmm*)destination = Apply(source);
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Xmm Apply(byte* source) => TExtension.Apply(TExtension.SourceBytes switch
    {
        8 => Vector128.CreateScalarUnsafe(*(ulong*)source).AsByte(),
        4 => Vector128.CreateScalarUnsafe(*(uint*)source).AsByte(),
        _ => Vector128.CreateScalarUnsafe((uint)*(ushort*)source).AsByte(),
    });
}

/// <summary>The 256-bit form.</summary>
internal readonly unsafe struct WideExtend<TExtension> : ISimdOperation where TExtension : struct, IExtension
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        Xmm low = Extend<TExtension>.Apply(source), high = Extend<TExtension>.Apply(source + TExtension.SourceBytes);
        *(Xmm*)destination = low;
        *(Xmm*)(destination + 16) = high;
        return true;
    }
}
