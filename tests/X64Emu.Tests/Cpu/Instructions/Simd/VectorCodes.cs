using Iced.Intel;

namespace X64Emu.Tests.Cpu.Instructions.Simd;

/// <summary>The vector codes beyond SSE2, and instructions made from them.</summary>
internal static class VectorCodes
{
    /// <summary>Every code of SSE3 to AVX2, FMA and F16C that works on XMM or YMM registers alone, MXCSR and general registers aside.</summary>
    public static IEnumerable<Code> All => Enum.GetValues<Code>().Where(code =>
        code.Encoding() is EncodingKind.Legacy or EncodingKind.VEX && code.ToOpCode().Mode64
        && code.CpuidFeatures() is [CpuidFeature.SSE3 or CpuidFeature.SSSE3 or CpuidFeature.SSE4_1 or CpuidFeature.SSE4_2 or CpuidFeature.SSE4A
            or CpuidFeature.AVX or CpuidFeature.AVX2 or CpuidFeature.FMA or CpuidFeature.F16C]
        && !Operands(code).Any(IsMmx) && Operands(code).Any(IsVector));

    /// <summary>Makes an instruction. Vector operands are <paramref name="registers"/> in turn; a general register is RAX where it is written and
    /// RCX where it is read; memory is [RDI]. Null when there is no such form.</summary>
    public static Instruction? Make(Code code, bool memory, byte immediate, ReadOnlySpan<int> registers)
    {
        var instruction = new Instruction { Code = code };
        OpCodeOperandKind[] kinds = Operands(code);
        if (memory ? !kinds.Any(IsMemory) : kinds.Contains(OpCodeOperandKind.mem)) return null;
        int used = 0;
        for (int operand = 0; operand < kinds.Length; operand++)
        {
            OpCodeOperandKind kind = kinds[operand];
            if (kind is OpCodeOperandKind.imm8 or OpCodeOperandKind.imm4_m2z)
            {
                instruction.SetOpKind(operand, operand > 0 && kinds[operand - 1] == kind ? OpKind.Immediate8_2nd : OpKind.Immediate8);
                instruction.SetImmediate(operand, (int)immediate);
            }
            else if (kind == OpCodeOperandKind.seg_rDI)
            {
                instruction.SetOpKind(operand, OpKind.MemorySegRDI);
            }
            else if (IsMemory(kind) && memory)
            {
                instruction.SetOpKind(operand, OpKind.Memory);
                instruction.MemoryBase = Register.RDI;
            }
            else if (IsVector(kind))
            {
                instruction.SetOpKind(operand, OpKind.Register);
                bool isYmm = kind.ToString().StartsWith("ymm", StringComparison.Ordinal);
                instruction.SetOpRegister(operand, (isYmm ? Register.YMM0 : Register.XMM0) + registers[used++]);
            }
            else if (kind.ToString()[0] == 'r')
            {
                instruction.SetOpKind(operand, OpKind.Register);
                Register register = operand == 0 ? Register.RAX : Register.RCX;
                bool is64 = kind.ToString().StartsWith("r64", StringComparison.Ordinal);
                instruction.SetOpRegister(operand, is64 ? register : register - Register.RAX + Register.EAX);
            }
            else
            {
                return null;
            }
        }
        return instruction;
    }

    private static OpCodeOperandKind[] Operands(Code code)
    {
        OpCodeInfo info = code.ToOpCode();
        return [.. Enumerable.Range(0, info.OpCount).Select(info.GetOpKind)];
    }

    private static bool IsMemory(OpCodeOperandKind kind) =>
        kind.ToString().Contains("mem", StringComparison.Ordinal) && !kind.ToString().Contains("vsib", StringComparison.Ordinal);

    private static bool IsVector(OpCodeOperandKind kind) => kind.ToString()[1..].StartsWith("mm_", StringComparison.Ordinal) && !IsMmx(kind);

    private static bool IsMmx(OpCodeOperandKind kind) => kind.ToString().StartsWith("mm_", StringComparison.Ordinal);
}
