namespace X64Emu.Cpu;

/// <summary>Base and limit of the GDT or IDT.</summary>
/// <param name="Base">Linear address of the table.</param>
/// <param name="Limit">Its last byte's offset.</param>
public readonly record struct DescriptorTable(ulong Base, ushort Limit);

/// <summary>A segment register: the visible selector and the cached descriptor (Intel SDM Vol. 3A, 3.4.3).</summary>
/// <param name="Selector">What the guest loaded.</param>
/// <param name="Base">Linear base address.</param>
/// <param name="Limit">Last valid offset in bytes, granularity applied.</param>
/// <param name="Attributes">Descriptor bits 40..55: type, S, DPL, P, then AVL, L, D/B, G in bits 12..15.</param>
public readonly record struct SegmentRegister(ushort Selector, ulong Base, uint Limit, ushort Attributes)
{
    /// <summary>The four type bits.</summary>
    public int Type => Attributes & 0xf;

    /// <summary>Descriptor privilege level, 0..3.</summary>
    public int Dpl => Attributes >> 5 & 3;

    /// <summary>P; false in a register that was loaded with a null selector.</summary>
    public bool IsPresent => (Attributes & 0x80) != 0;

    /// <summary>L: 64-bit code.</summary>
    public bool IsLong => (Attributes & 0x2000) != 0;

    /// <summary>D/B: 32-bit code or stack.</summary>
    public bool IsDefault32 => (Attributes & 0x4000) != 0;
}

/// <summary>The six segment registers in encoding order.</summary>
public enum SegmentName
{
    /// <summary>ES.</summary>
    Es,

    /// <summary>CS.</summary>
    Cs,

    /// <summary>SS.</summary>
    Ss,

    /// <summary>DS.</summary>
    Ds,

    /// <summary>FS.</summary>
    Fs,

    /// <summary>GS.</summary>
    Gs,
}

/// <summary>Registers that only system code touches. What handlers need of them is mirrored in <see cref="CpuState"/>.</summary>
internal sealed class SystemRegisters
{
    public const ulong Cr0ProtectionEnable = 1, Cr0MonitorCoprocessor = 2, Cr0Emulation = 4, Cr0TaskSwitched = 8, Cr0ExtensionType = 0x10;
    public const ulong Cr0NumericError = 0x20, Cr0WriteProtect = 0x1_0000, Cr0AlignmentMask = 0x4_0000, Cr0Paging = 1UL << 31;

    public const ulong Cr4TimeStampDisable = 4, Cr4DebuggingExtensions = 8, Cr4PageSize = 0x10, Cr4PhysicalAddressExtension = 0x20;
    public const ulong Cr4GlobalPages = 0x80, Cr4PerformanceCounters = 0x100, Cr4OsFxsr = 0x200, Cr4OsXmmExceptions = 0x400, Cr4Umip = 0x800;
    public const ulong Cr4FsGsBase = 0x1_0000, Cr4ProcessContexts = 0x2_0000, Cr4OsXsave = 0x4_0000, Cr4Smep = 0x10_0000, Cr4Smap = 0x20_0000;

    public const ulong EferSystemCall = 1, EferLongModeEnable = 0x100, EferLongModeActive = 0x400, EferNoExecute = 0x800;

    public ulong Cr2 { get; set; }

    /// <summary>The task priority, CR8, 0..15.</summary>
    public ulong Cr8 { get; set; }

    public ulong Efer { get; set; }

    /// <summary>XCR0; see <see cref="ExtendedControl"/>.</summary>
    public ulong Xcr0 { get; set; } = ExtendedControl.X87;

    public ulong Star { get; set; }

    public ulong LStar { get; set; }

    public ulong CStar { get; set; }

    /// <summary>IA32_FMASK: RFLAGS bits that SYSCALL clears.</summary>
    public ulong FMask { get; set; }

    public ulong KernelGsBase { get; set; }

    public ulong TscAux { get; set; }

    /// <summary>What WRMSR to the time-stamp counter left: added to virtual time.</summary>
    public ulong TscOffset { get; set; }

    public ulong ApicBase { get; set; } = 0xfee0_0900;

    public ulong Pat { get; set; } = 0x0007_0406_0007_0406;

    public ulong SysenterCs { get; set; }

    public ulong SysenterEsp { get; set; }

    public ulong SysenterEip { get; set; }

    public DescriptorTable Gdtr { get; set; }

    public DescriptorTable Idtr { get; set; }

    public SegmentRegister Ldtr { get; set; }

    public SegmentRegister TaskRegister { get; set; }

    public SegmentRegister[] Segments { get; } = new SegmentRegister[6];

    /// <summary>DR0..DR3, DR6 and DR7; DR4 and DR5 are aliases of the last two.</summary>
    public ulong[] Debug { get; } = [0, 0, 0, 0, 0, 0, 0xffff_0ff0, 0x400];

    /// <summary>True in 64-bit and compatibility mode: EFER.LMA.</summary>
    public bool IsLongModeActive => (Efer & EferLongModeActive) != 0;
}
