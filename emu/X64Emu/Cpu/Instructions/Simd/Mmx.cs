using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using X64Emu.Cpu.Floating;
using X87State = X64Emu.Cpu.Instructions.X87.X87State;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>MMX registers as operands: 8 bytes, which packed operations take as the low half of a vector.</summary>
internal static unsafe class MmxRegister
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Xmm Read(byte* source) => Vector128.CreateScalar(*(ulong*)source).AsByte();

    /// <summary>Enters MMX mode and writes a register; its sign and exponent become all ones (Intel SDM Vol. 1, 9.5.1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(CpuState* c, byte* destination, ulong value)
    {
        X87State.EnterMmx(c);
        *(ulong*)destination = value;
        *(ushort*)(destination + 8) = ushort.MaxValue;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(CpuState* c, byte* destination, Xmm value) => Write(c, destination, value.AsUInt64().ToScalar());
}

/// <summary>A packed operation whose low half does not depend on the operands' upper halves.</summary>
internal readonly unsafe struct Mmx<TOperation> : ISimdOperation where TOperation : struct, IPackedBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        MmxRegister.Write(c, destination, TOperation.Apply(MmxRegister.Read(first), MmxRegister.Read(source)));
        return true;
    }
}

/// <summary>One that makes the low half of its result from the first source and the upper half from the second: both go into one vector.</summary>
internal readonly unsafe struct MmxPair<TOperation> : ISimdOperation where TOperation : struct, IPackedBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        Xmm both = Vector128.Create(*(ulong*)first, *(ulong*)source).AsByte();
        MmxRegister.Write(c, destination, TOperation.Apply(both, both));
        return true;
    }
}

/// <summary>PUNPCKL: reads four bytes of each source.</summary>
internal readonly unsafe struct MmxInterleaveLow<TInterleave> : ISimdOperation where TInterleave : struct, IPackedBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        MmxRegister.Write(c, destination, TInterleave.Apply(MmxRegister.Read(first), Vector128.CreateScalar(*(uint*)source).AsByte()));
        return true;
    }
}

/// <summary>PUNPCKH: the upper half of what the interleaving of low halves gives.</summary>
internal readonly unsafe struct MmxInterleaveHigh<TInterleave> : ISimdOperation where TInterleave : struct, IPackedBinary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        MmxRegister.Write(c, destination, TInterleave.Apply(MmxRegister.Read(first), MmxRegister.Read(source)).AsUInt64().GetElement(1));
        return true;
    }
}

/// <summary>PSHUFB: with the bytes twice, the index's fourth bit does not count.</summary>
internal readonly unsafe struct MmxShuffleBytes : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        MmxRegister.Write(c, destination, Pshufb.Apply(Vector128.Create(*(ulong*)first).AsByte(), MmxRegister.Read(source)));
        return true;
    }
}

/// <summary>PSHUFW. The op's immediate is the address of the byte indices.</summary>
internal readonly unsafe struct MmxShuffleWords : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        Xmm value = MmxRegister.Read(source);
        MmxRegister.Write(c, destination, Pshuflw.Apply(value, value, *(Xmm*)o->Immediate));
        return true;
    }
}

/// <summary>PALIGNR: eight bytes out of the sixteen of both sources.</summary>
internal readonly unsafe struct MmxAlign : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        Xmm both = Vector128.Create(*(ulong*)source, *(ulong*)first).AsByte();
        MmxRegister.Write(c, destination, Vector128.Shuffle(both, Vector128.AddSaturate(Xmm.Indices, Vector128.Create((byte)o->Immediate))));
        return true;
    }
}

/// <summary>Eight bytes into an MMX register.</summary>
internal readonly unsafe struct MmxMove64 : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        MmxRegister.Write(c, destination, *(ulong*)source);
        return true;
    }
}

/// <summary>A doubleword into an MMX register, zero-extended.</summary>
internal readonly unsafe struct MmxMove32 : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        MmxRegister.Write(c, destination, *(uint*)source);
        return true;
    }
}

/// <summary>PINSRW.</summary>
internal readonly unsafe struct MmxInsertWord : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        int shift = (int)(o->Immediate & 3) * 16;
        MmxRegister.Write(c, destination, *(ulong*)first & ~(0xFFFFUL << shift) | (ulong)*(ushort*)source << shift);
        return true;
    }
}

/// <summary>PEXTRW.</summary>
internal readonly unsafe struct MmxExtractWord : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        X87State.EnterMmx(c);
        *(ulong*)destination = ((ushort*)source)[o->Immediate & 3];
        return true;
    }
}

/// <summary>PMOVMSKB.</summary>
internal readonly unsafe struct MmxSigns : ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        X87State.EnterMmx(c);
        *(ulong*)destination = MmxRegister.Read(source).ExtractMostSignificantBits();
        return true;
    }
}

/// <summary>A move that reads an MMX register and writes another kind of operand.</summary>
internal readonly unsafe struct FromMmx<TMove> : ISimdOperation where TMove : struct, ISimdOperation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source) =>
        X87State.EnterMmx(c) && TMove.Execute(c, o, destination, first, source);
}

/// <summary>CVTPI2PS: two integers to the low half of an XMM register.</summary>
internal readonly unsafe struct IntegersToSingles : ISimdOperation
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        Xmm value = MmxRegister.Read(source);
        if (!SimdConversion.TryPacked<IntegerToFloat<Integer32, Binary32>>((byte*)&value, (byte*)&value, &c->Mxcsr)) return SimdFaults.FloatingPoint(c);
        *(ulong*)destination = value.AsUInt64().ToScalar();
        return true;
    }
}

/// <summary>CVTPS2PI and its kin: two numbers to integers in an MMX register.</summary>
/// <typeparam name="TConversion">What is done to each.</typeparam>
/// <typeparam name="TSize">The size of both: 8 bytes of singles or 16 of doubles.</typeparam>
internal readonly unsafe struct FloatsToMmx<TConversion, TSize> : ISimdOperation where TConversion : struct, IConversion where TSize : struct, IOperandSize
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        X87State.EnterMmx(c);   // also where a floating-point exception follows
        Xmm value = TSize.Bytes == 8 ? MmxRegister.Read(source) : *(Xmm*)source;
        if (!SimdConversion.TryPacked<TConversion>((byte*)&value, (byte*)&value, &c->Mxcsr)) return SimdFaults.FloatingPoint(c);
        MmxRegister.Write(c, destination, value);
        return true;
    }
}
