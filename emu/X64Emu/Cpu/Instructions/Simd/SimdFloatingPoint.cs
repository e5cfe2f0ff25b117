using System.Numerics;
using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>Which operation each code of floating-point arithmetic and comparison stands for.</summary>
internal static class SimdFloatingPoint
{
    public static void RegisterComparisons(InstructionTable table)
    {
        Comparison<QuietNaNsAreInvalid, Binary32, float, Size32>(table, Code.Comiss_xmm_xmmm32, Code.VEX_Vcomiss_xmm_xmmm32);
        Comparison<QuietNaNsAreValid, Binary32, float, Size32>(table, Code.Ucomiss_xmm_xmmm32, Code.VEX_Vucomiss_xmm_xmmm32);
        Comparison<QuietNaNsAreInvalid, Binary64, double, Size64>(table, Code.Comisd_xmm_xmmm64, Code.VEX_Vcomisd_xmm_xmmm64);
        Comparison<QuietNaNsAreValid, Binary64, double, Size64>(table, Code.Ucomisd_xmm_xmmm64, Code.VEX_Vucomisd_xmm_xmmm64);
    }

    public static void RegisterEstimates(InstructionTable table)
    {
        Estimates<ReciprocalFunction>(table, Code.Rcpps_xmm_xmmm128, Code.VEX_Vrcpps_xmm_xmmm128, Code.VEX_Vrcpps_ymm_ymmm256);
        Estimate<ReciprocalFunction>(table, Code.Rcpss_xmm_xmmm32, Code.VEX_Vrcpss_xmm_xmm_xmmm32);
        Estimates<ReciprocalSquareRootFunction>(table, Code.Rsqrtps_xmm_xmmm128, Code.VEX_Vrsqrtps_xmm_xmmm128, Code.VEX_Vrsqrtps_ymm_ymmm256);
        Estimate<ReciprocalSquareRootFunction>(table, Code.Rsqrtss_xmm_xmmm32, Code.VEX_Vrsqrtss_xmm_xmm_xmmm32);
    }

    public static void RegisterArithmetic(InstructionTable table)
    {
        Arithmetics<AddOperation, Binary32, float>(table, Code.Addps_xmm_xmmm128, Code.VEX_Vaddps_xmm_xmm_xmmm128, Code.VEX_Vaddps_ymm_ymm_ymmm256);
        Arithmetics<AddOperation, Binary64, double>(table, Code.Addpd_xmm_xmmm128, Code.VEX_Vaddpd_xmm_xmm_xmmm128, Code.VEX_Vaddpd_ymm_ymm_ymmm256);
        Arithmetic<AddOperation, Binary32, float, Size32>(table, Code.Addss_xmm_xmmm32, Code.VEX_Vaddss_xmm_xmm_xmmm32);
        Arithmetic<AddOperation, Binary64, double, Size64>(table, Code.Addsd_xmm_xmmm64, Code.VEX_Vaddsd_xmm_xmm_xmmm64);
        Arithmetics<SubtractOperation, Binary32, float>(table, Code.Subps_xmm_xmmm128, Code.VEX_Vsubps_xmm_xmm_xmmm128, Code.VEX_Vsubps_ymm_ymm_ymmm256);
        Arithmetics<SubtractOperation, Binary64, double>(table, Code.Subpd_xmm_xmmm128, Code.VEX_Vsubpd_xmm_xmm_xmmm128, Code.VEX_Vsubpd_ymm_ymm_ymmm256);
        Arithmetic<SubtractOperation, Binary32, float, Size32>(table, Code.Subss_xmm_xmmm32, Code.VEX_Vsubss_xmm_xmm_xmmm32);
        Arithmetic<SubtractOperation, Binary64, double, Size64>(table, Code.Subsd_xmm_xmmm64, Code.VEX_Vsubsd_xmm_xmm_xmmm64);
        Arithmetics<MultiplyOperation, Binary32, float>(table, Code.Mulps_xmm_xmmm128, Code.VEX_Vmulps_xmm_xmm_xmmm128, Code.VEX_Vmulps_ymm_ymm_ymmm256);
        Arithmetics<MultiplyOperation, Binary64, double>(table, Code.Mulpd_xmm_xmmm128, Code.VEX_Vmulpd_xmm_xmm_xmmm128, Code.VEX_Vmulpd_ymm_ymm_ymmm256);
        Arithmetic<MultiplyOperation, Binary32, float, Size32>(table, Code.Mulss_xmm_xmmm32, Code.VEX_Vmulss_xmm_xmm_xmmm32);
        Arithmetic<MultiplyOperation, Binary64, double, Size64>(table, Code.Mulsd_xmm_xmmm64, Code.VEX_Vmulsd_xmm_xmm_xmmm64);
        Arithmetics<DivideOperation, Binary32, float>(table, Code.Divps_xmm_xmmm128, Code.VEX_Vdivps_xmm_xmm_xmmm128, Code.VEX_Vdivps_ymm_ymm_ymmm256);
        Arithmetics<DivideOperation, Binary64, double>(table, Code.Divpd_xmm_xmmm128, Code.VEX_Vdivpd_xmm_xmm_xmmm128, Code.VEX_Vdivpd_ymm_ymm_ymmm256);
        Arithmetic<DivideOperation, Binary32, float, Size32>(table, Code.Divss_xmm_xmmm32, Code.VEX_Vdivss_xmm_xmm_xmmm32);
        Arithmetic<DivideOperation, Binary64, double, Size64>(table, Code.Divsd_xmm_xmmm64, Code.VEX_Vdivsd_xmm_xmm_xmmm64);
        Arithmetics<SquareRootOperation, Binary32, float>(table, Code.Sqrtps_xmm_xmmm128, Code.VEX_Vsqrtps_xmm_xmmm128, Code.VEX_Vsqrtps_ymm_ymmm256);
        Arithmetics<SquareRootOperation, Binary64, double>(table, Code.Sqrtpd_xmm_xmmm128, Code.VEX_Vsqrtpd_xmm_xmmm128, Code.VEX_Vsqrtpd_ymm_ymmm256);
        Arithmetic<SquareRootOperation, Binary32, float, Size32>(table, Code.Sqrtss_xmm_xmmm32, Code.VEX_Vsqrtss_xmm_xmm_xmmm32);
        Arithmetic<SquareRootOperation, Binary64, double, Size64>(table, Code.Sqrtsd_xmm_xmmm64, Code.VEX_Vsqrtsd_xmm_xmm_xmmm64);
    }

    public static void RegisterSelection(InstructionTable table)
    {
        Selections<MinimumOperation, Binary32, float>(table, Code.Minps_xmm_xmmm128, Code.VEX_Vminps_xmm_xmm_xmmm128, Code.VEX_Vminps_ymm_ymm_ymmm256);
        Selections<MinimumOperation, Binary64, double>(table, Code.Minpd_xmm_xmmm128, Code.VEX_Vminpd_xmm_xmm_xmmm128, Code.VEX_Vminpd_ymm_ymm_ymmm256);
        Selection<MinimumOperation, Binary32, float, Size32>(table, Code.Minss_xmm_xmmm32, Code.VEX_Vminss_xmm_xmm_xmmm32);
        Selection<MinimumOperation, Binary64, double, Size64>(table, Code.Minsd_xmm_xmmm64, Code.VEX_Vminsd_xmm_xmm_xmmm64);
        Selections<MaximumOperation, Binary32, float>(table, Code.Maxps_xmm_xmmm128, Code.VEX_Vmaxps_xmm_xmm_xmmm128, Code.VEX_Vmaxps_ymm_ymm_ymmm256);
        Selections<MaximumOperation, Binary64, double>(table, Code.Maxpd_xmm_xmmm128, Code.VEX_Vmaxpd_xmm_xmm_xmmm128, Code.VEX_Vmaxpd_ymm_ymm_ymmm256);
        Selection<MaximumOperation, Binary32, float, Size32>(table, Code.Maxss_xmm_xmmm32, Code.VEX_Vmaxss_xmm_xmm_xmmm32);
        Selection<MaximumOperation, Binary64, double, Size64>(table, Code.Maxsd_xmm_xmmm64, Code.VEX_Vmaxsd_xmm_xmm_xmmm64);

        table.Add(new CompareBinder<PackedElements, Binary32, float, Size128, Aligned16, Legacy>(ExecutionUnit.Sse), [Code.Cmpps_xmm_xmmm128_imm8]);
        table.Add(new CompareBinder<PackedElements, Binary32, float, Size128, Unaligned, Vex128>(ExecutionUnit.Avx), [Code.VEX_Vcmpps_xmm_xmm_xmmm128_imm8]);
        table.Add(new CompareBinder<WideElements, Binary32, float, Size256, Unaligned, Vex256>(ExecutionUnit.Avx), [Code.VEX_Vcmpps_ymm_ymm_ymmm256_imm8]);
        table.Add(new CompareBinder<ScalarElement, Binary32, float, Size32, Unaligned, Legacy>(ExecutionUnit.Sse), [Code.Cmpss_xmm_xmmm32_imm8]);
        table.Add(new CompareBinder<ScalarElement, Binary32, float, Size32, Unaligned, Vex128>(ExecutionUnit.Avx), [Code.VEX_Vcmpss_xmm_xmm_xmmm32_imm8]);
        table.Add(new CompareBinder<PackedElements, Binary64, double, Size128, Aligned16, Legacy>(ExecutionUnit.Sse), [Code.Cmppd_xmm_xmmm128_imm8]);
        table.Add(new CompareBinder<PackedElements, Binary64, double, Size128, Unaligned, Vex128>(ExecutionUnit.Avx), [Code.VEX_Vcmppd_xmm_xmm_xmmm128_imm8]);
        table.Add(new CompareBinder<WideElements, Binary64, double, Size256, Unaligned, Vex256>(ExecutionUnit.Avx), [Code.VEX_Vcmppd_ymm_ymm_ymmm256_imm8]);
        table.Add(new CompareBinder<ScalarElement, Binary64, double, Size64, Unaligned, Legacy>(ExecutionUnit.Sse), [Code.Cmpsd_xmm_xmmm64_imm8]);
        table.Add(new CompareBinder<ScalarElement, Binary64, double, Size64, Unaligned, Vex128>(ExecutionUnit.Avx), [Code.VEX_Vcmpsd_xmm_xmm_xmmm64_imm8]);
    }

    public static void RegisterHorizontal(InstructionTable table)
    {
        Arithmetics<Arranged<Neighbours, AddOperation>, Binary32, float>(table,
            Code.Haddps_xmm_xmmm128, Code.VEX_Vhaddps_xmm_xmm_xmmm128, Code.VEX_Vhaddps_ymm_ymm_ymmm256);
        Arithmetics<Arranged<Neighbours, AddOperation>, Binary64, double>(table,
            Code.Haddpd_xmm_xmmm128, Code.VEX_Vhaddpd_xmm_xmm_xmmm128, Code.VEX_Vhaddpd_ymm_ymm_ymmm256);
        Arithmetics<Arranged<Neighbours, SubtractOperation>, Binary32, float>(table,
            Code.Hsubps_xmm_xmmm128, Code.VEX_Vhsubps_xmm_xmm_xmmm128, Code.VEX_Vhsubps_ymm_ymm_ymmm256);
        Arithmetics<Arranged<Neighbours, SubtractOperation>, Binary64, double>(table,
            Code.Hsubpd_xmm_xmmm128, Code.VEX_Vhsubpd_xmm_xmm_xmmm128, Code.VEX_Vhsubpd_ymm_ymm_ymmm256);
        Arithmetics<Arranged<AlternatingSigns, AddOperation>, Binary32, float>(table,
            Code.Addsubps_xmm_xmmm128, Code.VEX_Vaddsubps_xmm_xmm_xmmm128, Code.VEX_Vaddsubps_ymm_ymm_ymmm256);
        Arithmetics<Arranged<AlternatingSigns, AddOperation>, Binary64, double>(table,
            Code.Addsubpd_xmm_xmmm128, Code.VEX_Vaddsubpd_xmm_xmm_xmmm128, Code.VEX_Vaddsubpd_ymm_ymm_ymmm256);
    }

    private static void Arithmetics<TOperation, TFormat, T>(InstructionTable table, Code legacy, Code vex128, Code vex256)
        where TOperation : struct, IArithmetic where TFormat : struct, IHostFloatFormat<T> where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        QuickForms.Packed<FloatArithmetic<TOperation, PackedElements, TFormat, T>, FloatArithmetic<TOperation, WideElements, TFormat, T>>(
            table, legacy, vex128, vex256);

    private static void Arithmetic<TOperation, TFormat, T, TSize>(InstructionTable table, Code legacy, Code vex)
        where TOperation : struct, IArithmetic where TFormat : struct, IHostFloatFormat<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSize : struct, IOperandSize =>
        QuickForms.Scalar<FloatArithmetic<TOperation, ScalarElement, TFormat, T>, TSize>(table, legacy, vex);

    private static void Selections<TOperation, TFormat, T>(InstructionTable table, Code legacy, Code vex128, Code vex256)
        where TOperation : struct, ISelection where TFormat : struct, IHostFloatFormat<T> where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        QuickForms.Packed<FloatSelection<TOperation, PackedElements, TFormat, T>, FloatSelection<TOperation, WideElements, TFormat, T>>(
            table, legacy, vex128, vex256);

    private static void Selection<TOperation, TFormat, T, TSize>(InstructionTable table, Code legacy, Code vex)
        where TOperation : struct, ISelection where TFormat : struct, IHostFloatFormat<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSize : struct, IOperandSize =>
        QuickForms.Scalar<FloatSelection<TOperation, ScalarElement, TFormat, T>, TSize>(table, legacy, vex);

    /// <summary>The result is in RFLAGS: no register is completed.</summary>
    private static void Comparison<TQuietNaNs, TFormat, T, TSize>(InstructionTable table, Code legacy, Code vex)
        where TQuietNaNs : struct, IQuietNaNs where TFormat : struct, IHostFloatFormat<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSize : struct, IOperandSize
    {
        QuickForms.Add<CompareToFlags<TQuietNaNs, TFormat, T>, TSize, Unaligned, Legacy>(table, ExecutionUnit.Sse, legacy);
        QuickForms.Add<CompareToFlags<TQuietNaNs, TFormat, T>, TSize, Unaligned, Legacy>(table, ExecutionUnit.Avx, vex);
    }

    private static void Estimates<TFunction>(InstructionTable table, Code legacy, Code vex128, Code vex256) where TFunction : struct, IEstimate =>
        VectorForms.Packed<Estimate<TFunction, PackedElements>, Estimate<TFunction, WideElements>>(table, mayFault: false, legacy, vex128, vex256);

    private static void Estimate<TFunction>(InstructionTable table, Code legacy, Code vex) where TFunction : struct, IEstimate =>
        VectorForms.Scalar<Estimate<TFunction, ScalarElement>, Size32>(table, mayFault: false, legacy, vex);
}
