using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Cpu.Floating;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>Which operation each packed-integer and bitwise code stands for. Their memory operands are 16 bytes, aligned.</summary>
internal static class SsePackedIntegers
{
    public static void Register(InstructionTable table)
    {
        RegisterArithmetic(table);
        RegisterLogic(table);
        RegisterShifts(table);
        RegisterShuffles(table);
    }

    private static void RegisterArithmetic(InstructionTable table)
    {
        Add<Paddb>(table, Code.Paddb_xmm_xmmm128);
        Add<Paddw>(table, Code.Paddw_xmm_xmmm128);
        Add<Paddd>(table, Code.Paddd_xmm_xmmm128);
        Add<Paddq>(table, Code.Paddq_xmm_xmmm128);
        Add<Psubb>(table, Code.Psubb_xmm_xmmm128);
        Add<Psubw>(table, Code.Psubw_xmm_xmmm128);
        Add<Psubd>(table, Code.Psubd_xmm_xmmm128);
        Add<Psubq>(table, Code.Psubq_xmm_xmmm128);
        Add<Paddsb>(table, Code.Paddsb_xmm_xmmm128);
        Add<Paddsw>(table, Code.Paddsw_xmm_xmmm128);
        Add<Paddusb>(table, Code.Paddusb_xmm_xmmm128);
        Add<Paddusw>(table, Code.Paddusw_xmm_xmmm128);
        Add<Psubsb>(table, Code.Psubsb_xmm_xmmm128);
        Add<Psubsw>(table, Code.Psubsw_xmm_xmmm128);
        Add<Psubusb>(table, Code.Psubusb_xmm_xmmm128);
        Add<Psubusw>(table, Code.Psubusw_xmm_xmmm128);
        Add<Pminub>(table, Code.Pminub_xmm_xmmm128);
        Add<Pmaxub>(table, Code.Pmaxub_xmm_xmmm128);
        Add<Pminsw>(table, Code.Pminsw_xmm_xmmm128);
        Add<Pmaxsw>(table, Code.Pmaxsw_xmm_xmmm128);
        Add<Pavgb>(table, Code.Pavgb_xmm_xmmm128);
        Add<Pavgw>(table, Code.Pavgw_xmm_xmmm128);
        Add<Pmullw>(table, Code.Pmullw_xmm_xmmm128);
        Add<Pmulhw>(table, Code.Pmulhw_xmm_xmmm128);
        Add<Pmulhuw>(table, Code.Pmulhuw_xmm_xmmm128);
        Add<Pmuludq>(table, Code.Pmuludq_xmm_xmmm128);
        Add<Pmaddwd>(table, Code.Pmaddwd_xmm_xmmm128);
        Add<Psadbw>(table, Code.Psadbw_xmm_xmmm128);
    }

    private static void RegisterLogic(InstructionTable table)
    {
        Add<Pand>(table, Code.Pand_xmm_xmmm128, Code.Andps_xmm_xmmm128, Code.Andpd_xmm_xmmm128);
        Add<Pandn>(table, Code.Pandn_xmm_xmmm128, Code.Andnps_xmm_xmmm128, Code.Andnpd_xmm_xmmm128);
        Add<Por>(table, Code.Por_xmm_xmmm128, Code.Orps_xmm_xmmm128, Code.Orpd_xmm_xmmm128);
        Add<Pxor>(table, Code.Pxor_xmm_xmmm128, Code.Xorps_xmm_xmmm128, Code.Xorpd_xmm_xmmm128);
        Add<Pcmpeqb>(table, Code.Pcmpeqb_xmm_xmmm128);
        Add<Pcmpeqw>(table, Code.Pcmpeqw_xmm_xmmm128);
        Add<Pcmpeqd>(table, Code.Pcmpeqd_xmm_xmmm128);
        Add<Pcmpgtb>(table, Code.Pcmpgtb_xmm_xmmm128);
        Add<Pcmpgtw>(table, Code.Pcmpgtw_xmm_xmmm128);
        Add<Pcmpgtd>(table, Code.Pcmpgtd_xmm_xmmm128);
    }

    private static void RegisterShifts(InstructionTable table)
    {
        Shift<Psllw>(table, Code.Psllw_xmm_xmmm128, Code.Psllw_xmm_imm8);
        Shift<Pslld>(table, Code.Pslld_xmm_xmmm128, Code.Pslld_xmm_imm8);
        Shift<Psllq>(table, Code.Psllq_xmm_xmmm128, Code.Psllq_xmm_imm8);
        Shift<Psrlw>(table, Code.Psrlw_xmm_xmmm128, Code.Psrlw_xmm_imm8);
        Shift<Psrld>(table, Code.Psrld_xmm_xmmm128, Code.Psrld_xmm_imm8);
        Shift<Psrlq>(table, Code.Psrlq_xmm_xmmm128, Code.Psrlq_xmm_imm8);
        Shift<Psraw>(table, Code.Psraw_xmm_xmmm128, Code.Psraw_xmm_imm8);
        Shift<Psrad>(table, Code.Psrad_xmm_xmmm128, Code.Psrad_xmm_imm8);
        AddShuffle<Pslldq>(table, Code.Pslldq_xmm_imm8);
        AddShuffle<Psrldq>(table, Code.Psrldq_xmm_imm8);
    }

    private static void RegisterShuffles(InstructionTable table)
    {
        Add<Punpcklbw>(table, Code.Punpcklbw_xmm_xmmm128);
        Add<Punpcklwd>(table, Code.Punpcklwd_xmm_xmmm128);
        Add<Punpckldq>(table, Code.Punpckldq_xmm_xmmm128, Code.Unpcklps_xmm_xmmm128);
        Add<Punpcklqdq>(table, Code.Punpcklqdq_xmm_xmmm128, Code.Unpcklpd_xmm_xmmm128);
        Add<Punpckhbw>(table, Code.Punpckhbw_xmm_xmmm128);
        Add<Punpckhwd>(table, Code.Punpckhwd_xmm_xmmm128);
        Add<Punpckhdq>(table, Code.Punpckhdq_xmm_xmmm128, Code.Unpckhps_xmm_xmmm128);
        Add<Punpckhqdq>(table, Code.Punpckhqdq_xmm_xmmm128, Code.Unpckhpd_xmm_xmmm128);
        Add<Packsswb>(table, Code.Packsswb_xmm_xmmm128);
        Add<Packssdw>(table, Code.Packssdw_xmm_xmmm128);
        Add<Packuswb>(table, Code.Packuswb_xmm_xmmm128);
        AddShuffle<Pshufd>(table, Code.Pshufd_xmm_xmmm128_imm8);
        AddShuffle<Pshuflw>(table, Code.Pshuflw_xmm_xmmm128_imm8);
        AddShuffle<Pshufhw>(table, Code.Pshufhw_xmm_xmmm128_imm8);
        AddShuffle<Shufps>(table, Code.Shufps_xmm_xmmm128_imm8);
        AddShuffle<Shufpd>(table, Code.Shufpd_xmm_xmmm128_imm8);
    }

    private static void Add<TOperation>(InstructionTable table, params ReadOnlySpan<Code> codes) where TOperation : struct, IPackedBinary =>
        table.Add(new SimdLoadBinder<Packed<TOperation>, Packed<TOperation>, XmmFile, XmmFile, Size128, Aligned16, Legacy>(ExecutionUnit.Sse, mayFault: false), codes);

    private static void Shift<TOperation>(InstructionTable table, Code byRegister, Code byImmediate) where TOperation : struct, IPackedBinary
    {
        Add<TOperation>(table, byRegister);
        table.Add(new ShiftImmediateBinder<Packed<TOperation>, XmmFile, Size128, Legacy>(ExecutionUnit.Sse), [byImmediate]);
    }

    private static void AddShuffle<TOperation>(InstructionTable table, Code code) where TOperation : struct, IPackedShuffle =>
        table.Add(new ShuffleBinder<TOperation>(), [code]);
}

/// <summary>Binds shuffles by an immediate.</summary>
internal sealed unsafe class ShuffleBinder<TOperation> : Binder where TOperation : struct, IPackedShuffle
{
    public override ExecutionUnit Unit => ExecutionUnit.Sse;

    public override bool MayFaultWithoutMemory => false;

    public override Handler Bind(in Instruction instruction, in BindContext context)
    {
        SimdOperands.Fill(context.Op, instruction);
        context.Op->Immediate = (long)TOperation.Indices.For(instruction.Immediate8);
        return SimdLoad<PackedShuffle<TOperation>, XmmFile, XmmFile, Size128, Aligned16, Legacy>.Bind(instruction, context.Op);
    }
}
