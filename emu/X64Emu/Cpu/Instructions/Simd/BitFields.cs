using System.Runtime.CompilerServices;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>SSE4a's EXTRQ and INSERTQ (AMD64 Architecture Programmer's Manual Vol. 4). A field is described by its length in bits 5..0, 0 meaning
/// 64, and its lowest bit in bits 13..8.</summary>
internal static class BitField
{
    public static ulong MaskOf(ulong field) => (field & 63) == 0 ? ulong.MaxValue : (1UL << (int)(field & 63)) - 1;

    public static int StartOf(ulong field) => (int)(field >> 8 & 63);
}

/// <summary>EXTRQ: the field of the destination's low quadword, zero-extended.</summary>
internal readonly unsafe struct ExtractField<TDescription> : ISimdOperation where TDescription : struct, IFieldDescription
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        ulong field = TDescription.Of(o, source);
        *(ulong*)destination = *(ulong*)destination >> BitField.StartOf(field) & BitField.MaskOf(field);
        *(ulong*)(destination + 8) = 0;
        return true;
    }
}

/// <summary>INSERTQ: the low bits of the source go into the field of the destination's low quadword.</summary>
internal readonly unsafe struct InsertField<TDescription> : ISimdOperation where TDescription : struct, IFieldDescription
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Execute(CpuState* c, Op* o, byte* destination, byte* first, byte* source)
    {
        ulong field = TDescription.Of(o, source + 8), mask = BitField.MaskOf(field);
        int start = BitField.StartOf(field);
        *(ulong*)destination = *(ulong*)destination & ~(mask << start) | (*(ulong*)source & mask) << start;
        *(ulong*)(destination + 8) = 0;
        return true;
    }
}

/// <summary>Where a field's description is.</summary>
internal unsafe interface IFieldDescription
{
    static abstract ulong Of(Op* o, byte* source);
}

/// <summary>In the two immediate operands.</summary>
internal readonly unsafe struct ImmediateField : IFieldDescription
{
    public static ulong Of(Op* o, byte* source) => (ulong)o->Immediate;
}

/// <summary>In a register.</summary>
internal readonly unsafe struct RegisterField : IFieldDescription
{
    public static ulong Of(Op* o, byte* source) => *(ulong*)source;
}

internal sealed unsafe class BitFieldBinder<TOperation> : Binder where TOperation : struct, ISimdOperation
{
    public override ExecutionUnit Unit => ExecutionUnit.Sse;

    public override bool MayFaultWithoutMemory => false;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        SimdOperands.Fill(context.Op, instruction);
        int last = instruction.OpCount - 1;
        if (instruction.GetOpKind(last) == OpKind.Immediate8_2nd)
            context.Op->Immediate = (long)(instruction.GetImmediate(last - 1) & 0xff | instruction.GetImmediate(last) << 8);
        return SimdLoad<TOperation, XmmFile, XmmFile, Size128, Unaligned, Legacy>.Bind(instruction, context.Op);
    }
}
