using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>Which conversion each code stands for: between formats, from and to integers, and to integers in the same format.</summary>
internal static class SimdConversions
{
    public static void Register(InstructionTable table)
    {
        Scalar<SingleToDouble, Size32>(table, Code.Cvtss2sd_xmm_xmmm32, Code.VEX_Vcvtss2sd_xmm_xmm_xmmm32);
        Scalar<DoubleToSingle, Size64>(table, Code.Cvtsd2ss_xmm_xmmm64, Code.VEX_Vcvtsd2ss_xmm_xmm_xmmm64);
        Widening<SingleToDouble>(table, Code.Cvtps2pd_xmm_xmmm64, Code.VEX_Vcvtps2pd_xmm_xmmm64, Code.VEX_Vcvtps2pd_ymm_xmmm128);
        Narrowing<DoubleToSingle>(table, Code.Cvtpd2ps_xmm_xmmm128, Code.VEX_Vcvtpd2ps_xmm_xmmm128, Code.VEX_Vcvtpd2ps_xmm_ymmm256);

        SameWidth<IntegerToFloat<Integer32, Binary32>>(table, Code.Cvtdq2ps_xmm_xmmm128, Code.VEX_Vcvtdq2ps_xmm_xmmm128, Code.VEX_Vcvtdq2ps_ymm_ymmm256);
        Widening<IntegerToFloat<Integer32, Binary64>>(table, Code.Cvtdq2pd_xmm_xmmm64, Code.VEX_Vcvtdq2pd_xmm_xmmm64, Code.VEX_Vcvtdq2pd_ymm_xmmm128);
        SameWidth<FloatToInteger<Binary32, Integer32, RoundAsControlled>>(table,
            Code.Cvtps2dq_xmm_xmmm128, Code.VEX_Vcvtps2dq_xmm_xmmm128, Code.VEX_Vcvtps2dq_ymm_ymmm256);
        SameWidth<FloatToInteger<Binary32, Integer32, Truncate>>(table,
            Code.Cvttps2dq_xmm_xmmm128, Code.VEX_Vcvttps2dq_xmm_xmmm128, Code.VEX_Vcvttps2dq_ymm_ymmm256);
        Narrowing<FloatToInteger<Binary64, Integer32, RoundAsControlled>>(table,
            Code.Cvtpd2dq_xmm_xmmm128, Code.VEX_Vcvtpd2dq_xmm_xmmm128, Code.VEX_Vcvtpd2dq_xmm_ymmm256);
        Narrowing<FloatToInteger<Binary64, Integer32, Truncate>>(table,
            Code.Cvttpd2dq_xmm_xmmm128, Code.VEX_Vcvttpd2dq_xmm_xmmm128, Code.VEX_Vcvttpd2dq_xmm_ymmm256);

        FromGeneral<IntegerToFloat<Integer32, Binary32>, Size32>(table, Code.Cvtsi2ss_xmm_rm32, Code.VEX_Vcvtsi2ss_xmm_xmm_rm32);
        FromGeneral<IntegerToFloat<Integer64, Binary32>, Size64>(table, Code.Cvtsi2ss_xmm_rm64, Code.VEX_Vcvtsi2ss_xmm_xmm_rm64);
        FromGeneral<IntegerToFloat<Integer32, Binary64>, Size32>(table, Code.Cvtsi2sd_xmm_rm32, Code.VEX_Vcvtsi2sd_xmm_xmm_rm32);
        FromGeneral<IntegerToFloat<Integer64, Binary64>, Size64>(table, Code.Cvtsi2sd_xmm_rm64, Code.VEX_Vcvtsi2sd_xmm_xmm_rm64);
        ToGeneral<FloatToInteger<Binary32, Integer32, RoundAsControlled>, Size32>(table, Code.Cvtss2si_r32_xmmm32, Code.VEX_Vcvtss2si_r32_xmmm32);
        ToGeneral<FloatToInteger<Binary32, Integer64, RoundAsControlled>, Size32>(table, Code.Cvtss2si_r64_xmmm32, Code.VEX_Vcvtss2si_r64_xmmm32);
        ToGeneral<FloatToInteger<Binary32, Integer32, Truncate>, Size32>(table, Code.Cvttss2si_r32_xmmm32, Code.VEX_Vcvttss2si_r32_xmmm32);
        ToGeneral<FloatToInteger<Binary32, Integer64, Truncate>, Size32>(table, Code.Cvttss2si_r64_xmmm32, Code.VEX_Vcvttss2si_r64_xmmm32);
        ToGeneral<FloatToInteger<Binary64, Integer32, RoundAsControlled>, Size64>(table, Code.Cvtsd2si_r32_xmmm64, Code.VEX_Vcvtsd2si_r32_xmmm64);
        ToGeneral<FloatToInteger<Binary64, Integer64, RoundAsControlled>, Size64>(table, Code.Cvtsd2si_r64_xmmm64, Code.VEX_Vcvtsd2si_r64_xmmm64);
        ToGeneral<FloatToInteger<Binary64, Integer32, Truncate>, Size64>(table, Code.Cvttsd2si_r32_xmmm64, Code.VEX_Vcvttsd2si_r32_xmmm64);
        ToGeneral<FloatToInteger<Binary64, Integer64, Truncate>, Size64>(table, Code.Cvttsd2si_r64_xmmm64, Code.VEX_Vcvttsd2si_r64_xmmm64);

        RegisterRounding(table);
        RegisterHalves(table);
    }

    private static void RegisterRounding(InstructionTable table)
    {
        table.Add(new PackedRoundBinder<PackedElements, Binary32, Size128, Aligned16, Legacy>(ExecutionUnit.Sse), [Code.Roundps_xmm_xmmm128_imm8]);
        table.Add(new PackedRoundBinder<PackedElements, Binary32, Size128, Unaligned, Vex128>(ExecutionUnit.Avx), [Code.VEX_Vroundps_xmm_xmmm128_imm8]);
        table.Add(new PackedRoundBinder<WideElements, Binary32, Size256, Unaligned, Vex256>(ExecutionUnit.Avx), [Code.VEX_Vroundps_ymm_ymmm256_imm8]);
        table.Add(new ScalarRoundBinder<Binary32, Size32, Legacy>(ExecutionUnit.Sse), [Code.Roundss_xmm_xmmm32_imm8]);
        table.Add(new ScalarRoundBinder<Binary32, Size32, Vex128>(ExecutionUnit.Avx), [Code.VEX_Vroundss_xmm_xmm_xmmm32_imm8]);
        table.Add(new PackedRoundBinder<PackedElements, Binary64, Size128, Aligned16, Legacy>(ExecutionUnit.Sse), [Code.Roundpd_xmm_xmmm128_imm8]);
        table.Add(new PackedRoundBinder<PackedElements, Binary64, Size128, Unaligned, Vex128>(ExecutionUnit.Avx), [Code.VEX_Vroundpd_xmm_xmmm128_imm8]);
        table.Add(new PackedRoundBinder<WideElements, Binary64, Size256, Unaligned, Vex256>(ExecutionUnit.Avx), [Code.VEX_Vroundpd_ymm_ymmm256_imm8]);
        table.Add(new ScalarRoundBinder<Binary64, Size64, Legacy>(ExecutionUnit.Sse), [Code.Roundsd_xmm_xmmm64_imm8]);
        table.Add(new ScalarRoundBinder<Binary64, Size64, Vex128>(ExecutionUnit.Avx), [Code.VEX_Vroundsd_xmm_xmm_xmmm64_imm8]);
    }

    private static void RegisterHalves(InstructionTable table)
    {
        VectorForms.Add<ConvertHalves<HalfToSingle, PackedElements>, Size64, Unaligned, Vex128>(
            table, ExecutionUnit.Avx, mayFault: true, Code.VEX_Vcvtph2ps_xmm_xmmm64);
        VectorForms.Add<ConvertHalves<HalfToSingle, WideElements>, Size128, Unaligned, Vex256>(
            table, ExecutionUnit.Avx, mayFault: true, Code.VEX_Vcvtph2ps_ymm_xmmm128);
        table.Add(new HalfBinder<PackedElements, Size64>(), [Code.VEX_Vcvtps2ph_xmmm64_xmm_imm8]);
        table.Add(new HalfBinder<WideElements, Size128>(), [Code.VEX_Vcvtps2ph_xmmm128_ymm_imm8]);
    }

    private static void Scalar<TConversion, TSize>(InstructionTable table, Code legacy, Code vex)
        where TConversion : struct, IConversion where TSize : struct, IOperandSize =>
        QuickForms.Scalar<ConvertScalar<TConversion>, TSize>(table, legacy, vex);

    private static void SameWidth<TConversion>(InstructionTable table, Code legacy, Code vex128, Code vex256) where TConversion : struct, IConversion =>
        QuickForms.Packed<ConvertPacked<TConversion, PackedElements>, ConvertPacked<TConversion, WideElements>>(table, legacy, vex128, vex256);

    /// <summary>The source is half as long as the destination.</summary>
    private static void Widening<TConversion>(InstructionTable table, Code legacy, Code vex128, Code vex256) where TConversion : struct, IConversion
    {
        QuickForms.Scalar<ConvertPacked<TConversion, PackedElements>, Size64>(table, legacy, vex128);
        QuickForms.Add<ConvertPacked<TConversion, WideElements>, Size128, Unaligned, Vex256>(table, ExecutionUnit.Avx, vex256);
    }

    /// <summary>The result is half as long as the source; a YMM register gives an XMM register.</summary>
    private static void Narrowing<TConversion>(InstructionTable table, Code legacy, Code vex128, Code vex256) where TConversion : struct, IConversion
    {
        QuickForms.Packed<ConvertPacked<TConversion, PackedElements>, ConvertPacked<TConversion, PackedElements>>(table, legacy, vex128, Code.INVALID);
        QuickForms.Add<ConvertPacked<TConversion, WideElements>, Size256, Unaligned, Vex128>(table, ExecutionUnit.Avx, vex256);
    }

    private static void FromGeneral<TConversion, TSize>(InstructionTable table, Code legacy, Code vex)
        where TConversion : struct, IConversion where TSize : struct, IOperandSize
    {
        FromGeneral<TConversion, TSize, Legacy>(table, ExecutionUnit.Sse, legacy);
        FromGeneral<TConversion, TSize, Vex128>(table, ExecutionUnit.Avx, vex);
    }

    private static void FromGeneral<TConversion, TSize, TEncoding>(InstructionTable table, ExecutionUnit unit, Code code)
        where TConversion : struct, IConversion where TSize : struct, IOperandSize where TEncoding : struct, IEncoding => table.Add(
        new QuickBinder<ConvertScalar<TConversion>, XmmFile, GeneralFile, TSize, Unaligned, TEncoding>(unit), [code]);

    private static void ToGeneral<TConversion, TSize>(InstructionTable table, Code legacy, Code vex)
        where TConversion : struct, IConversion where TSize : struct, IOperandSize
    {
        ToGeneral<TConversion, TSize>(table, ExecutionUnit.Sse, legacy);
        ToGeneral<TConversion, TSize>(table, ExecutionUnit.Avx, vex);
    }

    private static void ToGeneral<TConversion, TSize>(InstructionTable table, ExecutionUnit unit, Code code)
        where TConversion : struct, IConversion where TSize : struct, IOperandSize => table.Add(
        new QuickBinder<ConvertToRegister<TConversion>, GeneralFile, XmmFile, TSize, Unaligned, Legacy>(unit), [code]);
}
