using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>The legacy, VEX.128 and VEX.256 forms of one operation on vector registers. Legacy 16-byte memory operands are aligned.</summary>
/// <typeparam name="TNarrow">What the 128-bit forms do.</typeparam>
/// <typeparam name="TWide">What the 256-bit form does.</typeparam>
/// <typeparam name="TNarrowSize">The size of the 128-bit forms' memory operand.</typeparam>
/// <typeparam name="TWideSize">That of the 256-bit form.</typeparam>
internal static unsafe class PackedForms<TNarrow, TWide, TNarrowSize, TWideSize>
    where TNarrow : struct, ISimdOperation where TWide : struct, ISimdOperation
    where TNarrowSize : struct, IOperandSize where TWideSize : struct, IOperandSize
{
    /// <summary>Chooses the handler of an instruction whose op has been filled in.</summary>
    public static Handler Bind(in Instruction instruction, Op* o)
    {
        if (instruction.Code.Encoding() == EncodingKind.Legacy)
        {
            return TNarrowSize.Bytes == 16
                ? SimdLoad<TNarrow, XmmFile, XmmFile, TNarrowSize, Aligned16, Legacy>.Bind(instruction, o)
                : SimdLoad<TNarrow, XmmFile, XmmFile, TNarrowSize, Unaligned, Legacy>.Bind(instruction, o);
        }
        return instruction.Op0Register.IsYMM()
            ? SimdLoad<TWide, XmmFile, XmmFile, TWideSize, Unaligned, Vex256>.Bind(instruction, o)
            : SimdLoad<TNarrow, XmmFile, XmmFile, TNarrowSize, Unaligned, Vex128>.Bind(instruction, o);
    }
}

/// <summary>Binds all forms of an operation that cannot fault.</summary>
internal sealed unsafe class VectorBinder<TNarrow, TWide, TNarrowSize, TWideSize>(ExecutionUnit unit) : Binder
    where TNarrow : struct, ISimdOperation where TWide : struct, ISimdOperation
    where TNarrowSize : struct, IOperandSize where TWideSize : struct, IOperandSize
{
    public override ExecutionUnit Unit => unit;

    public override bool MayFaultWithoutMemory => false;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        SimdOperands.Fill(context.Op, instruction);
        return PackedForms<TNarrow, TWide, TNarrowSize, TWideSize>.Bind(instruction, context.Op);
    }
}

/// <summary>Binds all forms of a shift by an immediate count: of the destination, or in VEX forms of another register.</summary>
internal sealed unsafe class ShiftImmediateBinder<TOperation>(ExecutionUnit unit) : Binder where TOperation : struct, IPackedBinary
{
    public override ExecutionUnit Unit => unit;

    public override bool MayFaultWithoutMemory => false;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        SimdOperands.Fill(context.Op, instruction);
        if (instruction.OpCount == 2) return SimdLoad<Packed<TOperation>, XmmFile, XmmFile, Size128, Unaligned, Legacy>.BindImmediate();
        context.Op->First = context.Op->Source;
        return instruction.Op0Register.IsYMM()
            ? SimdLoad<BothLanesOneSource<Packed<TOperation>>, XmmFile, XmmFile, Size128, Unaligned, Vex256>.BindImmediate()
            : SimdLoad<Packed<TOperation>, XmmFile, XmmFile, Size128, Unaligned, Vex128>.BindImmediate();
    }
}

/// <summary>Binds all forms of a shuffle or blend by an immediate. Legacy byte shifts have no source but the destination.</summary>
internal sealed unsafe class ShuffleBinder<TOperation>(ExecutionUnit unit) : Binder where TOperation : struct, IPackedShuffle
{
    public override ExecutionUnit Unit => unit;

    public override bool MayFaultWithoutMemory => false;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        SimdOperands.Fill(context.Op, instruction);
        if (instruction.OpCount == 2) context.Op->Source = context.Op->Destination;
        context.Op->Immediate = (long)TOperation.Indices.For(instruction.Immediate8);
        return PackedForms<PackedShuffle<TOperation>, WideShuffle<TOperation>, Size128, Size256>.Bind(instruction, context.Op);
    }
}

/// <summary>Registers the forms of one operation under their codes: legacy, VEX.128, VEX.256. <see cref="Code.INVALID"/> stands for a form that does
/// not exist.</summary>
internal static class PackedRegistration
{
    public static void AddPacked<TOperation>(this InstructionTable table, Code legacy, Code vex128, Code vex256 = Code.INVALID)
        where TOperation : struct, IPackedBinary =>
        AddVector<Packed<TOperation>, BothLanes<Packed<TOperation>>, Size128, Size256>(table, legacy, vex128, vex256);

    /// <summary>Shifts: 256-bit forms take one 16-byte count for both halves.</summary>
    public static void AddShiftByRegister<TOperation>(this InstructionTable table, Code legacy, Code vex128, Code vex256)
        where TOperation : struct, IPackedBinary =>
        AddVector<Packed<TOperation>, BothLanesOneSource<Packed<TOperation>>, Size128, Size128>(table, legacy, vex128, vex256);

    public static void AddShift<TOperation>(this InstructionTable table, Code legacy, Code vex128, Code vex256)
        where TOperation : struct, IPackedBinary =>
        AddForms(table, new ShiftImmediateBinder<TOperation>(ExecutionUnit.Sse), new ShiftImmediateBinder<TOperation>(ExecutionUnit.Avx),
            legacy, vex128, vex256);

    public static void AddShuffle<TOperation>(this InstructionTable table, Code legacy, Code vex128, Code vex256)
        where TOperation : struct, IPackedShuffle =>
        AddForms(table, new ShuffleBinder<TOperation>(ExecutionUnit.Sse), new ShuffleBinder<TOperation>(ExecutionUnit.Avx), legacy, vex128, vex256);

    public static void AddVector<TNarrow, TWide, TNarrowSize, TWideSize>(this InstructionTable table, Code legacy, Code vex128, Code vex256 = Code.INVALID)
        where TNarrow : struct, ISimdOperation where TWide : struct, ISimdOperation
        where TNarrowSize : struct, IOperandSize where TWideSize : struct, IOperandSize =>
        AddForms(table, new VectorBinder<TNarrow, TWide, TNarrowSize, TWideSize>(ExecutionUnit.Sse),
            new VectorBinder<TNarrow, TWide, TNarrowSize, TWideSize>(ExecutionUnit.Avx), legacy, vex128, vex256);

    private static void AddForms(InstructionTable table, Binder sse, Binder avx, Code legacy, Code vex128, Code vex256)
    {
        if (legacy != Code.INVALID) table.Add(sse, [legacy]);
        if (vex128 != Code.INVALID) table.Add(avx, [vex128]);
        if (vex256 != Code.INVALID) table.Add(avx, [vex256]);
    }
}
