using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>AVX2's gathers. An element's mask is cleared once it is loaded, so that one which faults can go on where it was (Intel SDM Vol. 2C,
/// VPGATHERDD); when all are done, mask and the rest of the destination become zero.</summary>
/// <typeparam name="TIndex">The size of an index: 4 or 8 bytes.</typeparam>
/// <typeparam name="TElement">The size of an element.</typeparam>
internal static unsafe class Gather<TIndex, TElement> where TIndex : struct, IOperandSize where TElement : struct, IOperandSize
{
    /// <summary>The op's immediate is the number of elements, its index the vector of indices, its source the mask.</summary>
    public static void Load<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy
    {
        if (!Elements<TMemory>(c, o))
        {
            Faults.Record(c, o);
            return;
        }
        Chain.Next(c, o);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool Elements<TMemory>(CpuState* c, Op* o) where TMemory : struct, IMemoryPolicy
    {
        byte* destination = XmmFile.At(c, o->Destination), mask = XmmFile.At(c, o->Source), indices = XmmFile.At(c, o->Index);
        ulong start = *(ulong*)((byte*)c + o->Base) + (ulong)o->Displacement, segment = *(ulong*)((byte*)c + o->Segment);
        int count = (int)o->Immediate, scale = o->Scale & Op.ScaleMask, addressSize = o->Scale >> Op.AddressSizeShift & 3;
        for (int i = 0; i < count; i++)
        {
            byte* elementMask = mask + i * TElement.Bytes;
            if ((sbyte)elementMask[TElement.Bytes - 1] < 0)
            {
                ulong index = TIndex.SignExtend(TIndex.Load(indices + i * TIndex.Bytes));
                ulong address = GeneralAddress.Linear(GeneralAddress.Truncate(start + (index << scale), addressSize), segment);
                FastTlbEntry* entry = typeof(TMemory) == typeof(CheckedMemory)
                    ? Unaligned(c, o, address) : TMemory.Read<TElement>(c, o, address, stack: false);
                if (!MemoryPolicy.Hit<TElement>(entry, address))
                {
                    if (typeof(TMemory) == typeof(CheckedMemory)) return false;
                    entry = Unaligned(c, o, address);
                    if (!MemoryPolicy.Hit<TElement>(entry, address)) return false;
                }
                TElement.Store(destination + i * TElement.Bytes, TElement.Load((byte*)address + entry->HostDelta));
            }
            TElement.Store(elementMask, 0);
        }
        for (int i = count * TElement.Bytes; i < CpuState.XmmStride; i += 8) *(ulong*)(destination + i) = 0;
        *(Vector256<ulong>*)mask = Vector256<ulong>.Zero;
        return true;
    }

    /// <summary>An element as the checked path finds it; #AC does not look at elements.</summary>
    private static FastTlbEntry* Unaligned(CpuState* c, Op* o, ulong address)
    {
        CheckedAccess memory = Processor.Of(c).Memory;
        memory.IgnoresAlignment = true;
        FastTlbEntry* entry = CheckedMemory.Read<TElement>(c, o, address, stack: false);
        memory.IgnoresAlignment = false;
        return entry;
    }
}

internal sealed unsafe class GatherBinder<TIndex, TElement>(int count) : Binder where TIndex : struct, IOperandSize where TElement : struct, IOperandSize
{
    public override ExecutionUnit Unit => ExecutionUnit.Avx;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        Op* o = context.Op;
        Operands.FillAddress(o, instruction);
        // Without a base register nothing but the displacement's size tells the address size.
        if (instruction.MemoryBase == Register.None && instruction.MemoryDisplSize == 4 && instruction.CodeSize == CodeSize.Code64)
            o->Scale |= 1 << Op.AddressSizeShift;
        o->Index = SimdOperands.OperandOf(instruction.MemoryIndex);
        o->Destination = SimdOperands.OperandOf(instruction.Op0Register);
        o->Source = SimdOperands.OperandOf(instruction.Op2Register);
        o->Immediate = count;
        return Handler.OfTwins(&Gather<TIndex, TElement>.Load<FastMemory>, &Gather<TIndex, TElement>.Load<CheckedMemory>);
    }
}

internal static class Gathers
{
    public static void Register(InstructionTable table)
    {
        table.Add(new GatherBinder<Size32, Size32>(4), [Code.VEX_Vpgatherdd_xmm_vm32x_xmm, Code.VEX_Vgatherdps_xmm_vm32x_xmm]);
        table.Add(new GatherBinder<Size32, Size32>(8), [Code.VEX_Vpgatherdd_ymm_vm32y_ymm, Code.VEX_Vgatherdps_ymm_vm32y_ymm]);
        table.Add(new GatherBinder<Size32, Size64>(2), [Code.VEX_Vpgatherdq_xmm_vm32x_xmm, Code.VEX_Vgatherdpd_xmm_vm32x_xmm]);
        table.Add(new GatherBinder<Size32, Size64>(4), [Code.VEX_Vpgatherdq_ymm_vm32x_ymm, Code.VEX_Vgatherdpd_ymm_vm32x_ymm]);
        table.Add(new GatherBinder<Size64, Size32>(2), [Code.VEX_Vpgatherqd_xmm_vm64x_xmm, Code.VEX_Vgatherqps_xmm_vm64x_xmm]);
        table.Add(new GatherBinder<Size64, Size32>(4), [Code.VEX_Vpgatherqd_xmm_vm64y_xmm, Code.VEX_Vgatherqps_xmm_vm64y_xmm]);
        table.Add(new GatherBinder<Size64, Size64>(2), [Code.VEX_Vpgatherqq_xmm_vm64x_xmm, Code.VEX_Vgatherqpd_xmm_vm64x_xmm]);
        table.Add(new GatherBinder<Size64, Size64>(4), [Code.VEX_Vpgatherqq_ymm_vm64y_ymm, Code.VEX_Vgatherqpd_ymm_vm64y_ymm]);
    }
}
