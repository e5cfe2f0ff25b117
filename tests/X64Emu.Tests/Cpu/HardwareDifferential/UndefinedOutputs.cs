using System.Collections.Concurrent;
using Iced.Intel;
using X64Emu.Primitives;

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
    private const uint MisalignedOperands = 0x2_0000;
    private const int Rax = 0, Rcx = 1, Rdx = 2;

    public static IReadOnlyList<UndefinedOutput> All { get; } =
    [
        new("time (Intel SDM Vol. 2B, RDTSC)", [Mnemonic.Rdtsc, Mnemonic.Rdtscp], Registers(Rax, Rdx)),
        new("the operating system's processor number (Intel SDM Vol. 2B, RDTSCP)", [Mnemonic.Rdtscp], Registers(Rcx)),
        new("the same, where it is a descriptor's limit (Intel SDM Vol. 2A, LSL)", [Mnemonic.Lsl], ProcessorNumberLimit),
        new("the same (Intel SDM Vol. 2B, RDPID)", [Mnemonic.Rdpid], FirstOperand),
        new("state components the host has enabled (Intel SDM Vol. 2D, XGETBV)", [Mnemonic.Xgetbv], Registers(Rax)),
        new("random (Intel SDM Vol. 2B, RDRAND, RDSEED)", [Mnemonic.Rdrand, Mnemonic.Rdseed], FirstOperand),
        new(
            "MXCSR_MASK: the host may support misaligned SSE operands, the emulator does not (AMD APM Vol. 1, 4.2.2)",
            [Mnemonic.Fxsave, Mnemonic.Fxsave64, Mnemonic.Xsave, Mnemonic.Xsave64, Mnemonic.Xsaveopt, Mnemonic.Xsaveopt64, Mnemonic.Xsavec, Mnemonic.Xsavec64],
            MxcsrMask),
        new(
            "MXCSR bit 17: the same; loading it is #GP where it does not exist",
            [Mnemonic.Ldmxcsr, Mnemonic.Vldmxcsr, Mnemonic.Fxrstor, Mnemonic.Fxrstor64, Mnemonic.Xrstor, Mnemonic.Xrstor64],
            LoadedMxcsr),
        new(
            "functions with an error of less than one unit in the last place (AMD APM Vol. 1, 6.4.5.1; Intel SDM Vol. 1, 8.3.10)",
            [
                Mnemonic.F2xm1, Mnemonic.Fyl2x, Mnemonic.Fyl2xp1, Mnemonic.Fptan, Mnemonic.Fpatan, Mnemonic.Fsin, Mnemonic.Fcos, Mnemonic.Fsincos,
            ],
            Tolerances.LastPlace),
    ];

    /// <summary>The entries that have concealed a difference since the process started.</summary>
    public static ConcurrentDictionary<UndefinedOutput, bool> Used { get; } = [];

    /// <summary>Whether outcomes that differ agree in all that the manuals define.</summary>
    public static bool Conceal(in Instruction instruction, CaseInput* input, CaseOutcome* host, CaseOutcome* emulated)
    {
        CaseOutcome concealed = *emulated;
        foreach (UndefinedOutput entry in All)
        {
            if (!entry.Mnemonics.Contains(instruction.Mnemonic)) continue;
            entry.Conceal(instruction, input, host, &concealed);
            if (!OutcomeComparison.Agrees(host, &concealed)) continue;
            Used[entry] = true;
            return true;
        }
        return false;
    }

    private static UndefinedOutput.Concealment Registers(params int[] numbers) => (in Instruction _, CaseInput* _, CaseOutcome* host, CaseOutcome* emulated) =>
    {
        foreach (int number in numbers) emulated->Registers[number] = host->Registers[number];
    };

    private static void FirstOperand(in Instruction instruction, CaseInput* input, CaseOutcome* host, CaseOutcome* emulated)
    {
        if (instruction.Op0Kind != OpKind.Register) return;
        int number = instruction.Op0Register.GetFullRegister() - Register.RAX;
        // What is above a 16-bit register must stay, what is above a 32-bit one must be zero.
        ulong free = instruction.Op0Register.GetSize() switch { 2 => ushort.MaxValue, 4 => uint.MaxValue, _ => ulong.MaxValue };
        emulated->Registers[number] = emulated->Registers[number] & ~free | host->Registers[number] & free;
    }

    /// <summary>Linux tells the processor's number by a descriptor whose limit is 0 in <see cref="EmulatedDescriptors"/>.</summary>
    private static void ProcessorNumberLimit(in Instruction instruction, CaseInput* input, CaseOutcome* host, CaseOutcome* emulated)
    {
        int number = instruction.Op0Register.GetFullRegister() - Register.RAX;
        if ((ushort)emulated->Registers[number] == 0) FirstOperand(instruction, input, host, emulated);
    }

    private static void LoadedMxcsr(in Instruction instruction, CaseInput* input, CaseOutcome* host, CaseOutcome* emulated)
    {
        _ = instruction;
        _ = input;
        if ((*(uint*)(host->Xsave + XsaveLayout.Mxcsr) & MisalignedOperands) != 0 && emulated->Vector == (uint)ExceptionVector.GeneralProtection) *emulated = *host;
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
