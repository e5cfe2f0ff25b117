using Iced.Intel;
using X64Emu.Cpu.Decode;
using X64Emu.Tests.Cpu.Native;
using Xunit;
using Xunit.Abstractions;

namespace X64Emu.Tests.Cpu.HostDifferential;

/// <summary>Every code of the integer families, one instruction at a time, against the host's processor.</summary>
[Collection("HostDifferential")]
public sealed class SingleInstructionTests(ITestOutputHelper output)
{
    private const int Seed = 20250;
    private const int FormsPerCode = 24;
    private const int StatesPerForm = 16;

    [NativeTheory]
    [InlineData("Add Adc Sub Sbb Cmp And Test Or Xor Inc Dec Neg Not")]
    [InlineData("Mov Movzx Movsx Movsxd Lea Cbw Cwde Cdqe Cwd Cdq Cqo")]
    [InlineData("Shl Sal Shr Sar Rol Ror Rcl Rcr Shld Shrd")]
    [InlineData("Mul Imul Div Idiv")]
    [InlineData("Bt Bts Btr Btc Bsf Bsr Popcnt Crc32 Movbe Bswap Tzcnt Lzcnt")]
    [InlineData("Andn Bextr Blsi Blsmsk Blsr Bzhi Mulx Pdep Pext Rorx Sarx Shlx Shrx Adcx Adox")]
    [InlineData("Xchg Cmpxchg Xadd Cmpxchg8b Cmpxchg16b")]
    [InlineData("Movsb Movsw Movsd Movsq Stosb Stosw Stosd Stosq Lodsb Lodsw Lodsd Lodsq Scasb Scasw Scasd Scasq Cmpsb Cmpsw Cmpsd Cmpsq")]
    [InlineData("Push Pop Pushf Pushfq Popf Popfq Enter Leave")]
    [InlineData("Lahf Sahf Clc Stc Cmc Cld Std Xlatb Nop Endbr64 Endbr32 Pause Reservednop")]
    [InlineData("Loop Loope Loopne Jecxz Jrcxz Jo Jno Jb Jae Je Jne Jbe Ja Js Jns Jp Jnp Jl Jge Jle Jg")]
    [InlineData("Seto Setno Setb Setae Sete Setne Setbe Seta Sets Setns Setp Setnp Setl Setge Setle Setg")]
    [InlineData("Cmovo Cmovno Cmovb Cmovae Cmove Cmovne Cmovbe Cmova Cmovs Cmovns Cmovp Cmovnp Cmovl Cmovge Cmovle Cmovg")]
    public void Instruction_AnyOperands_AgreesWithProcessor(string mnemonics)
    {
        HashSet<Mnemonic> wanted = [.. mnemonics.Split(' ').Select(Enum.Parse<Mnemonic>)];
        using GuestSide guest = new();
        Comparison comparison = new(guest);
        List<string> differences = [];
        int cases = 0;
        foreach (Code code in Enum.GetValues<Code>())
        {
            if (!wanted.Contains(code.Mnemonic()) || !IsCovered(code)) continue;
            if (Check(code, comparison, ref cases) is { } difference) differences.Add(difference);
        }
        Assert.True(differences.Count == 0, $"{differences.Count} codes differ:\n{string.Join('\n', differences)}");
        output.WriteLine($"{cases} cases");
        Assert.True(cases > 100, $"only {cases} cases ran");
    }

    private static bool IsCovered(Code code)
    {
        if (code.Encoding() is not (EncodingKind.Legacy or EncodingKind.VEX) || !code.ToOpCode().Mode64 || InstructionTable.Instance[code] is null) return false;
        // Not AMD's 16-bit near branches of 64-bit code, SSE2's namesakes of string instructions, system registers and segments, and
        // 0F 0D, which is #UD on some processors.
        for (int operand = 0; operand < code.ToOpCode().OpCount; operand++)
        {
            if (code.ToOpCode().GetOpKind(operand) is OpCodeOperandKind.br16_1 or OpCodeOperandKind.br16_2 or OpCodeOperandKind.xmm_reg
                or OpCodeOperandKind.xmm_or_mem or OpCodeOperandKind.seg_reg or OpCodeOperandKind.cr_reg or OpCodeOperandKind.dr_reg
                or OpCodeOperandKind.fs or OpCodeOperandKind.gs) return false;
        }
        return code is not (Code.Reservednop_rm16_r16_0F0D or Code.Reservednop_rm32_r32_0F0D or Code.Reservednop_rm64_r64_0F0D);
    }

    private static string? Check(Code code, Comparison comparison, ref int cases)
    {
        int seed = Seed + (int)code, made = 0;
        Random random = new(seed);
        CasePreparation preparation = new(random);
        for (int form = 0; form < FormsPerCode; form++)
        {
            InstructionForms forms = new(random) { NarrowAddress = random.Next(4) == 0 };
            if (forms.Make(code, comparison.NextAddress, memory: form % 2 == 1) is not { } instruction) continue;
            if (Encode(ref instruction, comparison.NextAddress) is not { } bytes) continue;
            (ulong Start, ulong End) place = comparison.Install(bytes);
            for (int number = 0; number < StatesPerForm; number++)
            {
                if (number % 8 == 0) preparation.FillMemory();
                if (preparation.For(instruction) is not { } state || !CasePreparation.StaysInside(instruction, state)) continue;
                made++;
                if (comparison.Run(place, state) is { } difference)
                    return $"{code} (seed {seed}, form {form}, state {number}): {instruction} [{Convert.ToHexString(bytes)}]:{difference}";
            }
        }
        cases += made;
        return made == 0 ? $"{code}: no form could be encoded" : null;
    }

    /// <summary>A branch leads over an instruction that shows whether it was executed.</summary>
    private static byte[]? Encode(ref Instruction instruction, ulong address)
    {
        ReadOnlySpan<byte> marker = [0x4d, 0x8d, 0x7f, 0x01];   // lea r15, [r15+1]
        bool isBranch = instruction.OpCount > 0 && instruction.Op0Kind == OpKind.NearBranch64;
        using MemoryStream bytes = new();
        Encoder encoder = Encoder.Create(64, new StreamCodeWriter(bytes));
        if (isBranch) instruction.NearBranch64 = address + 32;
        if (!encoder.TryEncode(instruction, address, out uint length, out _)) return null;
        if (!isBranch) return bytes.ToArray();
        bytes.SetLength(0);
        instruction.NearBranch64 = address + length + (ulong)marker.Length;
        if (!encoder.TryEncode(instruction, address, out _, out _)) return null;
        bytes.Write(marker);
        return bytes.ToArray();
    }
}
