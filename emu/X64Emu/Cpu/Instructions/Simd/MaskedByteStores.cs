using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;
using X64Emu.Cpu.Instructions.X87;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>MASKMOVDQU and MASKMOVQ, which store bytes at [RDI]. Whether they ask for memory that the mask leaves out is up to the processor (Intel
/// SDM Vol. 2B, MASKMOVDQU); AMD's always ask for all of it.</summary>
internal static unsafe class MaskedByteStore<TFile, TSize> where TFile : struct, IRegisterFile where TSize : struct, IOperandSize
{
    public static void Store<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy
    {
        if (typeof(TFile) == typeof(MmxFile) && !X87State.EnterMmx(c))
        {
            Faults.Record(c, o);
            return;
        }
        ulong address = GeneralAddress.Of(c, o);
        if (typeof(TMemory) == typeof(CheckedMemory) && !IsStartWritable(c, o, address))
        {
            Faults.Record(c, o);
            return;
        }
        FastTlbEntry* entry = typeof(TMemory) == typeof(CheckedMemory) ? Unaligned<TSize>(c, o, address) : TMemory.ReadWrite<TSize>(c, o, address, stack: false);
        if (!MemoryPolicy.Hit<TSize>(entry, address))
        {
            TMemory.Miss(c, o);
            return;
        }
        byte* memory = (byte*)address + entry->HostDelta, mask = TFile.At(c, o->Source), source = TFile.At(c, o->Destination);
        if (TSize.Bytes == 16) *(Xmm*)memory = VariableBlend<sbyte>.Choose(*(Xmm*)memory, *(Xmm*)source, *(Xmm*)mask);
        else *(ulong*)memory = VariableBlend<sbyte>.Choose(Low(memory), Low(source), Low(mask)).AsUInt64().ToScalar();
        TMemory.Commit<TSize>(c);
        Chain.Next(c, o);
    }

    /// <summary>The first quadword is asked for before the whole.</summary>
    private static bool IsStartWritable(CpuState* c, Op* o, ulong address) =>
        MemoryPolicy.Hit<Size64>(CheckedMemory.ReadWrite<Size64>(c, o, address, stack: false), address);

    /// <summary>The whole; #AC has looked at the first quadword alone.</summary>
    private static FastTlbEntry* Unaligned<TAccess>(CpuState* c, Op* o, ulong address) where TAccess : struct, IOperandSize
    {
        CheckedAccess memory = Processor.Of(c).Memory;
        memory.IgnoresAlignment = true;
        FastTlbEntry* entry = CheckedMemory.ReadWrite<TAccess>(c, o, address, stack: false);
        memory.IgnoresAlignment = false;
        return entry;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Xmm Low(byte* quadword) => Vector128.CreateScalarUnsafe(*(ulong*)quadword).AsByte();
}

internal sealed unsafe class MaskedByteStoreBinder<TFile, TSize>(ExecutionUnit unit) : Binder
    where TFile : struct, IRegisterFile where TSize : struct, IOperandSize
{
    public override ExecutionUnit Unit => unit;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        Op* o = context.Op;
        bool isLong = instruction.CodeSize == CodeSize.Code64;
        o->Destination = SimdOperands.OperandOf(instruction.Op1Register);
        o->Source = SimdOperands.OperandOf(instruction.Op2Register);
        o->Base = Operands.OffsetOf(Register.RDI);
        o->Index = CpuState.ZeroOffset;
        int addressSize = instruction.Op0Kind switch { OpKind.MemorySegRDI => 0, OpKind.MemorySegEDI => 1, _ => 2 };
        o->Scale = (byte)(addressSize << Op.AddressSizeShift | (!isLong && instruction.MemorySegment == Register.SS ? Op.StackReference : 0));
        bool segmented = !isLong || instruction.MemorySegment is Register.FS or Register.GS;
        o->Segment = segmented ? Operands.SegmentOffsetOf(instruction.MemorySegment) : (byte)CpuState.ZeroOffset;
        return Handler.OfTwins(&MaskedByteStore<TFile, TSize>.Store<FastMemory>, &MaskedByteStore<TFile, TSize>.Store<CheckedMemory>);
    }
}

internal static class MaskedByteStores
{
    public static void Register(InstructionTable table)
    {
        table.Add(new MaskedByteStoreBinder<XmmFile, Size128>(ExecutionUnit.Sse), [Code.Maskmovdqu_rDI_xmm_xmm]);
        table.Add(new MaskedByteStoreBinder<XmmFile, Size128>(ExecutionUnit.Avx), [Code.VEX_Vmaskmovdqu_rDI_xmm_xmm]);
        table.Add(new MaskedByteStoreBinder<MmxFile, Size64>(ExecutionUnit.Mmx), [Code.Maskmovq_rDI_mm_mm]);
    }
}
