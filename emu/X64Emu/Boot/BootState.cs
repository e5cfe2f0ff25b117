namespace X64Emu.Boot;

/// <summary>The registers a boot protocol demands at the kernel's first instruction: 32-bit protected mode, paging and interrupts off.</summary>
/// <remarks>CS is a flat 32-bit code segment (selector 8), the data segments are flat (selector 0x10), the task register holds a 32-bit TSS at 0,
/// CR4 and EFER are 0.</remarks>
/// <param name="InstructionPointer">EIP, a physical address.</param>
/// <param name="Eax">EAX.</param>
/// <param name="Ebx">EBX: the physical address of the boot information.</param>
public readonly record struct BootState(uint InstructionPointer, uint Eax, uint Ebx)
{
    /// <summary>CR0: protection enabled, extension type set.</summary>
    public const uint ControlRegister0 = 0x11;

    /// <summary>EFLAGS: the always-set bit and PF, as QEMU enters.</summary>
    public const uint Eflags = 0x6;

    /// <summary>CS.</summary>
    public const ushort CodeSelector = 0x8;

    /// <summary>DS, ES, FS, GS and SS.</summary>
    public const ushort DataSelector = 0x10;
}
