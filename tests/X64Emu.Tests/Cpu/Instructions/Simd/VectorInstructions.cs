using Iced.Intel;

namespace X64Emu.Tests.Cpu.Instructions.Simd;

/// <summary>Vector codes, legacy and VEX, and instructions made from them.</summary>
internal static class VectorInstructions
{
    private static readonly CpuidFeature[] Features =
    [
        CpuidFeature.SSE, CpuidFeature.SSE2, CpuidFeature.SSE3, CpuidFeature.SSSE3, CpuidFeature.SSE4_1, CpuidFeature.SSE4_2, CpuidFeature.SSE4A,
        CpuidFeature.AVX, CpuidFeature.AVX2,
    ];

    private static readonly string[] IntegerNames =
    [
        "Vand", "Vor", "Vxor", "Vunpck", "Vshuf", "Vbroadcasti", "Vinserti", "Vextracti", "Mpsad", "Vmpsad", "Extrq", "Insertq",
    ];

    /// <summary>The codes of integer instructions on vector registers. Left out: MMX, PCLMULQDQ, hints, and what finds its memory in registers.</summary>
    public static IEnumerable<Code> Integer => Enum.GetValues<Code>().Where(code =>
        code.ToOpCode() is { Mode64: true, Encoding: EncodingKind.Legacy or EncodingKind.VEX }
        && code.CpuidFeatures().All(Features.Contains) && IsInteger(code.Mnemonic().ToString())
        && !Operands(code).Any(kind => kind.ToString() is var name
            && (name.StartsWith("mm_", StringComparison.Ordinal) || name.Contains("vsib", StringComparison.Ordinal) || name == "seg_rDI")));

    public static OpCodeOperandKind[] Operands(Code code)
    {
        OpCodeInfo info = code.ToOpCode();
        return [.. Enumerable.Range(0, info.OpCount).Select(info.GetOpKind)];
    }

    public static bool HasMemoryForm(Code code) => Operands(code).Any(IsMemory);

    public static bool HasRegisterForm(Code code) => !Operands(code).Contains(OpCodeOperandKind.mem);

    /// <summary>Makes an instruction. Its vector operands are <paramref name="vectors"/> in turn; a general register is RAX where it is written and
    /// RCX where it is read; memory is [RDI].</summary>
    public static Instruction Make(Code code, bool memory, byte immediate, byte secondImmediate, params ReadOnlySpan<int> vectors)
    {
        var instruction = new Instruction { Code = code };
        OpCodeOperandKind[] kinds = Operands(code);
        int used = 0, immediates = 0;
        for (int operand = 0; operand < kinds.Length; operand++)
        {
            string kind = kinds[operand].ToString();
            if (kind.StartsWith("imm8", StringComparison.Ordinal))
            {
                bool isSecond = immediates++ > 0;
                instruction.SetOpKind(operand, isSecond ? OpKind.Immediate8_2nd : OpKind.Immediate8);
                if (isSecond) instruction.Immediate8_2nd = secondImmediate;
                else instruction.Immediate8 = immediate;
            }
            else if (memory && IsMemory(kinds[operand]))
            {
                instruction.SetOpKind(operand, OpKind.Memory);
                instruction.MemoryBase = Register.RDI;
            }
            else
            {
                instruction.SetOpKind(operand, OpKind.Register);
                Register general = operand == 0 ? Register.RAX : Register.RCX;
                instruction.SetOpRegister(operand, kind[0] switch
                {
                    'x' => Register.XMM0 + vectors[used++],
                    'y' => Register.YMM0 + vectors[used++],
                    _ => kind.StartsWith("r64", StringComparison.Ordinal) ? general : general - Register.RAX + Register.EAX,
                });
            }
        }
        return instruction;
    }

    private static bool IsMemory(OpCodeOperandKind kind) => kind.ToString().Contains("mem", StringComparison.Ordinal);

    private static bool IsInteger(string name) =>
        (name.StartsWith('P') || name.StartsWith("Vp", StringComparison.Ordinal) || IntegerNames.Any(start => name.StartsWith(start, StringComparison.Ordinal)))
        && !name.StartsWith("Prefetch", StringComparison.Ordinal) && !name.StartsWith("Vpermil", StringComparison.Ordinal)
        && !name.StartsWith("Vperm2f", StringComparison.Ordinal) && !name.StartsWith("Vpmaskmov", StringComparison.Ordinal);
}
