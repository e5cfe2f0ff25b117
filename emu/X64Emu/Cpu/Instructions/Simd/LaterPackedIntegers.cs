using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>Which operation each packed-integer code of SSSE3, SSE4 and AVX2 stands for.</summary>
internal static class LaterPackedIntegers
{
    public static void Register(InstructionTable table)
    {
        RegisterSsse3(table);
        RegisterSse4(table);
        RegisterStrings(table);
        RegisterFields(table);
        RegisterAvx2(table);
    }

    private static void RegisterSsse3(InstructionTable table)
    {
        table.AddPacked<Pshufb>(Code.Pshufb_xmm_xmmm128, Code.VEX_Vpshufb_xmm_xmm_xmmm128, Code.VEX_Vpshufb_ymm_ymm_ymmm256);
        table.AddPacked<Phaddw>(Code.Phaddw_xmm_xmmm128, Code.VEX_Vphaddw_xmm_xmm_xmmm128, Code.VEX_Vphaddw_ymm_ymm_ymmm256);
        table.AddPacked<Phaddd>(Code.Phaddd_xmm_xmmm128, Code.VEX_Vphaddd_xmm_xmm_xmmm128, Code.VEX_Vphaddd_ymm_ymm_ymmm256);
        table.AddPacked<Phaddsw>(Code.Phaddsw_xmm_xmmm128, Code.VEX_Vphaddsw_xmm_xmm_xmmm128, Code.VEX_Vphaddsw_ymm_ymm_ymmm256);
        table.AddPacked<Phsubw>(Code.Phsubw_xmm_xmmm128, Code.VEX_Vphsubw_xmm_xmm_xmmm128, Code.VEX_Vphsubw_ymm_ymm_ymmm256);
        table.AddPacked<Phsubd>(Code.Phsubd_xmm_xmmm128, Code.VEX_Vphsubd_xmm_xmm_xmmm128, Code.VEX_Vphsubd_ymm_ymm_ymmm256);
        table.AddPacked<Phsubsw>(Code.Phsubsw_xmm_xmmm128, Code.VEX_Vphsubsw_xmm_xmm_xmmm128, Code.VEX_Vphsubsw_ymm_ymm_ymmm256);
        table.AddPacked<Pmaddubsw>(Code.Pmaddubsw_xmm_xmmm128, Code.VEX_Vpmaddubsw_xmm_xmm_xmmm128, Code.VEX_Vpmaddubsw_ymm_ymm_ymmm256);
        table.AddPacked<Pmulhrsw>(Code.Pmulhrsw_xmm_xmmm128, Code.VEX_Vpmulhrsw_xmm_xmm_xmmm128, Code.VEX_Vpmulhrsw_ymm_ymm_ymmm256);
        table.AddPacked<Psignb>(Code.Psignb_xmm_xmmm128, Code.VEX_Vpsignb_xmm_xmm_xmmm128, Code.VEX_Vpsignb_ymm_ymm_ymmm256);
        table.AddPacked<Psignw>(Code.Psignw_xmm_xmmm128, Code.VEX_Vpsignw_xmm_xmm_xmmm128, Code.VEX_Vpsignw_ymm_ymm_ymmm256);
        table.AddPacked<Psignd>(Code.Psignd_xmm_xmmm128, Code.VEX_Vpsignd_xmm_xmm_xmmm128, Code.VEX_Vpsignd_ymm_ymm_ymmm256);
        table.AddPacked<Pabsb>(Code.Pabsb_xmm_xmmm128, Code.VEX_Vpabsb_xmm_xmmm128, Code.VEX_Vpabsb_ymm_ymmm256);
        table.AddPacked<Pabsw>(Code.Pabsw_xmm_xmmm128, Code.VEX_Vpabsw_xmm_xmmm128, Code.VEX_Vpabsw_ymm_ymmm256);
        table.AddPacked<Pabsd>(Code.Pabsd_xmm_xmmm128, Code.VEX_Vpabsd_xmm_xmmm128, Code.VEX_Vpabsd_ymm_ymmm256);
        table.AddShuffle<Palignr>(Code.Palignr_xmm_xmmm128_imm8, Code.VEX_Vpalignr_xmm_xmm_xmmm128_imm8, Code.VEX_Vpalignr_ymm_ymm_ymmm256_imm8);
    }

    private static void RegisterSse4(InstructionTable table)
    {
        table.AddPacked<Pminsb>(Code.Pminsb_xmm_xmmm128, Code.VEX_Vpminsb_xmm_xmm_xmmm128, Code.VEX_Vpminsb_ymm_ymm_ymmm256);
        table.AddPacked<Pminuw>(Code.Pminuw_xmm_xmmm128, Code.VEX_Vpminuw_xmm_xmm_xmmm128, Code.VEX_Vpminuw_ymm_ymm_ymmm256);
        table.AddPacked<Pminsd>(Code.Pminsd_xmm_xmmm128, Code.VEX_Vpminsd_xmm_xmm_xmmm128, Code.VEX_Vpminsd_ymm_ymm_ymmm256);
        table.AddPacked<Pminud>(Code.Pminud_xmm_xmmm128, Code.VEX_Vpminud_xmm_xmm_xmmm128, Code.VEX_Vpminud_ymm_ymm_ymmm256);
        table.AddPacked<Pmaxsb>(Code.Pmaxsb_xmm_xmmm128, Code.VEX_Vpmaxsb_xmm_xmm_xmmm128, Code.VEX_Vpmaxsb_ymm_ymm_ymmm256);
        table.AddPacked<Pmaxuw>(Code.Pmaxuw_xmm_xmmm128, Code.VEX_Vpmaxuw_xmm_xmm_xmmm128, Code.VEX_Vpmaxuw_ymm_ymm_ymmm256);
        table.AddPacked<Pmaxsd>(Code.Pmaxsd_xmm_xmmm128, Code.VEX_Vpmaxsd_xmm_xmm_xmmm128, Code.VEX_Vpmaxsd_ymm_ymm_ymmm256);
        table.AddPacked<Pmaxud>(Code.Pmaxud_xmm_xmmm128, Code.VEX_Vpmaxud_xmm_xmm_xmmm128, Code.VEX_Vpmaxud_ymm_ymm_ymmm256);
        table.AddPacked<Pmulld>(Code.Pmulld_xmm_xmmm128, Code.VEX_Vpmulld_xmm_xmm_xmmm128, Code.VEX_Vpmulld_ymm_ymm_ymmm256);
        table.AddPacked<Pmuldq>(Code.Pmuldq_xmm_xmmm128, Code.VEX_Vpmuldq_xmm_xmm_xmmm128, Code.VEX_Vpmuldq_ymm_ymm_ymmm256);
        table.AddPacked<Pcmpeqq>(Code.Pcmpeqq_xmm_xmmm128, Code.VEX_Vpcmpeqq_xmm_xmm_xmmm128, Code.VEX_Vpcmpeqq_ymm_ymm_ymmm256);
        table.AddPacked<Pcmpgtq>(Code.Pcmpgtq_xmm_xmmm128, Code.VEX_Vpcmpgtq_xmm_xmm_xmmm128, Code.VEX_Vpcmpgtq_ymm_ymm_ymmm256);
        table.AddPacked<Packusdw>(Code.Packusdw_xmm_xmmm128, Code.VEX_Vpackusdw_xmm_xmm_xmmm128, Code.VEX_Vpackusdw_ymm_ymm_ymmm256);
        table.AddPacked<Phminposuw>(Code.Phminposuw_xmm_xmmm128, Code.VEX_Vphminposuw_xmm_xmmm128);
        table.AddShuffle<Pblendw>(Code.Pblendw_xmm_xmmm128_imm8, Code.VEX_Vpblendw_xmm_xmm_xmmm128_imm8, Code.VEX_Vpblendw_ymm_ymm_ymmm256_imm8);
        table.AddVector<VariableBlend<sbyte>, WideVariableBlend<sbyte>, Size128, Size256>(
            Code.Pblendvb_xmm_xmmm128, Code.VEX_Vpblendvb_xmm_xmm_xmmm128_xmm, Code.VEX_Vpblendvb_ymm_ymm_ymmm256_ymm);
        table.AddVector<BlockDifferences, WideBlockDifferences, Size128, Size256>(
            Code.Mpsadbw_xmm_xmmm128_imm8, Code.VEX_Vmpsadbw_xmm_xmm_xmmm128_imm8, Code.VEX_Vmpsadbw_ymm_ymm_ymmm256_imm8);
        Extension<Pmovsxbw, Size64, Size128>(table, Code.Pmovsxbw_xmm_xmmm64, Code.VEX_Vpmovsxbw_xmm_xmmm64, Code.VEX_Vpmovsxbw_ymm_xmmm128);
        Extension<Pmovsxbd, Size32, Size64>(table, Code.Pmovsxbd_xmm_xmmm32, Code.VEX_Vpmovsxbd_xmm_xmmm32, Code.VEX_Vpmovsxbd_ymm_xmmm64);
        Extension<Pmovsxbq, Size16, Size32>(table, Code.Pmovsxbq_xmm_xmmm16, Code.VEX_Vpmovsxbq_xmm_xmmm16, Code.VEX_Vpmovsxbq_ymm_xmmm32);
        Extension<Pmovsxwd, Size64, Size128>(table, Code.Pmovsxwd_xmm_xmmm64, Code.VEX_Vpmovsxwd_xmm_xmmm64, Code.VEX_Vpmovsxwd_ymm_xmmm128);
        Extension<Pmovsxwq, Size32, Size64>(table, Code.Pmovsxwq_xmm_xmmm32, Code.VEX_Vpmovsxwq_xmm_xmmm32, Code.VEX_Vpmovsxwq_ymm_xmmm64);
        Extension<Pmovsxdq, Size64, Size128>(table, Code.Pmovsxdq_xmm_xmmm64, Code.VEX_Vpmovsxdq_xmm_xmmm64, Code.VEX_Vpmovsxdq_ymm_xmmm128);
        Extension<Pmovzxbw, Size64, Size128>(table, Code.Pmovzxbw_xmm_xmmm64, Code.VEX_Vpmovzxbw_xmm_xmmm64, Code.VEX_Vpmovzxbw_ymm_xmmm128);
        Extension<Pmovzxbd, Size32, Size64>(table, Code.Pmovzxbd_xmm_xmmm32, Code.VEX_Vpmovzxbd_xmm_xmmm32, Code.VEX_Vpmovzxbd_ymm_xmmm64);
        Extension<Pmovzxbq, Size16, Size32>(table, Code.Pmovzxbq_xmm_xmmm16, Code.VEX_Vpmovzxbq_xmm_xmmm16, Code.VEX_Vpmovzxbq_ymm_xmmm32);
        Extension<Pmovzxwd, Size64, Size128>(table, Code.Pmovzxwd_xmm_xmmm64, Code.VEX_Vpmovzxwd_xmm_xmmm64, Code.VEX_Vpmovzxwd_ymm_xmmm128);
        Extension<Pmovzxwq, Size32, Size64>(table, Code.Pmovzxwq_xmm_xmmm32, Code.VEX_Vpmovzxwq_xmm_xmmm32, Code.VEX_Vpmovzxwq_ymm_xmmm64);
        Extension<Pmovzxdq, Size64, Size128>(table, Code.Pmovzxdq_xmm_xmmm64, Code.VEX_Vpmovzxdq_xmm_xmmm64, Code.VEX_Vpmovzxdq_ymm_xmmm128);
        // PTEST writes flags alone: under VEX too its destination keeps all of its bits.
        table.Add(new SimdLoadBinder<VectorTest, VectorTest, XmmFile, XmmFile, Size128, Aligned16, Legacy>(ExecutionUnit.Sse, mayFault: false),
            [Code.Ptest_xmm_xmmm128]);
        table.Add(new SimdLoadBinder<VectorTest, VectorTest, XmmFile, XmmFile, Size128, Unaligned, Legacy>(ExecutionUnit.Avx, mayFault: false),
            [Code.VEX_Vptest_xmm_xmmm128]);
        table.Add(new SimdLoadBinder<WideVectorTest, WideVectorTest, XmmFile, XmmFile, Size256, Unaligned, Legacy>(ExecutionUnit.Avx, mayFault: false),
            [Code.VEX_Vptest_ymm_ymmm256]);
    }

    private static void Extension<TExtension, TNarrowSize, TWideSize>(InstructionTable table, Code legacy, Code vex128, Code vex256)
        where TExtension : struct, IExtension where TNarrowSize : struct, IOperandSize where TWideSize : struct, IOperandSize =>
        table.AddVector<Extend<TExtension>, WideExtend<TExtension>, TNarrowSize, TWideSize>(legacy, vex128, vex256);

    private static void RegisterStrings(InstructionTable table)
    {
        Strings<ExplicitLengths32, StringMask<Legacy>>(table, ExecutionUnit.Sse, Code.Pcmpestrm_xmm_xmmm128_imm8);
        Strings<ExplicitLengths64, StringMask<Legacy>>(table, ExecutionUnit.Sse, Code.Pcmpestrm64_xmm_xmmm128_imm8);
        Strings<ImplicitLengths, StringMask<Legacy>>(table, ExecutionUnit.Sse, Code.Pcmpistrm_xmm_xmmm128_imm8);
        Strings<ExplicitLengths32, StringMask<Vex128>>(table, ExecutionUnit.Avx, Code.VEX_Vpcmpestrm_xmm_xmmm128_imm8);
        Strings<ExplicitLengths64, StringMask<Vex128>>(table, ExecutionUnit.Avx, Code.VEX_Vpcmpestrm64_xmm_xmmm128_imm8);
        Strings<ImplicitLengths, StringMask<Vex128>>(table, ExecutionUnit.Avx, Code.VEX_Vpcmpistrm_xmm_xmmm128_imm8);
        Strings<ExplicitLengths32, StringIndex>(table, ExecutionUnit.Sse, Code.Pcmpestri_xmm_xmmm128_imm8);
        Strings<ExplicitLengths64, StringIndex>(table, ExecutionUnit.Sse, Code.Pcmpestri64_xmm_xmmm128_imm8);
        Strings<ImplicitLengths, StringIndex>(table, ExecutionUnit.Sse, Code.Pcmpistri_xmm_xmmm128_imm8);
        Strings<ExplicitLengths32, StringIndex>(table, ExecutionUnit.Avx, Code.VEX_Vpcmpestri_xmm_xmmm128_imm8);
        Strings<ExplicitLengths64, StringIndex>(table, ExecutionUnit.Avx, Code.VEX_Vpcmpestri64_xmm_xmmm128_imm8);
        Strings<ImplicitLengths, StringIndex>(table, ExecutionUnit.Avx, Code.VEX_Vpcmpistri_xmm_xmmm128_imm8);
    }

    /// <summary>These take any address, and write no vector operand.</summary>
    private static void Strings<TLengths, TResult>(InstructionTable table, ExecutionUnit unit, Code code)
        where TLengths : struct, IStringLengths where TResult : struct, IStringResult =>
        table.Add(new SimdLoadBinder<CompareStrings<TLengths, TResult>, CompareStrings<TLengths, TResult>, XmmFile, XmmFile, Size128, Unaligned, Legacy>(
            unit, mayFault: false), [code]);

    private static void RegisterFields(InstructionTable table)
    {
        table.Add(new BitFieldBinder<ExtractField<ImmediateField>>(), [Code.Extrq_xmm_imm8_imm8]);
        table.Add(new BitFieldBinder<ExtractField<RegisterField>>(), [Code.Extrq_xmm_xmm]);
        table.Add(new BitFieldBinder<InsertField<ImmediateField>>(), [Code.Insertq_xmm_xmm_imm8_imm8]);
        table.Add(new BitFieldBinder<InsertField<RegisterField>>(), [Code.Insertq_xmm_xmm]);
    }

    private static void RegisterAvx2(InstructionTable table)
    {
        table.AddPacked<Psllvd>(Code.INVALID, Code.VEX_Vpsllvd_xmm_xmm_xmmm128, Code.VEX_Vpsllvd_ymm_ymm_ymmm256);
        table.AddPacked<Psllvq>(Code.INVALID, Code.VEX_Vpsllvq_xmm_xmm_xmmm128, Code.VEX_Vpsllvq_ymm_ymm_ymmm256);
        table.AddPacked<Psrlvd>(Code.INVALID, Code.VEX_Vpsrlvd_xmm_xmm_xmmm128, Code.VEX_Vpsrlvd_ymm_ymm_ymmm256);
        table.AddPacked<Psrlvq>(Code.INVALID, Code.VEX_Vpsrlvq_xmm_xmm_xmmm128, Code.VEX_Vpsrlvq_ymm_ymm_ymmm256);
        table.AddPacked<Psravd>(Code.INVALID, Code.VEX_Vpsravd_xmm_xmm_xmmm128, Code.VEX_Vpsravd_ymm_ymm_ymmm256);
        table.AddShuffle<Pblendd>(Code.INVALID, Code.VEX_Vpblendd_xmm_xmm_xmmm128_imm8, Code.VEX_Vpblendd_ymm_ymm_ymmm256_imm8);
        Broadcast<Broadcast8, Size8>(table, Code.VEX_Vpbroadcastb_xmm_xmmm8, Code.VEX_Vpbroadcastb_ymm_xmmm8);
        Broadcast<Broadcast16, Size16>(table, Code.VEX_Vpbroadcastw_xmm_xmmm16, Code.VEX_Vpbroadcastw_ymm_xmmm16);
        Broadcast<Broadcast32, Size32>(table, Code.VEX_Vpbroadcastd_xmm_xmmm32, Code.VEX_Vpbroadcastd_ymm_xmmm32);
        Broadcast<DuplicateEvenDoubles, Size64>(table, Code.VEX_Vpbroadcastq_xmm_xmmm64, Code.VEX_Vpbroadcastq_ymm_xmmm64);
        Wide<SameInBothLanes<Move128>, Size128>(table, Code.VEX_Vbroadcasti128_ymm_m128);
        Wide<PermuteDoublewords, Size256>(table, Code.VEX_Vpermd_ymm_ymm_ymmm256, Code.VEX_Vpermps_ymm_ymm_ymmm256);
        Wide<PermuteQuadwords, Size256>(table, Code.VEX_Vpermq_ymm_ymmm256_imm8, Code.VEX_Vpermpd_ymm_ymmm256_imm8);
        Wide<PermuteHalves, Size256>(table, Code.VEX_Vperm2i128_ymm_ymm_ymmm256_imm8);
        Wide<InsertHalf, Size128>(table, Code.VEX_Vinserti128_ymm_ymm_xmmm128_imm8);
        table.Add(new SimdStoreBinder<ExtractHalf, ExtractHalf, XmmFile, XmmFile, Size128, Unaligned, Vex128>(ExecutionUnit.Avx),
            [Code.VEX_Vextracti128_xmmm128_ymm_imm8]);
    }

    private static void Broadcast<TOperation, TSize>(InstructionTable table, Code vex128, Code vex256)
        where TOperation : struct, ISimdOperation where TSize : struct, IOperandSize =>
        table.AddVector<TOperation, SameInBothLanes<TOperation>, TSize, TSize>(Code.INVALID, vex128, vex256);

    private static void Wide<TOperation, TSize>(InstructionTable table, params ReadOnlySpan<Code> codes)
        where TOperation : struct, ISimdOperation where TSize : struct, IOperandSize =>
        table.Add(new SimdLoadBinder<TOperation, TOperation, XmmFile, XmmFile, TSize, Unaligned, Vex256>(ExecutionUnit.Avx, mayFault: false), codes);
}
