using System.Runtime.CompilerServices;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>What the encoding of an instruction says about its first source and about the upper half of the destination.</summary>
internal unsafe interface IEncoding
{
    /// <summary>The first source of a two-source operation.</summary>
    static abstract byte* First(CpuState* c, Op* o, byte* destination);

    /// <summary>Completes the destination once the operation has succeeded.</summary>
    static abstract void Complete(byte* destination);
}

/// <summary>The destination is the first source, and its upper half stays: SSE and MMX, and VEX forms that write no XMM register.</summary>
internal readonly unsafe struct Legacy : IEncoding
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* First(CpuState* c, Op* o, byte* destination) => destination;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Complete(byte* destination)
    {
    }
}

/// <summary>VEX.128: the first source is an operand of its own; the upper half is zeroed (Intel SDM Vol. 1, 14.1.3).</summary>
internal readonly unsafe struct Vex128 : IEncoding
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* First(CpuState* c, Op* o, byte* destination) => XmmFile.At(c, o->First);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Complete(byte* destination)
    {
        *(Xmm*)(destination + 16) = Xmm.Zero;
    }
}

/// <summary>VEX.256: the whole register is written.</summary>
internal readonly unsafe struct Vex256 : IEncoding
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static byte* First(CpuState* c, Op* o, byte* destination) => XmmFile.At(c, o->First);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Complete(byte* destination)
    {
    }
}

/// <summary>A 256-bit instruction that does to each half what its 128-bit form does to the whole.</summary>
internal readonly unsafe struct BothLanes<TOperation> : ISimdOperation where TOperation : struct, ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        TOperation.Execute(c, o, destination, first, source);
        TOperation.Execute(c, o, destination + 16, first + 16, source + 16);
        return true;
    }
}

/// <summary>The same for shifts, whose count is one for both halves. The count register may be the destination: its low half is read first.</summary>
internal readonly unsafe struct BothLanesOneSource<TOperation> : ISimdOperation where TOperation : struct, ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        TOperation.Execute(c, o, destination + 16, first + 16, source);
        TOperation.Execute(c, o, destination, first, source);
        return true;
    }
}
