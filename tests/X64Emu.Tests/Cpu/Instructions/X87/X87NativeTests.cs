using Iced.Intel;
using X64Emu.Cpu.Floating;
using X64Emu.Tests.Cpu.Floating;
using X64Emu.Tests.Cpu.Native;
using Xunit;

namespace X64Emu.Tests.Cpu.Instructions.X87;

/// <summary>x87 instructions on values and states of every kind, against the host's processor.</summary>
public sealed class X87NativeTests
{
    private const int Cases = 2000;
    private const int Seed = 8087;

    [NativeTheory]
    [InlineData("Fadd", "Faddp", "Fiadd")]
    [InlineData("Fsub", "Fsubp", "Fisub")]
    [InlineData("Fsubr", "Fsubrp", "Fisubr")]
    [InlineData("Fmul", "Fmulp", "Fimul")]
    [InlineData("Fdiv", "Fdivp", "Fidiv")]
    [InlineData("Fdivr", "Fdivrp", "Fidivr")]
    public void Arithmetic_AnyState_AgreesWithProcessor(params string[] mnemonics) => Check(mnemonics);

    [NativeTheory]
    [InlineData("Fld", "Fild", "Fbld")]
    [InlineData("Fldz", "Fld1", "Fldpi", "Fldl2t", "Fldl2e", "Fldlg2", "Fldln2")]
    public void Load_AnyState_AgreesWithProcessor(params string[] mnemonics) => Check(mnemonics);

    [NativeTheory]
    [InlineData("Fst", "Fstp", "Fstpnce")]
    [InlineData("Fist", "Fistp")]
    [InlineData("Fisttp", "Fbstp")]
    public void Store_AnyState_AgreesWithProcessor(params string[] mnemonics) => Check(mnemonics);

    [NativeTheory]
    [InlineData("Fxch", "Fabs", "Fchs", "Ffree", "Ffreep", "Fincstp", "Fdecstp", "Fnop")]
    [InlineData("Fcmovb", "Fcmovnb", "Fcmove", "Fcmovne", "Fcmovbe", "Fcmovnbe", "Fcmovu", "Fcmovnu")]
    public void Move_AnyState_AgreesWithProcessor(params string[] mnemonics) => Check(mnemonics);

    [NativeTheory]
    [InlineData("Fcom", "Fcomp", "Fcompp")]
    [InlineData("Fucom", "Fucomp", "Fucompp")]
    [InlineData("Fcomi", "Fcomip", "Fucomi", "Fucomip")]
    [InlineData("Ficom", "Ficomp", "Ftst", "Fxam")]
    public void Comparison_AnyState_AgreesWithProcessor(params string[] mnemonics) => Check(mnemonics);

    [NativeTheory]
    [InlineData("Fsqrt", "Frndint", "Fscale", "Fxtract")]
    public void Function_AnyState_AgreesWithProcessor(params string[] mnemonics) => Check(mnemonics);

    [NativeFact]
    public void PartialRemainder_AnyState_AgreesWithProcessor() => Check(["Fprem", "Fprem1"]);

    [NativeTheory]
    [InlineData("F2xm1", "Fyl2x", "Fyl2xp1", "Fpatan")]
    [InlineData("Fsin", "Fcos", "Fsincos", "Fptan")]
    public void Transcendental_AnyState_AgreesWithProcessorWithinOneUlp(params string[] mnemonics) => Check(mnemonics, ulps: 1);

    private static void Check(string[] mnemonics, ulong ulps = 0)
    {
        List<string> failures = [];
        foreach (Code code in Enum.GetValues<Code>())
        {
            if (!mnemonics.Contains(code.Mnemonic().ToString()) || !code.ToOpCode().Mode64) continue;
            Check(code, ulps, failures);
        }
        Assert.True(failures.Count == 0, string.Join('\n', failures));
    }

    private static void Check(Code code, ulong ulps, List<string> failures)
    {
        var random = new Random(Seed + (int)code);
        // Register operands vary over the instructions of a code.
        int forms = code.ToOpCode().OpCount == 2 || code.ToOpCode().Op0Kind == OpCodeOperandKind.sti_opcode ? 4 : 1;
        for (int form = 0; form < forms; form++)
        {
            using var differential = new X87Differential(code.ToString(), Make(code, random), ulps);
            int found = 0;
            for (int index = 0; index < Cases / forms && found < 3; index++)
            {
                X87States.Fill(differential.Area, random);
                if (differential.Run((ulong)random.Next(0x1000) & 0x8D5) is not { } failure) continue;
                failures.Add(failure);
                found++;
            }
        }
    }

    private static Instruction Make(Code code, Random random)
    {
        OpCodeInfo info = code.ToOpCode();
        for (int operand = 0; operand < info.OpCount; operand++)
        {
            if (info.GetOpKind(operand) == OpCodeOperandKind.mem) return X87Differential.OnOperand(code);
        }
        var instruction = new Instruction { Code = code, CodeSize = CodeSize.Code64 };
        for (int operand = 0; operand < info.OpCount; operand++)
        {
            instruction.SetOpKind(operand, OpKind.Register);
            instruction.SetOpRegister(operand, info.GetOpKind(operand) == OpCodeOperandKind.st0 ? Register.ST0 : Register.ST0 + random.Next(8));
        }
        return instruction;
    }
}
