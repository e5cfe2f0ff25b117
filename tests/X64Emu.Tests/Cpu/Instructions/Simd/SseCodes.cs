using Iced.Intel;

namespace X64Emu.Tests.Cpu.Instructions.Simd;

/// <summary>The codes of SSE and SSE2, and instructions made from them.</summary>
internal static class SseCodes
{
    /// <summary>Every legacy-encoded code of SSE, SSE2 and FXSR, and CLFLUSH.</summary>
    public static IEnumerable<Code> All => Enum.GetValues<Code>().Where(code =>
        code.Encoding() == EncodingKind.Legacy
        && code.CpuidFeatures().Any(feature => feature is CpuidFeature.SSE or CpuidFeature.SSE2 or CpuidFeature.FXSR or CpuidFeature.CLFSH));

    /// <summary>True for the forms with an MMX register, which belong to MMX.</summary>
    public static bool UsesMmx(Code code) =>
        Operands(code).Any(kind => kind is OpCodeOperandKind.mm_reg or OpCodeOperandKind.mm_rm or OpCodeOperandKind.mm_or_mem);

    /// <summary>True when the code has a form with a memory operand.</summary>
    public static bool HasMemoryForm(Code code) => Operands(code).Any(IsMemory);

    /// <summary>True when the code has a form without one.</summary>
    public static bool HasRegisterForm(Code code) => !Operands(code).Any(kind => kind is OpCodeOperandKind.mem or OpCodeOperandKind.seg_rDI);

    /// <summary>Makes an instruction. The first XMM operand is <paramref name="firstXmm"/>, the second <paramref name="secondXmm"/>; a general
    /// register is RAX where it is written and RCX where it is read; memory is [RDI + displacement].</summary>
    public static Instruction Make(Code code, bool memory, byte immediate, int firstXmm, int secondXmm, int displacement = 0)
    {
        var instruction = new Instruction { Code = code };
        OpCodeOperandKind[] kinds = Operands(code);
        int xmmUsed = kinds[..Math.Min(1, kinds.Length)].Any(IsXmm) ? 0 : 1;
        if (code == Code.Maskmovdqu_rDI_xmm_xmm) xmmUsed = 0;
        for (int operand = 0; operand < kinds.Length; operand++)
        {
            OpCodeOperandKind kind = kinds[operand];
            if (kind == OpCodeOperandKind.imm8)
            {
                instruction.SetOpKind(operand, OpKind.Immediate8);
                instruction.Immediate8 = immediate;
            }
            else if (kind == OpCodeOperandKind.seg_rDI)
            {
                instruction.SetOpKind(operand, OpKind.MemorySegRDI);
            }
            else if (IsMemory(kind) && memory)
            {
                instruction.SetOpKind(operand, OpKind.Memory);
                instruction.MemoryBase = Register.RDI;
                instruction.MemoryDisplacement64 = (ulong)displacement;
                instruction.MemoryDisplSize = displacement == 0 ? 0 : 8;
            }
            else
            {
                instruction.SetOpKind(operand, OpKind.Register);
                instruction.SetOpRegister(operand, IsXmm(kind)
                    ? Register.XMM0 + (xmmUsed++ == 0 ? firstXmm : secondXmm)
                    : General(kind, operand == 0 ? Register.RAX : Register.RCX));
            }
        }
        return instruction;
    }

    private static OpCodeOperandKind[] Operands(Code code)
    {
        OpCodeInfo info = code.ToOpCode();
        return [.. Enumerable.Range(0, info.OpCount).Select(info.GetOpKind)];
    }

    private static bool IsMemory(OpCodeOperandKind kind) => kind.ToString().Contains("mem", StringComparison.Ordinal);

    private static bool IsXmm(OpCodeOperandKind kind) => kind.ToString().StartsWith("xmm", StringComparison.Ordinal);

    private static Register General(OpCodeOperandKind kind, Register register) =>
        kind.ToString().StartsWith("r64", StringComparison.Ordinal) ? register : register - Register.RAX + Register.EAX;
}
