using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Cpu.Decode;
using X64Emu.Tests.Cpu.Native;
using Xunit;

namespace X64Emu.Tests.Cpu.HostDifferential;

/// <summary>Random runs of instructions against the host's processor: dropped flags, fused compares and every hand-over between handlers.</summary>
[Collection("HostDifferential")]
public sealed class SequenceTests
{
    private const int Seed = 977;
    private const int Sequences = 4000;
    private const int Length = 30;
    private const int StatesPerSequence = 3;

    private static readonly Mnemonic[] Mnemonics =
    [
        Mnemonic.Add, Mnemonic.Adc, Mnemonic.Sub, Mnemonic.Sbb, Mnemonic.Cmp, Mnemonic.And, Mnemonic.Test, Mnemonic.Or, Mnemonic.Xor, Mnemonic.Inc,
        Mnemonic.Dec, Mnemonic.Neg, Mnemonic.Not, Mnemonic.Mov, Mnemonic.Movzx, Mnemonic.Movsx, Mnemonic.Movsxd, Mnemonic.Lea, Mnemonic.Cdq,
        Mnemonic.Cwd, Mnemonic.Cqo, Mnemonic.Shl, Mnemonic.Shr, Mnemonic.Sar, Mnemonic.Rol, Mnemonic.Ror, Mnemonic.Rcl, Mnemonic.Rcr, Mnemonic.Shld,
        Mnemonic.Shrd, Mnemonic.Mul, Mnemonic.Imul, Mnemonic.Bsf, Mnemonic.Bsr, Mnemonic.Popcnt, Mnemonic.Bswap, Mnemonic.Xchg, Mnemonic.Cmpxchg,
        Mnemonic.Xadd, Mnemonic.Lahf, Mnemonic.Sahf, Mnemonic.Clc, Mnemonic.Stc, Mnemonic.Cmc, Mnemonic.Sete, Mnemonic.Setb, Mnemonic.Setl,
        Mnemonic.Setp, Mnemonic.Cmovbe, Mnemonic.Cmovle, Mnemonic.Cmovo, Mnemonic.Bt, Mnemonic.Bts,
    ];

    private static readonly Code[] Straight = [.. Enum.GetValues<Code>().Where(code => Mnemonics.Contains(code.Mnemonic())
        && code.Encoding() == EncodingKind.Legacy && code.ToOpCode().Mode64 && InstructionTable.Instance[code] is not null)];

    private static readonly Code[] Compares = [.. Straight.Where(code => code.Mnemonic() is Mnemonic.Cmp or Mnemonic.Test or Mnemonic.Sub or Mnemonic.And)];

    private static readonly Code[] Branches =
        [.. Enum.GetValues<Code>().Where(code => code.IsJccShort() && code.ToOpCode().GetOpKind(0) == OpCodeOperandKind.br64_1)];

    [NativeTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void Sequence_AnyInstructions_AgreesWithProcessor(bool referenceMode)
    {
        using GuestSide guest = new(new ProcessorOptions { ReferenceMode = referenceMode });
        Comparison comparison = new(guest);
        List<string> differences = [];
        int sequences = referenceMode ? Sequences / 4 : Sequences;
        for (int number = 0; number < sequences && differences.Count < 5; number++)
        {
            if (Check(Seed + number, comparison) is { } difference) differences.Add(difference);
        }
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }

    private static unsafe string? Check(int seed, Comparison comparison)
    {
        Random random = new(seed);
        CasePreparation preparation = new(random);
        preparation.FillMemory();
        List<Instruction> listing = [];
        byte[] bytes = Write(random, comparison.NextAddress, listing);
        (ulong Start, ulong End) place = comparison.Install(bytes);
        for (int number = 0; number < StatesPerSequence; number++)
        {
            IntegerState state = preparation.AnyState();
            state.Gpr[12] = LowMemory.Scratch + LowMemory.OperandOffset + 4 * (ulong)random.Next(-64, 64);
            state.Gpr[13] = (ulong)random.Next(-100, 100);
            if (comparison.Run(place, state) is { } difference)
                return $"seed {seed}, state {number}:{difference}\n  {string.Join("\n  ", listing)}";
        }
        return null;
    }

    private static byte[] Write(Random random, ulong address, List<Instruction> listing)
    {
        InstructionForms forms = new(random)
        {
            Allowed =
            [
                Register.RAX, Register.RCX, Register.RDX, Register.RBX, Register.RBP, Register.RSI, Register.RDI, Register.R8, Register.R9,
                Register.R14,
            ],
            AddressRegisters = [Register.R12, Register.R13],
        };
        using MemoryStream bytes = new();
        Encoder encoder = Encoder.Create(64, new StreamCodeWriter(bytes));
        bool compared = false;
        while (listing.Count < Length)
        {
            ulong here = address + (ulong)bytes.Length;
            int choice = random.Next(8);
            if (compared && choice < 5)
            {
                Instruction branch = Instruction.CreateBranch(Branches[random.Next(Branches.Length)], here + 2 + 4);
                compared = false;
                encoder.Encode(branch, here);
                listing.Add(branch);
                bytes.Write([0x4d, 0x8d, 0x7f, 0x01]);   // lea r15, [r15+1]
                continue;
            }
            Code[] from = choice == 7 ? Compares : Straight;
            if (forms.Make(from[random.Next(from.Length)], here, random.Next(4) == 0) is not { } instruction) continue;
            if (!IsHarmless(instruction)) continue;
            long length = bytes.Length;
            if (!encoder.TryEncode(instruction, here, out _, out _))
            {
                bytes.SetLength(length);
                continue;
            }
            listing.Add(instruction);
            compared = instruction.Mnemonic is Mnemonic.Cmp or Mnemonic.Test or Mnemonic.Sub or Mnemonic.And;
        }
        return bytes.ToArray();
    }

    /// <summary>A bit offset in a register reaches anywhere, and moffs forms are for single instructions.</summary>
    private static bool IsHarmless(in Instruction instruction) =>
        !(instruction.Mnemonic is Mnemonic.Bt or Mnemonic.Bts && instruction.Op0Kind == OpKind.Memory && instruction.Op1Kind == OpKind.Register);
}
