using System.Numerics;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>Binds CMPPS and its kin. The immediate's low three bits choose the predicate, under VEX the low five.</summary>
internal sealed unsafe class CompareBinder<TElements, TFormat, T, TSize, TAlignment, TEncoding>(ExecutionUnit unit) : Binder
    where TElements : struct, IElements where TFormat : struct, IHostFloatFormat<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TSize : struct, IOperandSize where TAlignment : struct, IAlignment where TEncoding : struct, IEncoding
{
    private const int Negation = 4, OrUnordered = 8, Signalling = 16;

    public override ExecutionUnit Unit => unit;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        SimdOperands.Fill(context.Op, instruction);
        int predicate = instruction.Immediate8 & (typeof(TEncoding) == typeof(Legacy) ? 7 : 31);
        return (predicate & 3) switch
        {
            0 => WithUnordered<EqualPredicate>(predicate, instruction, context.Op),
            1 => WithUnordered<LessPredicate>(predicate, instruction, context.Op),
            2 => WithUnordered<LessOrEqualPredicate>(predicate, instruction, context.Op),
            _ when (predicate & OrUnordered) != 0 => WithNegation<NeverPredicate>(predicate, instruction, context.Op),
            _ => WithNegation<UnorderedPredicate>(predicate, instruction, context.Op),
        };
    }

    private static Handler WithUnordered<TPredicate>(int predicate, in Instruction instruction, Op* o) where TPredicate : struct, IComparePredicate =>
        (predicate & OrUnordered) != 0 ? WithNegation<OrUnorderedPredicate<TPredicate>>(predicate, instruction, o)
            : WithNegation<TPredicate>(predicate, instruction, o);

    private static Handler WithNegation<TPredicate>(int predicate, in Instruction instruction, Op* o) where TPredicate : struct, IComparePredicate =>
        (predicate & Negation) != 0 ? WithSignalling<NotPredicate<TPredicate>>(predicate, instruction, o)
            : WithSignalling<TPredicate>(predicate, instruction, o);

    private static Handler WithSignalling<TPredicate>(int predicate, in Instruction instruction, Op* o) where TPredicate : struct, IComparePredicate =>
        (predicate & Signalling) != 0 ? Bind<OppositeSignalling<TPredicate>>(instruction, o) : Bind<TPredicate>(instruction, o);

    private static Handler Bind<TPredicate>(in Instruction instruction, Op* o) where TPredicate : struct, IComparePredicate =>
        QuickLoad<FloatSelection<CompareOperation<TPredicate>, TElements, TFormat, T>, XmmFile, XmmFile, TSize, TAlignment, TEncoding>.Bind(instruction, o);
}
