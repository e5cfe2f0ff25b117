namespace X64Emu.Cpu;

/// <summary>RFLAGS as instructions see it that save or load all of it.</summary>
internal static unsafe class FlagsRegister
{
    /// <summary>The value, arithmetic and system flags together.</summary>
    public static ulong Read(CpuState* c) => LazyFlags.All(c) | c->SystemFlags;

    /// <summary>The flags that POPF and IRET may change at the present privilege level, for an operand size
    /// (Intel SDM Vol. 2B, POPF, table 4-19); RF is IRET's alone.</summary>
    public static ulong ChangeableMask(CpuState* c, int operandBytes)
    {
        ulong mask = LazyFlags.Arithmetic | RFlags.Trap | RFlags.Direction | RFlags.NestedTask;
        if (operandBytes > 2) mask |= RFlags.AlignmentCheck | RFlags.Identification;
        if (c->Cpl == 0) mask |= RFlags.IoPrivilege;
        if (c->Cpl <= IoPrivilegeLevel(c)) mask |= RFlags.Interrupt;
        return mask;
    }

    /// <summary>IOPL.</summary>
    public static int IoPrivilegeLevel(CpuState* c) => (int)(c->SystemFlags >> 12) & 3;

    /// <summary>Replaces the flags in <paramref name="mask"/>.</summary>
    public static void Write(CpuState* c, ulong value, ulong mask)
    {
        LazyFlags.Update(c, mask, value);
        c->SystemFlags = (c->SystemFlags & ~mask | value & mask) & ~LazyFlags.Arithmetic | RFlags.Fixed;
        Processor.Of(c).PrivilegeChanged();
    }
}
