using System.Numerics;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>Which operation each floating-point code stands for. Packed memory operands are aligned, scalar ones need not be.</summary>
internal static class SseFloatingPoint
{
    public static void Register(InstructionTable table)
    {
        Arithmetic<AddOperation>(table, Code.Addps_xmm_xmmm128, Code.Addss_xmm_xmmm32, Code.Addpd_xmm_xmmm128, Code.Addsd_xmm_xmmm64);
        Arithmetic<SubtractOperation>(table, Code.Subps_xmm_xmmm128, Code.Subss_xmm_xmmm32, Code.Subpd_xmm_xmmm128, Code.Subsd_xmm_xmmm64);
        Arithmetic<MultiplyOperation>(table, Code.Mulps_xmm_xmmm128, Code.Mulss_xmm_xmmm32, Code.Mulpd_xmm_xmmm128, Code.Mulsd_xmm_xmmm64);
        Arithmetic<DivideOperation>(table, Code.Divps_xmm_xmmm128, Code.Divss_xmm_xmmm32, Code.Divpd_xmm_xmmm128, Code.Divsd_xmm_xmmm64);
        Arithmetic<SquareRootOperation>(table, Code.Sqrtps_xmm_xmmm128, Code.Sqrtss_xmm_xmmm32, Code.Sqrtpd_xmm_xmmm128, Code.Sqrtsd_xmm_xmmm64);
        Selection<MinimumOperation>(table, Code.Minps_xmm_xmmm128, Code.Minss_xmm_xmmm32, Code.Minpd_xmm_xmmm128, Code.Minsd_xmm_xmmm64);
        Selection<MaximumOperation>(table, Code.Maxps_xmm_xmmm128, Code.Maxss_xmm_xmmm32, Code.Maxpd_xmm_xmmm128, Code.Maxsd_xmm_xmmm64);

        table.Add(new CompareBinder<PackedElements, Binary32, float, Size128, Aligned16>(), [Code.Cmpps_xmm_xmmm128_imm8]);
        table.Add(new CompareBinder<ScalarElement, Binary32, float, Size32, Unaligned>(), [Code.Cmpss_xmm_xmmm32_imm8]);
        table.Add(new CompareBinder<PackedElements, Binary64, double, Size128, Aligned16>(), [Code.Cmppd_xmm_xmmm128_imm8]);
        table.Add(new CompareBinder<ScalarElement, Binary64, double, Size64, Unaligned>(), [Code.Cmpsd_xmm_xmmm64_imm8]);

        Scalar<CompareToFlags<QuietNaNsAreInvalid, Binary32, float>, Size32>(table, Code.Comiss_xmm_xmmm32);
        Scalar<CompareToFlags<QuietNaNsAreValid, Binary32, float>, Size32>(table, Code.Ucomiss_xmm_xmmm32);
        Scalar<CompareToFlags<QuietNaNsAreInvalid, Binary64, double>, Size64>(table, Code.Comisd_xmm_xmmm64);
        Scalar<CompareToFlags<QuietNaNsAreValid, Binary64, double>, Size64>(table, Code.Ucomisd_xmm_xmmm64);

        Packed<Estimate<ReciprocalFunction, PackedElements>>(table, Code.Rcpps_xmm_xmmm128);
        Scalar<Estimate<ReciprocalFunction, ScalarElement>, Size32>(table, Code.Rcpss_xmm_xmmm32);
        Packed<Estimate<ReciprocalSquareRootFunction, PackedElements>>(table, Code.Rsqrtps_xmm_xmmm128);
        Scalar<Estimate<ReciprocalSquareRootFunction, ScalarElement>, Size32>(table, Code.Rsqrtss_xmm_xmmm32);

        RegisterConversions(table);
    }

    private static void RegisterConversions(InstructionTable table)
    {
        Scalar<ConvertScalar<SingleToDouble>, Size32>(table, Code.Cvtss2sd_xmm_xmmm32);
        Scalar<ConvertScalar<DoubleToSingle>, Size64>(table, Code.Cvtsd2ss_xmm_xmmm64);
        Scalar<ConvertPacked<SingleToDouble>, Size64>(table, Code.Cvtps2pd_xmm_xmmm64);
        Packed<ConvertPacked<DoubleToSingle>>(table, Code.Cvtpd2ps_xmm_xmmm128);

        Packed<ConvertPacked<IntegerToFloat<Integer32, Binary32>>>(table, Code.Cvtdq2ps_xmm_xmmm128);
        Scalar<ConvertPacked<IntegerToFloat<Integer32, Binary64>>, Size64>(table, Code.Cvtdq2pd_xmm_xmmm64);
        Packed<ConvertPacked<FloatToInteger<Binary32, Integer32, RoundAsControlled>>>(table, Code.Cvtps2dq_xmm_xmmm128);
        Packed<ConvertPacked<FloatToInteger<Binary32, Integer32, Truncate>>>(table, Code.Cvttps2dq_xmm_xmmm128);
        Packed<ConvertPacked<FloatToInteger<Binary64, Integer32, RoundAsControlled>>>(table, Code.Cvtpd2dq_xmm_xmmm128);
        Packed<ConvertPacked<FloatToInteger<Binary64, Integer32, Truncate>>>(table, Code.Cvttpd2dq_xmm_xmmm128);

        FromGeneral<IntegerToFloat<Integer32, Binary32>, Size32>(table, Code.Cvtsi2ss_xmm_rm32);
        FromGeneral<IntegerToFloat<Integer64, Binary32>, Size64>(table, Code.Cvtsi2ss_xmm_rm64);
        FromGeneral<IntegerToFloat<Integer32, Binary64>, Size32>(table, Code.Cvtsi2sd_xmm_rm32);
        FromGeneral<IntegerToFloat<Integer64, Binary64>, Size64>(table, Code.Cvtsi2sd_xmm_rm64);

        ToGeneral<FloatToInteger<Binary32, Integer32, RoundAsControlled>, Size32>(table, Code.Cvtss2si_r32_xmmm32);
        ToGeneral<FloatToInteger<Binary32, Integer64, RoundAsControlled>, Size32>(table, Code.Cvtss2si_r64_xmmm32);
        ToGeneral<FloatToInteger<Binary32, Integer32, Truncate>, Size32>(table, Code.Cvttss2si_r32_xmmm32);
        ToGeneral<FloatToInteger<Binary32, Integer64, Truncate>, Size32>(table, Code.Cvttss2si_r64_xmmm32);
        ToGeneral<FloatToInteger<Binary64, Integer32, RoundAsControlled>, Size64>(table, Code.Cvtsd2si_r32_xmmm64);
        ToGeneral<FloatToInteger<Binary64, Integer64, RoundAsControlled>, Size64>(table, Code.Cvtsd2si_r64_xmmm64);
        ToGeneral<FloatToInteger<Binary64, Integer32, Truncate>, Size64>(table, Code.Cvttsd2si_r32_xmmm64);
        ToGeneral<FloatToInteger<Binary64, Integer64, Truncate>, Size64>(table, Code.Cvttsd2si_r64_xmmm64);
    }

    private static void Arithmetic<TOperation>(InstructionTable table, Code ps, Code ss, Code pd, Code sd) where TOperation : struct, IArithmetic
    {
        Packed<FloatArithmetic<TOperation, PackedElements, Binary32, float>>(table, ps);
        Scalar<FloatArithmetic<TOperation, ScalarElement, Binary32, float>, Size32>(table, ss);
        Packed<FloatArithmetic<TOperation, PackedElements, Binary64, double>>(table, pd);
        Scalar<FloatArithmetic<TOperation, ScalarElement, Binary64, double>, Size64>(table, sd);
    }

    private static void Selection<TOperation>(InstructionTable table, Code ps, Code ss, Code pd, Code sd) where TOperation : struct, ISelection
    {
        Packed<FloatSelection<TOperation, PackedElements, Binary32, float>>(table, ps);
        Scalar<FloatSelection<TOperation, ScalarElement, Binary32, float>, Size32>(table, ss);
        Packed<FloatSelection<TOperation, PackedElements, Binary64, double>>(table, pd);
        Scalar<FloatSelection<TOperation, ScalarElement, Binary64, double>, Size64>(table, sd);
    }

    private static void Packed<TOperation>(InstructionTable table, Code code) where TOperation : struct, ISimdOperation =>
        table.Add(new SimdLoadBinder<TOperation, TOperation, XmmFile, XmmFile, Size128, Aligned16, Legacy>(ExecutionUnit.Sse, mayFault: true), [code]);

    private static void Scalar<TOperation, TSize>(InstructionTable table, Code code)
        where TOperation : struct, ISimdOperation where TSize : struct, IOperandSize =>
        table.Add(new SimdLoadBinder<TOperation, TOperation, XmmFile, XmmFile, TSize, Unaligned, Legacy>(ExecutionUnit.Sse, mayFault: true), [code]);

    private static void FromGeneral<TConversion, TSize>(InstructionTable table, Code code)
        where TConversion : struct, IConversion where TSize : struct, IOperandSize =>
        table.Add(
            new SimdLoadBinder<ConvertScalar<TConversion>, ConvertScalar<TConversion>, XmmFile, GeneralFile, TSize, Unaligned, Legacy>(ExecutionUnit.Sse, mayFault: true), [code]);

    private static void ToGeneral<TConversion, TSize>(InstructionTable table, Code code)
        where TConversion : struct, IConversion where TSize : struct, IOperandSize =>
        table.Add(
            new SimdLoadBinder<ConvertToRegister<TConversion>, ConvertToRegister<TConversion>, GeneralFile, XmmFile, TSize, Unaligned, Legacy>(ExecutionUnit.Sse, mayFault: true),
            [code]);
}

/// <summary>Binds CMPPS and its kin: the low three bits of the immediate choose the predicate.</summary>
internal sealed unsafe class CompareBinder<TElements, TFormat, T, TSize, TAlignment> : Binder
    where TElements : struct, IElements where TFormat : struct, IHostFloatFormat<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TSize : struct, IOperandSize where TAlignment : struct, IAlignment
{
    public override ExecutionUnit Unit => ExecutionUnit.Sse;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        SimdOperands.Fill(context.Op, instruction);
        return (instruction.Immediate8 & 7) switch
        {
            0 => Bind<EqualPredicate>(instruction, context.Op),
            1 => Bind<LessPredicate>(instruction, context.Op),
            2 => Bind<LessOrEqualPredicate>(instruction, context.Op),
            3 => Bind<UnorderedPredicate>(instruction, context.Op),
            4 => Bind<NotPredicate<EqualPredicate>>(instruction, context.Op),
            5 => Bind<NotPredicate<LessPredicate>>(instruction, context.Op),
            6 => Bind<NotPredicate<LessOrEqualPredicate>>(instruction, context.Op),
            _ => Bind<NotPredicate<UnorderedPredicate>>(instruction, context.Op),
        };
    }

    private static Handler Bind<TPredicate>(in Instruction instruction, Op* o) where TPredicate : struct, IComparePredicate =>
        SimdLoad<FloatSelection<CompareOperation<TPredicate>, TElements, TFormat, T>, XmmFile, XmmFile, TSize, TAlignment, Legacy>.Bind(instruction, o);
}
