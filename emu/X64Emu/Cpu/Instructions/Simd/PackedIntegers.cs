using Iced.Intel;
using X64Emu.Cpu.Decode;

namespace X64Emu.Cpu.Instructions.Simd;

/// <summary>Which operation each packed-integer and bitwise code of SSE2 stands for, and its VEX forms.</summary>
internal static class PackedIntegers
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
        table.AddPacked<Paddb>(Code.Paddb_xmm_xmmm128, Code.VEX_Vpaddb_xmm_xmm_xmmm128, Code.VEX_Vpaddb_ymm_ymm_ymmm256);
        table.AddPacked<Paddw>(Code.Paddw_xmm_xmmm128, Code.VEX_Vpaddw_xmm_xmm_xmmm128, Code.VEX_Vpaddw_ymm_ymm_ymmm256);
        table.AddPacked<Paddd>(Code.Paddd_xmm_xmmm128, Code.VEX_Vpaddd_xmm_xmm_xmmm128, Code.VEX_Vpaddd_ymm_ymm_ymmm256);
        table.AddPacked<Paddq>(Code.Paddq_xmm_xmmm128, Code.VEX_Vpaddq_xmm_xmm_xmmm128, Code.VEX_Vpaddq_ymm_ymm_ymmm256);
        table.AddPacked<Psubb>(Code.Psubb_xmm_xmmm128, Code.VEX_Vpsubb_xmm_xmm_xmmm128, Code.VEX_Vpsubb_ymm_ymm_ymmm256);
        table.AddPacked<Psubw>(Code.Psubw_xmm_xmmm128, Code.VEX_Vpsubw_xmm_xmm_xmmm128, Code.VEX_Vpsubw_ymm_ymm_ymmm256);
        table.AddPacked<Psubd>(Code.Psubd_xmm_xmmm128, Code.VEX_Vpsubd_xmm_xmm_xmmm128, Code.VEX_Vpsubd_ymm_ymm_ymmm256);
        table.AddPacked<Psubq>(Code.Psubq_xmm_xmmm128, Code.VEX_Vpsubq_xmm_xmm_xmmm128, Code.VEX_Vpsubq_ymm_ymm_ymmm256);
        table.AddPacked<Paddsb>(Code.Paddsb_xmm_xmmm128, Code.VEX_Vpaddsb_xmm_xmm_xmmm128, Code.VEX_Vpaddsb_ymm_ymm_ymmm256);
        table.AddPacked<Paddsw>(Code.Paddsw_xmm_xmmm128, Code.VEX_Vpaddsw_xmm_xmm_xmmm128, Code.VEX_Vpaddsw_ymm_ymm_ymmm256);
        table.AddPacked<Paddusb>(Code.Paddusb_xmm_xmmm128, Code.VEX_Vpaddusb_xmm_xmm_xmmm128, Code.VEX_Vpaddusb_ymm_ymm_ymmm256);
        table.AddPacked<Paddusw>(Code.Paddusw_xmm_xmmm128, Code.VEX_Vpaddusw_xmm_xmm_xmmm128, Code.VEX_Vpaddusw_ymm_ymm_ymmm256);
        table.AddPacked<Psubsb>(Code.Psubsb_xmm_xmmm128, Code.VEX_Vpsubsb_xmm_xmm_xmmm128, Code.VEX_Vpsubsb_ymm_ymm_ymmm256);
        table.AddPacked<Psubsw>(Code.Psubsw_xmm_xmmm128, Code.VEX_Vpsubsw_xmm_xmm_xmmm128, Code.VEX_Vpsubsw_ymm_ymm_ymmm256);
        table.AddPacked<Psubusb>(Code.Psubusb_xmm_xmmm128, Code.VEX_Vpsubusb_xmm_xmm_xmmm128, Code.VEX_Vpsubusb_ymm_ymm_ymmm256);
        table.AddPacked<Psubusw>(Code.Psubusw_xmm_xmmm128, Code.VEX_Vpsubusw_xmm_xmm_xmmm128, Code.VEX_Vpsubusw_ymm_ymm_ymmm256);
        table.AddPacked<Pminub>(Code.Pminub_xmm_xmmm128, Code.VEX_Vpminub_xmm_xmm_xmmm128, Code.VEX_Vpminub_ymm_ymm_ymmm256);
        table.AddPacked<Pmaxub>(Code.Pmaxub_xmm_xmmm128, Code.VEX_Vpmaxub_xmm_xmm_xmmm128, Code.VEX_Vpmaxub_ymm_ymm_ymmm256);
        table.AddPacked<Pminsw>(Code.Pminsw_xmm_xmmm128, Code.VEX_Vpminsw_xmm_xmm_xmmm128, Code.VEX_Vpminsw_ymm_ymm_ymmm256);
        table.AddPacked<Pmaxsw>(Code.Pmaxsw_xmm_xmmm128, Code.VEX_Vpmaxsw_xmm_xmm_xmmm128, Code.VEX_Vpmaxsw_ymm_ymm_ymmm256);
        table.AddPacked<Pavgb>(Code.Pavgb_xmm_xmmm128, Code.VEX_Vpavgb_xmm_xmm_xmmm128, Code.VEX_Vpavgb_ymm_ymm_ymmm256);
        table.AddPacked<Pavgw>(Code.Pavgw_xmm_xmmm128, Code.VEX_Vpavgw_xmm_xmm_xmmm128, Code.VEX_Vpavgw_ymm_ymm_ymmm256);
        table.AddPacked<Pmullw>(Code.Pmullw_xmm_xmmm128, Code.VEX_Vpmullw_xmm_xmm_xmmm128, Code.VEX_Vpmullw_ymm_ymm_ymmm256);
        table.AddPacked<Pmulhw>(Code.Pmulhw_xmm_xmmm128, Code.VEX_Vpmulhw_xmm_xmm_xmmm128, Code.VEX_Vpmulhw_ymm_ymm_ymmm256);
        table.AddPacked<Pmulhuw>(Code.Pmulhuw_xmm_xmmm128, Code.VEX_Vpmulhuw_xmm_xmm_xmmm128, Code.VEX_Vpmulhuw_ymm_ymm_ymmm256);
        table.AddPacked<Pmuludq>(Code.Pmuludq_xmm_xmmm128, Code.VEX_Vpmuludq_xmm_xmm_xmmm128, Code.VEX_Vpmuludq_ymm_ymm_ymmm256);
        table.AddPacked<Pmaddwd>(Code.Pmaddwd_xmm_xmmm128, Code.VEX_Vpmaddwd_xmm_xmm_xmmm128, Code.VEX_Vpmaddwd_ymm_ymm_ymmm256);
        table.AddPacked<Psadbw>(Code.Psadbw_xmm_xmmm128, Code.VEX_Vpsadbw_xmm_xmm_xmmm128, Code.VEX_Vpsadbw_ymm_ymm_ymmm256);
    }

    private static void RegisterLogic(InstructionTable table)
    {
        table.AddPacked<Pand>(Code.Pand_xmm_xmmm128, Code.VEX_Vpand_xmm_xmm_xmmm128, Code.VEX_Vpand_ymm_ymm_ymmm256);
        table.AddPacked<Pand>(Code.Andps_xmm_xmmm128, Code.VEX_Vandps_xmm_xmm_xmmm128, Code.VEX_Vandps_ymm_ymm_ymmm256);
        table.AddPacked<Pand>(Code.Andpd_xmm_xmmm128, Code.VEX_Vandpd_xmm_xmm_xmmm128, Code.VEX_Vandpd_ymm_ymm_ymmm256);
        table.AddPacked<Pandn>(Code.Pandn_xmm_xmmm128, Code.VEX_Vpandn_xmm_xmm_xmmm128, Code.VEX_Vpandn_ymm_ymm_ymmm256);
        table.AddPacked<Pandn>(Code.Andnps_xmm_xmmm128, Code.VEX_Vandnps_xmm_xmm_xmmm128, Code.VEX_Vandnps_ymm_ymm_ymmm256);
        table.AddPacked<Pandn>(Code.Andnpd_xmm_xmmm128, Code.VEX_Vandnpd_xmm_xmm_xmmm128, Code.VEX_Vandnpd_ymm_ymm_ymmm256);
        table.AddPacked<Por>(Code.Por_xmm_xmmm128, Code.VEX_Vpor_xmm_xmm_xmmm128, Code.VEX_Vpor_ymm_ymm_ymmm256);
        table.AddPacked<Por>(Code.Orps_xmm_xmmm128, Code.VEX_Vorps_xmm_xmm_xmmm128, Code.VEX_Vorps_ymm_ymm_ymmm256);
        table.AddPacked<Por>(Code.Orpd_xmm_xmmm128, Code.VEX_Vorpd_xmm_xmm_xmmm128, Code.VEX_Vorpd_ymm_ymm_ymmm256);
        table.AddPacked<Pxor>(Code.Pxor_xmm_xmmm128, Code.VEX_Vpxor_xmm_xmm_xmmm128, Code.VEX_Vpxor_ymm_ymm_ymmm256);
        table.AddPacked<Pxor>(Code.Xorps_xmm_xmmm128, Code.VEX_Vxorps_xmm_xmm_xmmm128, Code.VEX_Vxorps_ymm_ymm_ymmm256);
        table.AddPacked<Pxor>(Code.Xorpd_xmm_xmmm128, Code.VEX_Vxorpd_xmm_xmm_xmmm128, Code.VEX_Vxorpd_ymm_ymm_ymmm256);
        table.AddPacked<Pcmpeqb>(Code.Pcmpeqb_xmm_xmmm128, Code.VEX_Vpcmpeqb_xmm_xmm_xmmm128, Code.VEX_Vpcmpeqb_ymm_ymm_ymmm256);
        table.AddPacked<Pcmpeqw>(Code.Pcmpeqw_xmm_xmmm128, Code.VEX_Vpcmpeqw_xmm_xmm_xmmm128, Code.VEX_Vpcmpeqw_ymm_ymm_ymmm256);
        table.AddPacked<Pcmpeqd>(Code.Pcmpeqd_xmm_xmmm128, Code.VEX_Vpcmpeqd_xmm_xmm_xmmm128, Code.VEX_Vpcmpeqd_ymm_ymm_ymmm256);
        table.AddPacked<Pcmpgtb>(Code.Pcmpgtb_xmm_xmmm128, Code.VEX_Vpcmpgtb_xmm_xmm_xmmm128, Code.VEX_Vpcmpgtb_ymm_ymm_ymmm256);
        table.AddPacked<Pcmpgtw>(Code.Pcmpgtw_xmm_xmmm128, Code.VEX_Vpcmpgtw_xmm_xmm_xmmm128, Code.VEX_Vpcmpgtw_ymm_ymm_ymmm256);
        table.AddPacked<Pcmpgtd>(Code.Pcmpgtd_xmm_xmmm128, Code.VEX_Vpcmpgtd_xmm_xmm_xmmm128, Code.VEX_Vpcmpgtd_ymm_ymm_ymmm256);
    }

    private static void RegisterShifts(InstructionTable table)
    {
        table.AddShiftByRegister<Psllw>(Code.Psllw_xmm_xmmm128, Code.VEX_Vpsllw_xmm_xmm_xmmm128, Code.VEX_Vpsllw_ymm_ymm_xmmm128);
        table.AddShift<Psllw>(Code.Psllw_xmm_imm8, Code.VEX_Vpsllw_xmm_xmm_imm8, Code.VEX_Vpsllw_ymm_ymm_imm8);
        table.AddShiftByRegister<Pslld>(Code.Pslld_xmm_xmmm128, Code.VEX_Vpslld_xmm_xmm_xmmm128, Code.VEX_Vpslld_ymm_ymm_xmmm128);
        table.AddShift<Pslld>(Code.Pslld_xmm_imm8, Code.VEX_Vpslld_xmm_xmm_imm8, Code.VEX_Vpslld_ymm_ymm_imm8);
        table.AddShiftByRegister<Psllq>(Code.Psllq_xmm_xmmm128, Code.VEX_Vpsllq_xmm_xmm_xmmm128, Code.VEX_Vpsllq_ymm_ymm_xmmm128);
        table.AddShift<Psllq>(Code.Psllq_xmm_imm8, Code.VEX_Vpsllq_xmm_xmm_imm8, Code.VEX_Vpsllq_ymm_ymm_imm8);
        table.AddShiftByRegister<Psrlw>(Code.Psrlw_xmm_xmmm128, Code.VEX_Vpsrlw_xmm_xmm_xmmm128, Code.VEX_Vpsrlw_ymm_ymm_xmmm128);
        table.AddShift<Psrlw>(Code.Psrlw_xmm_imm8, Code.VEX_Vpsrlw_xmm_xmm_imm8, Code.VEX_Vpsrlw_ymm_ymm_imm8);
        table.AddShiftByRegister<Psrld>(Code.Psrld_xmm_xmmm128, Code.VEX_Vpsrld_xmm_xmm_xmmm128, Code.VEX_Vpsrld_ymm_ymm_xmmm128);
        table.AddShift<Psrld>(Code.Psrld_xmm_imm8, Code.VEX_Vpsrld_xmm_xmm_imm8, Code.VEX_Vpsrld_ymm_ymm_imm8);
        table.AddShiftByRegister<Psrlq>(Code.Psrlq_xmm_xmmm128, Code.VEX_Vpsrlq_xmm_xmm_xmmm128, Code.VEX_Vpsrlq_ymm_ymm_xmmm128);
        table.AddShift<Psrlq>(Code.Psrlq_xmm_imm8, Code.VEX_Vpsrlq_xmm_xmm_imm8, Code.VEX_Vpsrlq_ymm_ymm_imm8);
        table.AddShiftByRegister<Psraw>(Code.Psraw_xmm_xmmm128, Code.VEX_Vpsraw_xmm_xmm_xmmm128, Code.VEX_Vpsraw_ymm_ymm_xmmm128);
        table.AddShift<Psraw>(Code.Psraw_xmm_imm8, Code.VEX_Vpsraw_xmm_xmm_imm8, Code.VEX_Vpsraw_ymm_ymm_imm8);
        table.AddShiftByRegister<Psrad>(Code.Psrad_xmm_xmmm128, Code.VEX_Vpsrad_xmm_xmm_xmmm128, Code.VEX_Vpsrad_ymm_ymm_xmmm128);
        table.AddShift<Psrad>(Code.Psrad_xmm_imm8, Code.VEX_Vpsrad_xmm_xmm_imm8, Code.VEX_Vpsrad_ymm_ymm_imm8);
        table.AddShuffle<Pslldq>(Code.Pslldq_xmm_imm8, Code.VEX_Vpslldq_xmm_xmm_imm8, Code.VEX_Vpslldq_ymm_ymm_imm8);
        table.AddShuffle<Psrldq>(Code.Psrldq_xmm_imm8, Code.VEX_Vpsrldq_xmm_xmm_imm8, Code.VEX_Vpsrldq_ymm_ymm_imm8);
    }

    private static void RegisterShuffles(InstructionTable table)
    {
        table.AddPacked<Punpcklbw>(Code.Punpcklbw_xmm_xmmm128, Code.VEX_Vpunpcklbw_xmm_xmm_xmmm128, Code.VEX_Vpunpcklbw_ymm_ymm_ymmm256);
        table.AddPacked<Punpcklwd>(Code.Punpcklwd_xmm_xmmm128, Code.VEX_Vpunpcklwd_xmm_xmm_xmmm128, Code.VEX_Vpunpcklwd_ymm_ymm_ymmm256);
        table.AddPacked<Punpckldq>(Code.Punpckldq_xmm_xmmm128, Code.VEX_Vpunpckldq_xmm_xmm_xmmm128, Code.VEX_Vpunpckldq_ymm_ymm_ymmm256);
        table.AddPacked<Punpckldq>(Code.Unpcklps_xmm_xmmm128, Code.VEX_Vunpcklps_xmm_xmm_xmmm128, Code.VEX_Vunpcklps_ymm_ymm_ymmm256);
        table.AddPacked<Punpcklqdq>(Code.Punpcklqdq_xmm_xmmm128, Code.VEX_Vpunpcklqdq_xmm_xmm_xmmm128, Code.VEX_Vpunpcklqdq_ymm_ymm_ymmm256);
        table.AddPacked<Punpcklqdq>(Code.Unpcklpd_xmm_xmmm128, Code.VEX_Vunpcklpd_xmm_xmm_xmmm128, Code.VEX_Vunpcklpd_ymm_ymm_ymmm256);
        table.AddPacked<Punpckhbw>(Code.Punpckhbw_xmm_xmmm128, Code.VEX_Vpunpckhbw_xmm_xmm_xmmm128, Code.VEX_Vpunpckhbw_ymm_ymm_ymmm256);
        table.AddPacked<Punpckhwd>(Code.Punpckhwd_xmm_xmmm128, Code.VEX_Vpunpckhwd_xmm_xmm_xmmm128, Code.VEX_Vpunpckhwd_ymm_ymm_ymmm256);
        table.AddPacked<Punpckhdq>(Code.Punpckhdq_xmm_xmmm128, Code.VEX_Vpunpckhdq_xmm_xmm_xmmm128, Code.VEX_Vpunpckhdq_ymm_ymm_ymmm256);
        table.AddPacked<Punpckhdq>(Code.Unpckhps_xmm_xmmm128, Code.VEX_Vunpckhps_xmm_xmm_xmmm128, Code.VEX_Vunpckhps_ymm_ymm_ymmm256);
        table.AddPacked<Punpckhqdq>(Code.Punpckhqdq_xmm_xmmm128, Code.VEX_Vpunpckhqdq_xmm_xmm_xmmm128, Code.VEX_Vpunpckhqdq_ymm_ymm_ymmm256);
        table.AddPacked<Punpckhqdq>(Code.Unpckhpd_xmm_xmmm128, Code.VEX_Vunpckhpd_xmm_xmm_xmmm128, Code.VEX_Vunpckhpd_ymm_ymm_ymmm256);
        table.AddPacked<Packsswb>(Code.Packsswb_xmm_xmmm128, Code.VEX_Vpacksswb_xmm_xmm_xmmm128, Code.VEX_Vpacksswb_ymm_ymm_ymmm256);
        table.AddPacked<Packssdw>(Code.Packssdw_xmm_xmmm128, Code.VEX_Vpackssdw_xmm_xmm_xmmm128, Code.VEX_Vpackssdw_ymm_ymm_ymmm256);
        table.AddPacked<Packuswb>(Code.Packuswb_xmm_xmmm128, Code.VEX_Vpackuswb_xmm_xmm_xmmm128, Code.VEX_Vpackuswb_ymm_ymm_ymmm256);
        table.AddShuffle<Pshufd>(Code.Pshufd_xmm_xmmm128_imm8, Code.VEX_Vpshufd_xmm_xmmm128_imm8, Code.VEX_Vpshufd_ymm_ymmm256_imm8);
        table.AddShuffle<Pshuflw>(Code.Pshuflw_xmm_xmmm128_imm8, Code.VEX_Vpshuflw_xmm_xmmm128_imm8, Code.VEX_Vpshuflw_ymm_ymmm256_imm8);
        table.AddShuffle<Pshufhw>(Code.Pshufhw_xmm_xmmm128_imm8, Code.VEX_Vpshufhw_xmm_xmmm128_imm8, Code.VEX_Vpshufhw_ymm_ymmm256_imm8);
        table.AddShuffle<Shufps>(Code.Shufps_xmm_xmmm128_imm8, Code.VEX_Vshufps_xmm_xmm_xmmm128_imm8, Code.VEX_Vshufps_ymm_ymm_ymmm256_imm8);
        table.AddShuffle<Shufpd>(Code.Shufpd_xmm_xmmm128_imm8, Code.VEX_Vshufpd_xmm_xmm_xmmm128_imm8, Code.VEX_Vshufpd_ymm_ymm_ymmm256_imm8);
    }
}
