using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>Which operation each move stands for, in the legacy encoding and under VEX.</summary>
internal static class SimdMoves
{
    public static void Register(InstructionTable table)
    {
        RegisterWhole(table);
        RegisterParts(table);
        RegisterBroadcasts(table);

        ToGeneral<Signs<byte>>(table, [Code.Pmovmskb_r32_xmm, Code.Pmovmskb_r64_xmm], [Code.VEX_Vpmovmskb_r32_xmm, Code.VEX_Vpmovmskb_r64_xmm]);
        ToGeneral<SignsOfBothLanes<byte>>(table, [], [Code.VEX_Vpmovmskb_r32_ymm, Code.VEX_Vpmovmskb_r64_ymm]);
        ToGeneral<Signs<uint>>(table,
            [Code.Movmskps_r32_xmm, Code.Movmskps_r64_xmm], [Code.VEX_Vmovmskps_r32_xmm, Code.VEX_Vmovmskps_r64_xmm]);
        ToGeneral<Signs<ulong>>(table,
            [Code.Movmskpd_r32_xmm, Code.Movmskpd_r64_xmm], [Code.VEX_Vmovmskpd_r32_xmm, Code.VEX_Vmovmskpd_r64_xmm]);
        ToGeneral<SignsOfBothLanes<uint>>(table, [], [Code.VEX_Vmovmskps_r32_ymm, Code.VEX_Vmovmskps_r64_ymm]);
        ToGeneral<SignsOfBothLanes<ulong>>(table, [], [Code.VEX_Vmovmskpd_r32_ymm, Code.VEX_Vmovmskpd_r64_ymm]);

        // MOVNTI touches no XMM state and works whatever CR0 and CR4 say of it.
        table.Add(new SimdStoreBinder<Move32, Move32, GeneralFile, GeneralFile, Size32, Unaligned, Legacy>(ExecutionUnit.Integer), [Code.Movnti_m32_r32]);
        table.Add(new SimdStoreBinder<Move64, Move64, GeneralFile, GeneralFile, Size64, Unaligned, Legacy>(ExecutionUnit.Integer), [Code.Movnti_m64_r64]);
    }

    private static void RegisterWhole(InstructionTable table)
    {
        WholeLoads<Move128, Size128, Aligned16, Legacy>(table, ExecutionUnit.Sse,
            Code.Movaps_xmm_xmmm128, Code.Movapd_xmm_xmmm128, Code.Movdqa_xmm_xmmm128, Code.Movntdqa_xmm_m128);
        WholeLoads<Move128, Size128, Aligned16, Vex128>(table, ExecutionUnit.Avx,
            Code.VEX_Vmovaps_xmm_xmmm128, Code.VEX_Vmovapd_xmm_xmmm128, Code.VEX_Vmovdqa_xmm_xmmm128, Code.VEX_Vmovntdqa_xmm_m128);
        WholeLoads<BothLanes<Move128>, Size256, Aligned32, Vex256>(table, ExecutionUnit.Avx,
            Code.VEX_Vmovaps_ymm_ymmm256, Code.VEX_Vmovapd_ymm_ymmm256, Code.VEX_Vmovdqa_ymm_ymmm256, Code.VEX_Vmovntdqa_ymm_m256);

        WholeStores<Move128, Size128, Aligned16, Legacy>(table, ExecutionUnit.Sse, Code.Movaps_xmmm128_xmm, Code.Movapd_xmmm128_xmm,
            Code.Movdqa_xmmm128_xmm, Code.Movntps_m128_xmm, Code.Movntpd_m128_xmm, Code.Movntdq_m128_xmm);
        WholeStores<Move128, Size128, Aligned16, Vex128>(table, ExecutionUnit.Avx, Code.VEX_Vmovaps_xmmm128_xmm, Code.VEX_Vmovapd_xmmm128_xmm,
            Code.VEX_Vmovdqa_xmmm128_xmm, Code.VEX_Vmovntps_m128_xmm, Code.VEX_Vmovntpd_m128_xmm, Code.VEX_Vmovntdq_m128_xmm);
        WholeStores<BothLanes<Move128>, Size256, Aligned32, Vex256>(table, ExecutionUnit.Avx, Code.VEX_Vmovaps_ymmm256_ymm, Code.VEX_Vmovapd_ymmm256_ymm,
            Code.VEX_Vmovdqa_ymmm256_ymm, Code.VEX_Vmovntps_m256_ymm, Code.VEX_Vmovntpd_m256_ymm, Code.VEX_Vmovntdq_m256_ymm);

        WholeLoads<Move128, Size128, Unaligned, Legacy>(table, ExecutionUnit.Sse,
            Code.Movups_xmm_xmmm128, Code.Movupd_xmm_xmmm128, Code.Movdqu_xmm_xmmm128, Code.Lddqu_xmm_m128);
        WholeLoads<Move128, Size128, Unaligned, Vex128>(table, ExecutionUnit.Avx,
            Code.VEX_Vmovups_xmm_xmmm128, Code.VEX_Vmovupd_xmm_xmmm128, Code.VEX_Vmovdqu_xmm_xmmm128, Code.VEX_Vlddqu_xmm_m128);
        WholeLoads<BothLanes<Move128>, Size256, Unaligned, Vex256>(table, ExecutionUnit.Avx,
            Code.VEX_Vmovups_ymm_ymmm256, Code.VEX_Vmovupd_ymm_ymmm256, Code.VEX_Vmovdqu_ymm_ymmm256, Code.VEX_Vlddqu_ymm_m256);

        WholeStores<Move128, Size128, Unaligned, Legacy>(table, ExecutionUnit.Sse,
            Code.Movups_xmmm128_xmm, Code.Movupd_xmmm128_xmm, Code.Movdqu_xmmm128_xmm);
        WholeStores<Move128, Size128, Unaligned, Vex128>(table, ExecutionUnit.Avx,
            Code.VEX_Vmovups_xmmm128_xmm, Code.VEX_Vmovupd_xmmm128_xmm, Code.VEX_Vmovdqu_xmmm128_xmm);
        WholeStores<BothLanes<Move128>, Size256, Unaligned, Vex256>(table, ExecutionUnit.Avx,
            Code.VEX_Vmovups_ymmm256_ymm, Code.VEX_Vmovupd_ymmm256_ymm, Code.VEX_Vmovdqu_ymmm256_ymm);
    }

    private static void RegisterParts(InstructionTable table)
    {
        Load<IntoLow32, MoveZeroExtended32, XmmFile, XmmFile, Size32>(table,
            [Code.Movss_xmm_xmmm32], [Code.VEX_Vmovss_xmm_xmm_xmm, Code.VEX_Vmovss_xmm_xmm_xmm_0F11, Code.VEX_Vmovss_xmm_m32]);
        Load<IntoLow64, MoveZeroExtended64, XmmFile, XmmFile, Size64>(table,
            [Code.Movsd_xmm_xmmm64], [Code.VEX_Vmovsd_xmm_xmm_xmm, Code.VEX_Vmovsd_xmm_xmm_xmm_0F11, Code.VEX_Vmovsd_xmm_m64]);
        Store<Move32, Move32, XmmFile, Size32>(table, [Code.Movss_xmmm32_xmm, Code.Movntss_m32_xmm], [Code.VEX_Vmovss_m32_xmm]);
        Store<Move64, Move64, XmmFile, Size64>(table, [Code.Movsd_xmmm64_xmm, Code.Movntsd_m64_xmm], [Code.VEX_Vmovsd_m64_xmm]);

        Load<MoveZeroExtended32, MoveZeroExtended32, XmmFile, GeneralFile, Size32>(table, [Code.Movd_xmm_rm32], [Code.VEX_Vmovd_xmm_rm32]);
        Load<MoveZeroExtended64, MoveZeroExtended64, XmmFile, GeneralFile, Size64>(table, [Code.Movq_xmm_rm64], [Code.VEX_Vmovq_xmm_rm64]);
        Load<MoveZeroExtended64, MoveZeroExtended64, XmmFile, XmmFile, Size64>(table, [Code.Movq_xmm_xmmm64], [Code.VEX_Vmovq_xmm_xmmm64]);
        Store<MoveToGeneral32, Move32, GeneralFile, Size32>(table, [Code.Movd_rm32_xmm], []);
        Store<Move64, Move64, GeneralFile, Size64>(table, [Code.Movq_rm64_xmm], []);
        Store<MoveZeroExtended64, Move64, XmmFile, Size64>(table, [Code.Movq_xmmm64_xmm], [Code.VEX_Vmovq_xmmm64_xmm]);
        table.Add(new SimdStoreBinder<MoveToGeneral32, Move32, GeneralFile, XmmFile, Size32, Unaligned, Legacy>(ExecutionUnit.Avx), [Code.VEX_Vmovd_rm32_xmm]);
        table.Add(new SimdStoreBinder<Move64, Move64, GeneralFile, XmmFile, Size64, Unaligned, Legacy>(ExecutionUnit.Avx), [Code.VEX_Vmovq_rm64_xmm]);

        Load<IntoLow64, IntoLow64, XmmFile, XmmFile, Size64>(table,
            [Code.Movlps_xmm_m64, Code.Movlpd_xmm_m64], [Code.VEX_Vmovlps_xmm_xmm_m64, Code.VEX_Vmovlpd_xmm_xmm_m64]);
        Load<IntoHigh64, IntoHigh64, XmmFile, XmmFile, Size64>(table,
            [Code.Movhps_xmm_m64, Code.Movhpd_xmm_m64, Code.Movlhps_xmm_xmm],
            [Code.VEX_Vmovhps_xmm_xmm_m64, Code.VEX_Vmovhpd_xmm_xmm_m64, Code.VEX_Vmovlhps_xmm_xmm_xmm]);
        Load<HighIntoLow64, HighIntoLow64, XmmFile, XmmFile, Size64>(table, [Code.Movhlps_xmm_xmm], [Code.VEX_Vmovhlps_xmm_xmm_xmm]);
        Store<Move64, Move64, XmmFile, Size64>(table, [Code.Movlps_m64_xmm, Code.Movlpd_m64_xmm], [Code.VEX_Vmovlps_m64_xmm, Code.VEX_Vmovlpd_m64_xmm]);
        Store<MoveFromHigh, MoveFromHigh, XmmFile, Size64>(table,
            [Code.Movhps_m64_xmm, Code.Movhpd_m64_xmm], [Code.VEX_Vmovhps_m64_xmm, Code.VEX_Vmovhpd_m64_xmm]);
    }

    private static void RegisterBroadcasts(InstructionTable table)
    {
        Load<DuplicateEvenDoubles, DuplicateEvenDoubles, XmmFile, XmmFile, Size64>(table, [Code.Movddup_xmm_xmmm64], [Code.VEX_Vmovddup_xmm_xmmm64]);
        WholeLoads<BothLanes<DuplicateEvenDoubles>, Size256, Unaligned, Vex256>(table, ExecutionUnit.Avx, Code.VEX_Vmovddup_ymm_ymmm256);
        VectorForms.Lanes<DuplicateEvenSingles>(table, Code.Movsldup_xmm_xmmm128, Code.VEX_Vmovsldup_xmm_xmmm128, Code.VEX_Vmovsldup_ymm_ymmm256);
        VectorForms.Lanes<DuplicateOddSingles>(table, Code.Movshdup_xmm_xmmm128, Code.VEX_Vmovshdup_xmm_xmmm128, Code.VEX_Vmovshdup_ymm_ymmm256);

        Load<Broadcast32, Broadcast32, XmmFile, XmmFile, Size32>(table, [], [Code.VEX_Vbroadcastss_xmm_m32, Code.VEX_Vbroadcastss_xmm_xmm]);
        WholeLoads<SameInBothLanes<Broadcast32>, Size32, Unaligned, Vex256>(table, ExecutionUnit.Avx,
            Code.VEX_Vbroadcastss_ymm_m32, Code.VEX_Vbroadcastss_ymm_xmm);
        WholeLoads<SameInBothLanes<DuplicateEvenDoubles>, Size64, Unaligned, Vex256>(table, ExecutionUnit.Avx,
            Code.VEX_Vbroadcastsd_ymm_m64, Code.VEX_Vbroadcastsd_ymm_xmm);
        WholeLoads<SameInBothLanes<Move128>, Size128, Unaligned, Vex256>(table, ExecutionUnit.Avx, Code.VEX_Vbroadcastf128_ymm_m128);
    }

    private static void WholeLoads<TOperation, TSize, TAlignment, TEncoding>(InstructionTable table, ExecutionUnit unit, params ReadOnlySpan<Code> codes)
        where TOperation : struct, ISimdOperation where TSize : struct, IOperandSize where TAlignment : struct, IAlignment where TEncoding : struct, IEncoding
        => table.Add(new SimdLoadBinder<TOperation, TOperation, XmmFile, XmmFile, TSize, TAlignment, TEncoding>(unit, mayFault: false), codes);

    private static void WholeStores<TOperation, TSize, TAlignment, TEncoding>(InstructionTable table, ExecutionUnit unit, params ReadOnlySpan<Code> codes)
        where TOperation : struct, ISimdOperation where TSize : struct, IOperandSize where TAlignment : struct, IAlignment where TEncoding : struct, IEncoding
        => table.Add(new SimdStoreBinder<TOperation, TOperation, XmmFile, XmmFile, TSize, TAlignment, TEncoding>(unit), codes);

    private static void Load<TRegister, TMemory, TDestination, TSource, TSize>(InstructionTable table, ReadOnlySpan<Code> legacy, ReadOnlySpan<Code> vex)
        where TRegister : struct, ISimdOperation where TMemory : struct, ISimdOperation
        where TDestination : struct, IRegisterFile where TSource : struct, IRegisterFile where TSize : struct, IOperandSize
    {
        table.Add(new SimdLoadBinder<TRegister, TMemory, TDestination, TSource, TSize, Unaligned, Legacy>(ExecutionUnit.Sse, mayFault: false), legacy);
        table.Add(new SimdLoadBinder<TRegister, TMemory, TDestination, TSource, TSize, Unaligned, Vex128>(ExecutionUnit.Avx, mayFault: false), vex);
    }

    private static void Store<TRegister, TMemory, TDestination, TSize>(InstructionTable table, ReadOnlySpan<Code> legacy, ReadOnlySpan<Code> vex)
        where TRegister : struct, ISimdOperation where TMemory : struct, ISimdOperation
        where TDestination : struct, IRegisterFile where TSize : struct, IOperandSize
    {
        table.Add(new SimdStoreBinder<TRegister, TMemory, TDestination, XmmFile, TSize, Unaligned, Legacy>(ExecutionUnit.Sse), legacy);
        table.Add(new SimdStoreBinder<TRegister, TMemory, TDestination, XmmFile, TSize, Unaligned, Vex128>(ExecutionUnit.Avx), vex);
    }

    /// <summary>A general register is written whole, whatever the encoding.</summary>
    private static void ToGeneral<TOperation>(InstructionTable table, ReadOnlySpan<Code> legacy, ReadOnlySpan<Code> vex)
        where TOperation : struct, ISimdOperation
    {
        table.Add(new SimdLoadBinder<TOperation, TOperation, GeneralFile, XmmFile, Size128, Unaligned, Legacy>(ExecutionUnit.Sse, mayFault: false), legacy);
        table.Add(new SimdLoadBinder<TOperation, TOperation, GeneralFile, XmmFile, Size128, Unaligned, Legacy>(ExecutionUnit.Avx, mayFault: false), vex);
    }
}
