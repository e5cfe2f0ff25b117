using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>Binds ROUNDPS and its kin. Of the immediate, bits 0..1 are the mode unless bit 2 leaves it to MXCSR; bit 3 keeps PE from being raised.</summary>
internal abstract unsafe class RoundBinder<TFormat>(ExecutionUnit unit) : Binder where TFormat : struct, IFloatFormat
{
    public override ExecutionUnit Unit => unit;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        SimdOperands.Fill(context.Op, instruction);
        return (instruction.Immediate8 & 7) switch
        {
            0 => WithInexactness<RoundNearest>(instruction, context.Op),
            1 => WithInexactness<RoundDown>(instruction, context.Op),
            2 => WithInexactness<RoundUp>(instruction, context.Op),
            3 => WithInexactness<RoundTowardZero>(instruction, context.Op),
            _ => WithInexactness<RoundControlled>(instruction, context.Op),
        };
    }

    private Handler WithInexactness<TChoice>(in Instruction instruction, Op* o) where TChoice : struct, IRoundingChoice =>
        (instruction.Immediate8 & 8) != 0 ? Bind<RoundToIntegral<TFormat, TChoice, SuppressInexact>>(instruction, o)
            : Bind<RoundToIntegral<TFormat, TChoice, ReportInexact>>(instruction, o);

    protected abstract Handler Bind<TConversion>(in Instruction instruction, Op* o) where TConversion : struct, IConversion;
}

internal sealed unsafe class PackedRoundBinder<TElements, TFormat, TSize, TAlignment, TEncoding>(ExecutionUnit unit) : RoundBinder<TFormat>(unit)
    where TElements : struct, IElements where TFormat : struct, IFloatFormat
    where TSize : struct, IOperandSize where TAlignment : struct, IAlignment where TEncoding : struct, IEncoding
{
    protected override Handler Bind<TConversion>(in Instruction instruction, Op* o) =>
        QuickLoad<ConvertPacked<TConversion, TElements>, XmmFile, XmmFile, TSize, TAlignment, TEncoding>.Bind(instruction, o);
}

internal sealed unsafe class ScalarRoundBinder<TFormat, TSize, TEncoding>(ExecutionUnit unit) : RoundBinder<TFormat>(unit)
    where TFormat : struct, IFloatFormat where TSize : struct, IOperandSize where TEncoding : struct, IEncoding
{
    protected override Handler Bind<TConversion>(in Instruction instruction, Op* o) =>
        QuickLoad<ConvertScalar<TConversion>, XmmFile, XmmFile, TSize, Unaligned, TEncoding>.Bind(instruction, o);
}

/// <summary>Binds VCVTPS2PH, whose immediate chooses the rounding in the same way. PE is always raised.</summary>
internal sealed unsafe class HalfBinder<TElements, TSize> : Binder where TElements : struct, IElements where TSize : struct, IOperandSize
{
    public override ExecutionUnit Unit => ExecutionUnit.Avx;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        SimdOperands.Fill(context.Op, instruction);
        return (instruction.Immediate8 & 7) switch
        {
            0 => Bind<SingleToHalf<RoundNearest>>(instruction, context.Op),
            1 => Bind<SingleToHalf<RoundDown>>(instruction, context.Op),
            2 => Bind<SingleToHalf<RoundUp>>(instruction, context.Op),
            3 => Bind<SingleToHalf<RoundTowardZero>>(instruction, context.Op),
            _ => Bind<SingleToHalf<RoundControlled>>(instruction, context.Op),
        };
    }

    private static Handler Bind<TConversion>(in Instruction instruction, Op* o) where TConversion : struct, IConversion =>
        instruction.Op0Kind == OpKind.Memory
            ? SimdStore<StoreHalves<TConversion, TElements>, XmmFile, TSize, Unaligned>.Bind(o)
            : SimdLoad<ConvertHalves<TConversion, TElements>, XmmFile, XmmFile, TSize, Unaligned, Vex128>.Bind(instruction, o);
}
