namespace X64Emu.Cpu.Floating;

/// <summary>Which state an instruction uses, and so which control bits can deny it.</summary>
internal enum ExecutionUnit
{
    /// <summary>General registers: nothing denies it.</summary>
    Integer,

    /// <summary>The x87 registers.</summary>
    X87,

    /// <summary>FWAIT, which heeds CR0.MP.</summary>
    Wait,

    /// <summary>The x87 registers as MMX registers.</summary>
    Mmx,

    /// <summary>XMM registers and MXCSR.</summary>
    Sse,

    /// <summary>YMM registers and MXCSR: vector instructions with a VEX prefix. CR0.EM and CR4.OSFXSR do not count for them.</summary>
    Avx,

    /// <summary>FXSAVE and FXRSTOR, which work before the system has announced SSE support.</summary>
    FxState,

    /// <summary>XSAVE, XRSTOR and their kin, which the system must have announced with CR4.OSXSAVE.</summary>
    ExtendedState,
}

/// <summary>The control bits that deny floating-point and vector instructions. Blocks are decoded for one combination of them, so that handlers need not ask.</summary>
[Flags]
internal enum FloatingModes : byte
{
    None = 0,

    /// <summary>CR0.EM.</summary>
    Emulation = 1,

    /// <summary>CR0.TS.</summary>
    TaskSwitched = 2,

    /// <summary>CR0.MP.</summary>
    MonitorCoprocessor = 4,

    /// <summary>CR4.OSFXSR.</summary>
    SystemSavesSse = 8,

    /// <summary>CR4.OSXSAVE.</summary>
    SystemUsesXsave = 16,

    /// <summary>CR4.OSXSAVE with the SSE and AVX bits of XCR0.</summary>
    SystemSavesAvx = 32,
}

/// <summary>What an instruction meets when its state is not available (Intel SDM Vol. 3A, tables 2-2 and 13-1; Vol. 2A, 2.4).</summary>
internal enum Denial
{
    None,

    /// <summary>#UD.</summary>
    InvalidOpcode,

    /// <summary>#NM.</summary>
    DeviceNotAvailable,
}

internal static class FloatingAvailability
{
    /// <summary>The bits of CR0, CR4 and XCR0 that count.</summary>
    public static FloatingModes ModesOf(ulong cr0, ulong cr4, ulong xcr0) =>
        ((cr0 & SystemRegisters.Cr0Emulation) != 0 ? FloatingModes.Emulation : 0)
        | ((cr0 & SystemRegisters.Cr0TaskSwitched) != 0 ? FloatingModes.TaskSwitched : 0)
        | ((cr0 & SystemRegisters.Cr0MonitorCoprocessor) != 0 ? FloatingModes.MonitorCoprocessor : 0)
        | ((cr4 & SystemRegisters.Cr4OsFxsr) != 0 ? FloatingModes.SystemSavesSse : 0)
        | ((cr4 & SystemRegisters.Cr4OsXsave) != 0 ? FloatingModes.SystemUsesXsave | AvxModeOf(xcr0) : 0);

    private static FloatingModes AvxModeOf(ulong xcr0) =>
        (xcr0 & ExtendedControl.SseAndAvx) == ExtendedControl.SseAndAvx ? FloatingModes.SystemSavesAvx : 0;

    /// <summary>Whether <paramref name="unit"/> may be used.</summary>
    public static Denial Check(ExecutionUnit unit, FloatingModes modes)
    {
        bool emulation = (modes & FloatingModes.Emulation) != 0, switched = (modes & FloatingModes.TaskSwitched) != 0;
        return unit switch
        {
            ExecutionUnit.Integer => Denial.None,
            ExecutionUnit.X87 or ExecutionUnit.FxState => emulation || switched ? Denial.DeviceNotAvailable : Denial.None,
            ExecutionUnit.Wait => switched && (modes & FloatingModes.MonitorCoprocessor) != 0 ? Denial.DeviceNotAvailable : Denial.None,
            ExecutionUnit.Avx when (modes & FloatingModes.SystemSavesAvx) == 0 => Denial.InvalidOpcode,
            ExecutionUnit.ExtendedState when (modes & FloatingModes.SystemUsesXsave) == 0 => Denial.InvalidOpcode,
            ExecutionUnit.Avx or ExecutionUnit.ExtendedState => switched ? Denial.DeviceNotAvailable : Denial.None,
            _ when emulation => Denial.InvalidOpcode,
            ExecutionUnit.Sse when (modes & FloatingModes.SystemSavesSse) == 0 => Denial.InvalidOpcode,
            _ => switched ? Denial.DeviceNotAvailable : Denial.None,
        };
    }
}
