using Iced.Intel;
using X64Emu.Cpu;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>What of an outcome the manuals leave open, or what depends on more than the processor.</summary>
/// <param name="Reason">Why, with the place in the manual.</param>
/// <param name="Mnemonics">For which instructions.</param>
/// <param name="Conceal">Makes host's and emulator's outcomes alike where the entry allows them to differ.</param>
internal sealed record UndefinedOutput(string Reason, Mnemonic[] Mnemonics, UndefinedOutput.Concealment Conceal)
{
    /// <summary>Changes <paramref name="emulated"/> to <paramref name="host"/>'s value where any value would do.</summary>
    public unsafe delegate void Concealment(in Instruction instruction, CaseInput* input, CaseOutcome* host, CaseOutcome* emulated);
}

/// <summary>The one table of outputs that need not agree; nothing else conceals a difference of an instruction.</summary>
internal static unsafe class UndefinedOutputs
{
    private const int Rax = 0, Rcx = 1, Rdx = 2;
    private const uint MxcsrMaskOffset = 28;

    public static IReadOnlyList<UndefinedOutput> All { get; } =
    [
        new("time (Intel SDM Vol. 2B, RDTSC)", [Mnemonic.Rdtsc, Mnemonic.Rdtscp], Registers(Rax, Rdx)),
        new("the operating system's processor number (Intel SDM Vol. 2B, RDTSCP)", [Mnemonic.Rdtscp], Registers(Rcx)),
        new("state components the host has enabled (Intel SDM Vol. 2D, XGETBV)", [Mnemonic.Xgetbv], Registers(Rax)),
        new("random (Intel SDM Vol. 2B, RDRAND, RDSEED)", [Mnemonic.Rdrand, Mnemonic.Rdseed], RandomNumber),
        new(
            "MXCSR_MASK: the host may support misaligned SSE operands, the emulator does not (AMD APM Vol. 1, 4.2.2)",
            [Mnemonic.Fxsave, Mnemonic.Fxsave64, Mnemonic.Xsave, Mnemonic.Xsave64, Mnemonic.Xsaveopt, Mnemonic.Xsaveopt64, Mnemonic.Xsavec, Mnemonic.Xsavec64],
            MxcsrMask),
    ];

    /// <summary>The entries for an instruction. On processors that the emulator does not take after, all flags the manuals leave undefined count.</summary>
    public static IEnumerable<UndefinedOutput> For(Instruction instruction) => All.Where(entry => entry.Mnemonics.Contains(instruction.Mnemonic));

    private static UndefinedOutput.Concealment Registers(params int[] numbers) => (in Instruction _, CaseInput* _, CaseOutcome* host, CaseOutcome* emulated) =>
    {
        foreach (int number in numbers) emulated->Registers[number] = host->Registers[number];
    };

    private static void RandomNumber(in Instruction instruction, CaseInput* input, CaseOutcome* host, CaseOutcome* emulated)
    {
        if (instruction.Op0Kind != OpKind.Register) return;
        int number = instruction.Op0Register.GetFullRegister() - Register.RAX;
        // What is above a 16-bit register must stay, what is above a 32-bit one must be zero.
        ulong free = instruction.Op0Register.GetSize() switch { 2 => ushort.MaxValue, 4 => uint.MaxValue, _ => ulong.MaxValue };
        emulated->Registers[number] = emulated->Registers[number] & ~free | host->Registers[number] & free;
    }

    private static void MxcsrMask(in Instruction instruction, CaseInput* input, CaseOutcome* host, CaseOutcome* emulated)
    {
        _ = instruction;
        for (int change = 0; change < Math.Min(host->ChangeCount, CaseOutcome.MaxChanges); change++)
        {
            ulong offset = host->Changes[2 * change];
            if (change >= emulated->ChangeCount || emulated->Changes[2 * change] != offset) return;
            if ((host->Changes[2 * change + 1] ^ emulated->Changes[2 * change + 1]) != 0x2_0000UL << 32) continue;
            emulated->Changes[2 * change + 1] = host->Changes[2 * change + 1];
            emulated->Hash = host->Hash;   // all changes are listed: no image is larger than the list
        }
    }
}
