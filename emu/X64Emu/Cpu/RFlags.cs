namespace X64Emu.Cpu;

/// <summary>The bits of RFLAGS outside the six arithmetic ones (Intel SDM Vol. 1, 3.4.3; Vol. 3A, 2.3).</summary>
internal static class RFlags
{
    public const ulong Fixed = 2, Trap = 0x100, Interrupt = 0x200, Direction = 0x400, IoPrivilege = 0x3000, NestedTask = 0x4000;
    public const ulong Resume = 0x1_0000, Virtual8086 = 0x2_0000, AlignmentCheck = 0x4_0000, VirtualInterrupt = 0x8_0000;
    public const ulong VirtualInterruptPending = 0x10_0000, Identification = 0x20_0000;

    /// <summary>Everything that exists.</summary>
    public const ulong All = LazyFlags.Arithmetic | Fixed | Trap | Interrupt | Direction | IoPrivilege | NestedTask | Resume | Virtual8086
        | AlignmentCheck | VirtualInterrupt | VirtualInterruptPending | Identification;
}
