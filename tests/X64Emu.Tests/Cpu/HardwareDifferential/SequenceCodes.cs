using Iced.Intel;
using X64Emu.Cpu;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>
/// Writes straight-line programs of instructions of all families. Their memory operands go through two registers that nothing changes, so
/// that a program runs for long; now and then a comparison and a branch over one instruction stand between.
/// </summary>
internal sealed class SequenceCodes
{
    public const GeneralRegister AddressRegister = GeneralRegister.R12, IndexRegister = GeneralRegister.R13;

    /// <summary>How many instructions a program has.</summary>
    public const int Length = 50;

    private const int FarthestDisplacement = 0x600, BranchBytes = 2;

    private static readonly byte[] marker = [0x4d, 0x8d, 0x7f, 0x01];   // lea r15, [r15+1]

    private static readonly Mnemonic[] unsuitable =
    [
        // They would end nearly every program with a fault, or change what later instructions rely on.
        Mnemonic.Div, Mnemonic.Idiv, Mnemonic.Popf, Mnemonic.Popfq, Mnemonic.Enter, Mnemonic.Leave, Mnemonic.Xlatb, Mnemonic.Ldmxcsr, Mnemonic.Vldmxcsr,
        Mnemonic.Fldcw, Mnemonic.Fldenv, Mnemonic.Frstor, Mnemonic.Wrfsbase, Mnemonic.Wrgsbase, Mnemonic.Xgetbv, Mnemonic.Maskmovq, Mnemonic.Maskmovdqu,
        Mnemonic.Vmaskmovdqu, Mnemonic.Std, Mnemonic.Lar, Mnemonic.Lsl, Mnemonic.Verr, Mnemonic.Verw, Mnemonic.Lfs, Mnemonic.Lgs, Mnemonic.Lss,
    ];

    /// <summary>The pointers in their images are lost when the host's kernel runs another program behind an earlier x87 instruction.</summary>
    private static readonly Mnemonic[] unsteady = [Mnemonic.Fnsave, Mnemonic.Fnstenv];

    private readonly CaseRandom random;
    private readonly CaseCodes codes;
    private readonly InstructionInfoFactory infos = new();
    private readonly Code[] integers, others, comparisons, branches;

    public SequenceCodes(CaseRandom random, CaseCodes codes)
    {
        (this.random, this.codes) = (random, codes);
        Code[] suitable = [.. ClaimedCodes.Instance.All.Where(IsSuitable)];
        integers = [.. suitable.Where(InstructionFamilies.IsBase)];
        others = [.. suitable.Where(code => !InstructionFamilies.IsBase(code))];
        comparisons = [.. integers.Where(code => code.Mnemonic() is Mnemonic.Cmp or Mnemonic.Test or Mnemonic.Sub or Mnemonic.And or Mnemonic.Dec)];
        branches = [.. ClaimedCodes.Instance.All.Where(code => code.IsJccShort() && code.ToOpCode().OperandSize == 64)];
    }

    /// <summary>Writes one program.</summary>
    public List<CaseCode> Make(ulong address)
    {
        List<CaseCode> program = [];
        while (program.Count < Length)
        {
            if (random.OneIn(12))
            {
                if (!Append(program, address, random.Pick<Code>(comparisons))) continue;
                AppendBranch(program);
            }
            else Append(program, address, random.OneIn(2) ? random.Pick<Code>(integers) : random.Pick<Code>(others));
        }
        return program;
    }

    private bool Append(List<CaseCode> program, ulong address, Code code)
    {
        if (codes.Make(code, program.Count == 0 ? address : program[^1].End, IsAccepted) is not { } made) return false;
        program.Add(made);
        return true;
    }

    private void AppendBranch(List<CaseCode> program)
    {
        ulong address = program[^1].End;
        program.Add(Assemble(Instruction.CreateBranch(random.Pick<Code>(branches), address + BranchBytes + (ulong)marker.Length), address));
        program.Add(new CaseCode(marker, program[^1].End, default, 0));
    }

    private static CaseCode Assemble(in Instruction instruction, ulong address)
    {
        using MemoryStream bytes = new();
        Encoder.Create(64, new StreamCodeWriter(bytes)).Encode(instruction, address);
        return new CaseCode(bytes.ToArray(), address, instruction, 0);
    }

    private static bool IsSuitable(Code code)
    {
        OpCodeInfo info = code.ToOpCode();
        if (code.FlowControl() != FlowControl.Next || info.IsPrivileged || info.IsInputOutput || info.IsSaveRestore || info.CanUseRepPrefix) return false;
        if (Enumerable.Range(0, info.OpCount).Any(operand => info.GetOpKind(operand) is OpCodeOperandKind.seg_reg or OpCodeOperandKind.fs or OpCodeOperandKind.gs))
            return false;
        return !unsuitable.Contains(code.Mnemonic()) && !unsteady.Contains(code.Mnemonic()) && !UndefinedOutputs.All.Any(entry => entry.Mnemonics.Contains(code.Mnemonic()));
    }

    private bool IsAccepted(Instruction instruction)
    {
        InstructionInfo info = infos.GetInfo(instruction);
        foreach (UsedRegister used in info.GetUsedRegisters())
        {
            bool isFixed = used.Register.GetFullRegister() is Register.R12 or Register.R13 || (used.Register.GetFullRegister() == Register.RSP && !instruction.IsStackInstruction);
            if (isFixed && used.Access is not (OpAccess.Read or OpAccess.CondRead)) return false;
        }
        for (int operand = 0; operand < instruction.OpCount; operand++)
        {
            if (instruction.GetOpKind(operand) == OpKind.Memory && !IsInReach(instruction)) return false;
        }
        return true;
    }

    private static bool IsInReach(in Instruction instruction)
    {
        if (instruction.Mnemonic is Mnemonic.Lea or Mnemonic.Nop) return true;
        if (instruction.MemorySegment is Register.FS or Register.GS) return false;
        if (instruction.Mnemonic is Mnemonic.Bt or Mnemonic.Bts or Mnemonic.Btr or Mnemonic.Btc && instruction.Op1Kind == OpKind.Register) return false;
        if (instruction.MemoryBase != Register.R12 || instruction.MemoryIndex is not (Register.None or Register.R13)) return false;
        bool isAligned = instruction.Encoding != EncodingKind.Legacy || instruction.MemorySize.GetSize() < 16 || (instruction.MemoryDisplacement64 & 15) == 0;
        return isAligned && (long)instruction.MemoryDisplacement64 is >= -FarthestDisplacement and <= FarthestDisplacement;
    }
}
