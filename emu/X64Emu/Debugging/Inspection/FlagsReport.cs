namespace X64Emu.Debugging.Inspection;

/// <summary>RFLAGS bit by bit (Intel SDM Vol. 1, 3.4.3; Vol. 3A, 2.3).</summary>
public static class FlagsReport
{
    private static readonly NamedBit[] s_bits =
    [
        new(0, "CF", "carry: an unsigned result did not fit"),
        new(2, "PF", "parity: the low byte has an even number of ones"),
        new(4, "AF", "adjust: a carry out of the low four bits"),
        new(6, "ZF", "zero: the result is zero"),
        new(7, "SF", "sign: the result is negative"),
        new(8, "TF", "trap: #DB after each instruction"),
        new(9, "IF", "interrupts may be taken"),
        new(10, "DF", "direction: string instructions go downward"),
        new(11, "OF", "overflow: a signed result did not fit"),
        new(12, "IOPL", "the least privileged ring that may use I/O instructions", 2),
        new(14, "NT", "nested task"),
        new(16, "RF", "resume: no instruction breakpoint at the next instruction"),
        new(17, "VM", "virtual-8086 mode"),
        new(18, "AC", "alignment check in ring 3; in ring 0 with CR4.SMAP, access to user pages"),
        new(19, "VIF", "virtual interrupt flag"),
        new(20, "VIP", "virtual interrupt pending"),
        new(21, "ID", "CPUID exists when this bit can be changed"),
    ];

    /// <summary>The value with the names of the flags that are set, on one line.</summary>
    public static string Summary(ulong flags) => $"0x{flags:x8}  {NamedBit.Set(flags, s_bits)}";

    /// <summary>The value, then one line for each flag.</summary>
    public static IReadOnlyList<string> Lines(ulong flags) => [$"rflags  {Summary(flags)}", .. NamedBit.Describe(flags, s_bits)];
}
