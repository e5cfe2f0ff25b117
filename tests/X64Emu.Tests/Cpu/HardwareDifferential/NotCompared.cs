using Iced.Intel;

namespace X64Emu.Tests.Cpu.HardwareDifferential;

/// <summary>The instructions that are not run on the host's processor, and why.</summary>
internal static class NotCompared
{
    private static readonly (string Reason, Mnemonic[] Mnemonics)[] Entries =
    [
        ("enters the host's kernel", [Mnemonic.Syscall, Mnemonic.Sysenter, Mnemonic.Int]),
        ("ends every case, or is taken for that", [Mnemonic.Int3, Mnemonic.Int1]),
        ("decoded as NOP, which it is", [Mnemonic.Pause]),
        ("ends in whatever code the host's kernel describes", [Mnemonic.Iret, Mnemonic.Iretd, Mnemonic.Iretq, Mnemonic.Retf]),
        ("says what the processor is", [Mnemonic.Cpuid]),
        ("privileged where CR4.UMIP is set: the host's kernel then answers in its place",
            [Mnemonic.Sgdt, Mnemonic.Sidt, Mnemonic.Sldt, Mnemonic.Smsw, Mnemonic.Str]),
    ];

    /// <summary>Why a code is not compared; null when it is.</summary>
    public static string? ReasonFor(Code code)
    {
        Mnemonic mnemonic = code.Mnemonic();
        foreach ((string reason, Mnemonic[] mnemonics) in Entries)
        {
            if (mnemonics.Contains(mnemonic)) return reason;
        }
        OpCodeInfo info = code.ToOpCode();
        if (mnemonic is Mnemonic.Jmp or Mnemonic.Call && info.OpCount == 1 && info.MemorySize is MemorySize.SegPtr16 or MemorySize.SegPtr32 or MemorySize.SegPtr64)
            return "goes wherever the host kernel's descriptors lead";
        return null;
    }
}
