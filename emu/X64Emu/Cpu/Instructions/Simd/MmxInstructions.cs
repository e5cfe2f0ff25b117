using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>Which operation each code with an MMX register stands for: MMX itself, and what SSE, SSE2 and SSSE3 added. EMMS is with the x87
/// instructions.</summary>
internal static unsafe class MmxInstructions
{
    public static void Register(InstructionTable table)
    {
        RegisterPacked(table);
        RegisterShifts(table);
        RegisterMoves(table);
        RegisterConversions(table);
    }

    private static void RegisterPacked(InstructionTable table)
    {
        Packed<Pcmpgtb>(table, Code.Pcmpgtb_mm_mmm64);
        Packed<Pcmpgtw>(table, Code.Pcmpgtw_mm_mmm64);
        Packed<Pcmpgtd>(table, Code.Pcmpgtd_mm_mmm64);
        Packed<Pcmpeqb>(table, Code.Pcmpeqb_mm_mmm64);
        Packed<Pcmpeqw>(table, Code.Pcmpeqw_mm_mmm64);
        Packed<Pcmpeqd>(table, Code.Pcmpeqd_mm_mmm64);
        Packed<Paddq>(table, Code.Paddq_mm_mmm64);
        Packed<Pmullw>(table, Code.Pmullw_mm_mmm64);
        Packed<Psubusb>(table, Code.Psubusb_mm_mmm64);
        Packed<Psubusw>(table, Code.Psubusw_mm_mmm64);
        Packed<Pminub>(table, Code.Pminub_mm_mmm64);
        Packed<Pand>(table, Code.Pand_mm_mmm64);
        Packed<Paddusb>(table, Code.Paddusb_mm_mmm64);
        Packed<Paddusw>(table, Code.Paddusw_mm_mmm64);
        Packed<Pmaxub>(table, Code.Pmaxub_mm_mmm64);
        Packed<Pandn>(table, Code.Pandn_mm_mmm64);
        Packed<Pavgb>(table, Code.Pavgb_mm_mmm64);
        Packed<Pavgw>(table, Code.Pavgw_mm_mmm64);
        Packed<Pmulhuw>(table, Code.Pmulhuw_mm_mmm64);
        Packed<Pmulhw>(table, Code.Pmulhw_mm_mmm64);
        Packed<Psubsb>(table, Code.Psubsb_mm_mmm64);
        Packed<Psubsw>(table, Code.Psubsw_mm_mmm64);
        Packed<Pminsw>(table, Code.Pminsw_mm_mmm64);
        Packed<Por>(table, Code.Por_mm_mmm64);
        Packed<Paddsb>(table, Code.Paddsb_mm_mmm64);
        Packed<Paddsw>(table, Code.Paddsw_mm_mmm64);
        Packed<Pmaxsw>(table, Code.Pmaxsw_mm_mmm64);
        Packed<Pxor>(table, Code.Pxor_mm_mmm64);
        Packed<Pmuludq>(table, Code.Pmuludq_mm_mmm64);
        Packed<Pmaddwd>(table, Code.Pmaddwd_mm_mmm64);
        Packed<Psadbw>(table, Code.Psadbw_mm_mmm64);
        Packed<Psubb>(table, Code.Psubb_mm_mmm64);
        Packed<Psubw>(table, Code.Psubw_mm_mmm64);
        Packed<Psubd>(table, Code.Psubd_mm_mmm64);
        Packed<Psubq>(table, Code.Psubq_mm_mmm64);
        Packed<Paddb>(table, Code.Paddb_mm_mmm64);
        Packed<Paddw>(table, Code.Paddw_mm_mmm64);
        Packed<Paddd>(table, Code.Paddd_mm_mmm64);
        Packed<Pmaddubsw>(table, Code.Pmaddubsw_mm_mmm64);
        Packed<Psignb>(table, Code.Psignb_mm_mmm64);
        Packed<Psignw>(table, Code.Psignw_mm_mmm64);
        Packed<Psignd>(table, Code.Psignd_mm_mmm64);
        Packed<Pmulhrsw>(table, Code.Pmulhrsw_mm_mmm64);
        Packed<Pabsb>(table, Code.Pabsb_mm_mmm64);
        Packed<Pabsw>(table, Code.Pabsw_mm_mmm64);
        Packed<Pabsd>(table, Code.Pabsd_mm_mmm64);
        Pair<Packsswb>(table, Code.Packsswb_mm_mmm64);
        Pair<Packssdw>(table, Code.Packssdw_mm_mmm64);
        Pair<Packuswb>(table, Code.Packuswb_mm_mmm64);
        Pair<Phaddw>(table, Code.Phaddw_mm_mmm64);
        Pair<Phaddd>(table, Code.Phaddd_mm_mmm64);
        Pair<Phaddsw>(table, Code.Phaddsw_mm_mmm64);
        Pair<Phsubw>(table, Code.Phsubw_mm_mmm64);
        Pair<Phsubd>(table, Code.Phsubd_mm_mmm64);
        Pair<Phsubsw>(table, Code.Phsubsw_mm_mmm64);
        Interleave<Punpcklbw>(table, Code.Punpcklbw_mm_mmm32, Code.Punpckhbw_mm_mmm64);
        Interleave<Punpcklwd>(table, Code.Punpcklwd_mm_mmm32, Code.Punpckhwd_mm_mmm64);
        Interleave<Punpckldq>(table, Code.Punpckldq_mm_mmm32, Code.Punpckhdq_mm_mmm64);
        Load<MmxShuffleBytes, MmxFile, MmxFile, Size64>(table, ExecutionUnit.Mmx, Code.Pshufb_mm_mmm64);
        Load<MmxAlign, MmxFile, MmxFile, Size64>(table, ExecutionUnit.Mmx, Code.Palignr_mm_mmm64_imm8);
        table.Add(new MmxShuffleBinder(), [Code.Pshufw_mm_mmm64_imm8]);
    }

    private static void RegisterShifts(InstructionTable table)
    {
        Shift<Psllw>(table, Code.Psllw_mm_mmm64, Code.Psllw_mm_imm8);
        Shift<Pslld>(table, Code.Pslld_mm_mmm64, Code.Pslld_mm_imm8);
        Shift<Psllq>(table, Code.Psllq_mm_mmm64, Code.Psllq_mm_imm8);
        Shift<Psrlw>(table, Code.Psrlw_mm_mmm64, Code.Psrlw_mm_imm8);
        Shift<Psrld>(table, Code.Psrld_mm_mmm64, Code.Psrld_mm_imm8);
        Shift<Psrlq>(table, Code.Psrlq_mm_mmm64, Code.Psrlq_mm_imm8);
        Shift<Psraw>(table, Code.Psraw_mm_mmm64, Code.Psraw_mm_imm8);
        Shift<Psrad>(table, Code.Psrad_mm_mmm64, Code.Psrad_mm_imm8);
    }

    private static void RegisterMoves(InstructionTable table)
    {
        Load<MmxMove64, MmxFile, MmxFile, Size64>(table, ExecutionUnit.Mmx, Code.Movq_mm_mmm64);
        Load<MmxMove64, MmxFile, GeneralFile, Size64>(table, ExecutionUnit.Mmx, Code.Movq_mm_rm64);
        Load<MmxMove32, MmxFile, GeneralFile, Size32>(table, ExecutionUnit.Mmx, Code.Movd_mm_rm32);
        Store<MmxMove64, FromMmx<Move64>, MmxFile, Size64>(table, Code.Movq_mmm64_mm, Code.Movntq_m64_mm);
        Store<FromMmx<Move64>, FromMmx<Move64>, GeneralFile, Size64>(table, Code.Movq_rm64_mm);
        Store<FromMmx<MoveToGeneral32>, FromMmx<Move32>, GeneralFile, Size32>(table, Code.Movd_rm32_mm);
        Load<MmxMove64, MmxFile, XmmFile, Size64>(table, ExecutionUnit.Sse, Code.Movdq2q_mm_xmm);
        Load<FromMmx<MoveZeroExtended64>, XmmFile, MmxFile, Size64>(table, ExecutionUnit.Sse, Code.Movq2dq_xmm_mm);

        Load<MmxInsertWord, MmxFile, GeneralFile, Size16>(table, ExecutionUnit.Mmx, Code.Pinsrw_mm_r32m16_imm8, Code.Pinsrw_mm_r64m16_imm8);
        Load<MmxExtractWord, GeneralFile, MmxFile, Size64>(table, ExecutionUnit.Mmx, Code.Pextrw_r32_mm_imm8, Code.Pextrw_r64_mm_imm8);
        Load<MmxSigns, GeneralFile, MmxFile, Size64>(table, ExecutionUnit.Mmx, Code.Pmovmskb_r32_mm, Code.Pmovmskb_r64_mm);
    }

    private static void RegisterConversions(InstructionTable table)
    {
        FromIntegers<IntegersToSingles>(table, Code.Cvtpi2ps_xmm_mmm64);
        FromIntegers<ConvertPacked<IntegerToFloat<Integer32, Binary64>, PackedElements>>(table, Code.Cvtpi2pd_xmm_mmm64);
        Load<FloatsToMmx<FloatToInteger<Binary32, Integer32, RoundAsControlled>, Size64>, MmxFile, XmmFile, Size64>(
            table, ExecutionUnit.Sse, Code.Cvtps2pi_mm_xmmm64);
        Load<FloatsToMmx<FloatToInteger<Binary32, Integer32, Truncate>, Size64>, MmxFile, XmmFile, Size64>(
            table, ExecutionUnit.Sse, Code.Cvttps2pi_mm_xmmm64);
        FromDoubles<FloatToInteger<Binary64, Integer32, RoundAsControlled>>(table, Code.Cvtpd2pi_mm_xmmm128);
        FromDoubles<FloatToInteger<Binary64, Integer32, Truncate>>(table, Code.Cvttpd2pi_mm_xmmm128);
    }

    private static void Packed<TOperation>(InstructionTable table, Code code) where TOperation : struct, IPackedBinary =>
        Load<Mmx<TOperation>, MmxFile, MmxFile, Size64>(table, ExecutionUnit.Mmx, code);

    private static void Pair<TOperation>(InstructionTable table, Code code) where TOperation : struct, IPackedBinary =>
        Load<MmxPair<TOperation>, MmxFile, MmxFile, Size64>(table, ExecutionUnit.Mmx, code);

    private static void Interleave<TInterleave>(InstructionTable table, Code low, Code high) where TInterleave : struct, IPackedBinary
    {
        Load<MmxInterleaveLow<TInterleave>, MmxFile, MmxFile, Size32>(table, ExecutionUnit.Mmx, low);
        Load<MmxInterleaveHigh<TInterleave>, MmxFile, MmxFile, Size64>(table, ExecutionUnit.Mmx, high);
    }

    private static void Shift<TOperation>(InstructionTable table, Code byRegister, Code byImmediate) where TOperation : struct, IPackedBinary
    {
        Packed<TOperation>(table, byRegister);
        table.Add(new MmxShiftBinder<TOperation>(), [byImmediate]);
    }

    /// <summary>With integers in memory these have nothing to do with MMX.</summary>
    private static void FromIntegers<TOperation>(InstructionTable table, Code code) where TOperation : struct, ISimdOperation =>
        table.Add(new SimdLoadBinder<FromMmx<TOperation>, TOperation, XmmFile, MmxFile, Size64, Unaligned, Legacy>(ExecutionUnit.Sse, mayFault: true), [code]);

    private static void FromDoubles<TConversion>(InstructionTable table, Code code) where TConversion : struct, IConversion =>
        table.Add(new SimdLoadBinder<FloatsToMmx<TConversion, Size128>, FloatsToMmx<TConversion, Size128>, MmxFile, XmmFile, Size128, Aligned16, Legacy>(
            ExecutionUnit.Sse, mayFault: true), [code]);

    /// <summary>All of them may find a pending x87 exception.</summary>
    private static void Load<TOperation, TDestination, TSource, TSize>(InstructionTable table, ExecutionUnit unit, params ReadOnlySpan<Code> codes)
        where TOperation : struct, ISimdOperation where TDestination : struct, IRegisterFile where TSource : struct, IRegisterFile
        where TSize : struct, IOperandSize =>
        table.Add(new SimdLoadBinder<TOperation, TOperation, TDestination, TSource, TSize, Unaligned, Legacy>(unit, mayFault: true), codes);

    private static void Store<TRegister, TMemory, TDestination, TSize>(InstructionTable table, params ReadOnlySpan<Code> codes)
        where TRegister : struct, ISimdOperation where TMemory : struct, ISimdOperation
        where TDestination : struct, IRegisterFile where TSize : struct, IOperandSize =>
        table.Add(new SimdStoreBinder<TRegister, TMemory, TDestination, MmxFile, TSize, Unaligned, Legacy>(ExecutionUnit.Mmx, mayFault: true), codes);
}

/// <summary>Binds shifts by an immediate count.</summary>
internal sealed unsafe class MmxShiftBinder<TOperation> : Binder where TOperation : struct, IPackedBinary
{
    public override ExecutionUnit Unit => ExecutionUnit.Mmx;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        SimdOperands.Fill(context.Op, instruction);
        return SimdLoad<Mmx<TOperation>, MmxFile, MmxFile, Size64, Unaligned, Legacy>.BindImmediate();
    }
}

/// <summary>Binds PSHUFW.</summary>
internal sealed unsafe class MmxShuffleBinder : Binder
{
    public override ExecutionUnit Unit => ExecutionUnit.Mmx;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        SimdOperands.Fill(context.Op, instruction);
        context.Op->Immediate = (long)Pshuflw.Indices.For(instruction.Immediate8);
        return SimdLoad<MmxShuffleWords, MmxFile, MmxFile, Size64, Unaligned, Legacy>.Bind(instruction, context.Op);
    }
}
