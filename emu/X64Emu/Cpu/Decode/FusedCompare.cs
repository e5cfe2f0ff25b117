using Iced.Intel;
using X64Emu.Cpu.Instructions;

namespace X64Emu.Cpu.Decode;

/// <summary>Fuses CMP, TEST or SUB with the Jcc behind it into one op. The flags are still stored: a successor may read them.</summary>
internal static unsafe class FusedCompare
{
    /// <summary>Fills in the op for both instructions and finds its handler; false when the pair has no fused form.</summary>
    public static bool TryBind(in Instruction compare, in Instruction jump, Op* o, BlockBuilder block, out Handler handler)
    {
        handler = default;
        if (!jump.IsJccShortOrNear) return false;
        Shape shape = ShapeOf(compare);
        if (shape == Shape.None) return false;
        handler = jump.ConditionCode switch
        {
            ConditionCode.b => Bind<Below>(compare, shape, o),
            ConditionCode.ae => Bind<Not<Below>>(compare, shape, o),
            ConditionCode.e => Bind<Equal>(compare, shape, o),
            ConditionCode.ne => Bind<Not<Equal>>(compare, shape, o),
            ConditionCode.be => Bind<BelowOrEqual>(compare, shape, o),
            ConditionCode.a => Bind<Not<BelowOrEqual>>(compare, shape, o),
            ConditionCode.s => Bind<Sign>(compare, shape, o),
            ConditionCode.ns => Bind<Not<Sign>>(compare, shape, o),
            ConditionCode.l => Bind<Less>(compare, shape, o),
            ConditionCode.ge => Bind<Not<Less>>(compare, shape, o),
            ConditionCode.le => Bind<LessOrEqual>(compare, shape, o),
            ConditionCode.g => Bind<Not<LessOrEqual>>(compare, shape, o),
            _ => default,
        };
        if (handler == default) return false;
        o->Target = block.Successor(&o->Target, jump.NearBranchTarget);
        o->Next = block.Successor(&o->Next, jump.NextIP);
        return true;
    }

    private enum Shape
    {
        None,
        CompareRegisters,
        CompareImmediate,
        CompareMemoryImmediate,
        TestRegisters,
        TestImmediate,
        SubtractImmediate,
    }

    private static Shape ShapeOf(in Instruction compare) => (compare.Mnemonic, Operands.FormOf(compare)) switch
    {
        (Mnemonic.Cmp, OperandForm.RegisterRegister) => Shape.CompareRegisters,
        (Mnemonic.Cmp, OperandForm.RegisterImmediate) => Shape.CompareImmediate,
        (Mnemonic.Cmp, OperandForm.MemoryImmediate) => Shape.CompareMemoryImmediate,
        (Mnemonic.Test, OperandForm.RegisterRegister) => Shape.TestRegisters,
        (Mnemonic.Test, OperandForm.RegisterImmediate) => Shape.TestImmediate,
        (Mnemonic.Sub, OperandForm.RegisterImmediate) => Shape.SubtractImmediate,
        _ => Shape.None,
    };

    private static Handler Bind<TCondition>(in Instruction compare, Shape shape, Op* o) where TCondition : struct, ICompareCondition
    {
        Operands.Fill(o, compare);
        return Operands.SizeOf(compare) switch
        {
            1 => Bind<TCondition, Size8>(shape, o),
            2 => Bind<TCondition, Size16>(shape, o),
            4 => Bind<TCondition, Size32>(shape, o),
            _ => Bind<TCondition, Size64>(shape, o),
        };
    }

    private static Handler Bind<TCondition, TSize>(Shape shape, Op* o) where TCondition : struct, ICompareCondition where TSize : struct, IOperandSize
    {
        switch (shape)
        {
            case Shape.CompareRegisters: return Handler.Of(&CompareJumpShapes<TCondition>.CompareRegisters<TSize>);
            case Shape.CompareImmediate: return Handler.Of(&CompareJumpShapes<TCondition>.CompareImmediate<TSize>);
            case Shape.TestRegisters: return Handler.Of(&CompareJumpShapes<TCondition>.TestRegisters<TSize>);
            case Shape.TestImmediate: return Handler.Of(&CompareJumpShapes<TCondition>.TestImmediate<TSize>);
            case Shape.SubtractImmediate: return Handler.Of(&CompareJumpShapes<TCondition>.SubtractImmediate<TSize>);
            default: return BindMemory<TCondition, TSize>(o);
        }
    }

    private static Handler BindMemory<TCondition, TSize>(Op* o) where TCondition : struct, ICompareCondition where TSize : struct, IOperandSize =>
        Operands.AddressFormOf(o) switch
        {
            AddressForm.Base => Handler.OfTwins(
                &CompareJumpShapes<TCondition>.CompareMemoryImmediate<TSize, BaseAddress, FastMemory>,
                &CompareJumpShapes<TCondition>.CompareMemoryImmediate<TSize, BaseAddress, CheckedMemory>),
            AddressForm.Indexed => Handler.OfTwins(
                &CompareJumpShapes<TCondition>.CompareMemoryImmediate<TSize, IndexedAddress, FastMemory>,
                &CompareJumpShapes<TCondition>.CompareMemoryImmediate<TSize, IndexedAddress, CheckedMemory>),
            _ => Handler.OfTwins(
                &CompareJumpShapes<TCondition>.CompareMemoryImmediate<TSize, GeneralAddress, FastMemory>,
                &CompareJumpShapes<TCondition>.CompareMemoryImmediate<TSize, GeneralAddress, CheckedMemory>),
        };
}
