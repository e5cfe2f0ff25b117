using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>Binds instructions whose destination is a register, and which may do one thing with a register and another with memory.</summary>
internal sealed unsafe class SimdLoadBinder<TRegister, TMemory, TDestination, TSource, TSize, TAlignment, TEncoding>(ExecutionUnit unit, bool mayFault) : Binder
    where TRegister : struct, ISimdOperation where TMemory : struct, ISimdOperation
    where TDestination : struct, IRegisterFile where TSource : struct, IRegisterFile
    where TSize : struct, IOperandSize where TAlignment : struct, IAlignment where TEncoding : struct, IEncoding
{
    public override ExecutionUnit Unit => unit;

    public override bool MayFaultWithoutMemory => mayFault;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        SimdOperands.Fill(context.Op, instruction);
        return SimdOperands.HasMemorySource(instruction)
            ? SimdLoad<TMemory, TDestination, TSource, TSize, TAlignment, TEncoding>.BindMemory(context.Op)
            : SimdLoad<TRegister, TDestination, TSource, TSize, TAlignment, TEncoding>.Bind(instruction, context.Op);
    }
}

/// <summary>Binds moves whose destination is memory, or a register in the same encoding.</summary>
internal sealed unsafe class SimdStoreBinder<TRegister, TMemory, TDestination, TSource, TSize, TAlignment, TEncoding>(
    ExecutionUnit unit, bool mayFault = false) : Binder
    where TRegister : struct, ISimdOperation where TMemory : struct, ISimdOperation
    where TDestination : struct, IRegisterFile where TSource : struct, IRegisterFile
    where TSize : struct, IOperandSize where TAlignment : struct, IAlignment where TEncoding : struct, IEncoding
{
    public override ExecutionUnit Unit => unit;

    public override bool MayFaultWithoutMemory => mayFault;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        SimdOperands.Fill(context.Op, instruction);
        return instruction.Op0Kind == OpKind.Memory
            ? SimdStore<TMemory, TSource, TSize, TAlignment>.Bind(context.Op)
            : SimdLoad<TRegister, TDestination, TSource, TSize, TAlignment, TEncoding>.Bind(instruction, context.Op);
    }
}
