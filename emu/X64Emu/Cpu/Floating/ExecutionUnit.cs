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

    /// <summary>FXSAVE and FXRSTOR, which work before the system has announced SSE support.</summary>
    FxState,
}

/// <summary>The control bits that deny floating-point instructions. Blocks are decoded for one combination of them, so that handlers need not ask.</summary>
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
}

/// <summary>What an instruction meets when its state is not available (Intel SDM Vol. 3A, tables 2-2 and 13-1).</summary>
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
    /// <summary>The bits of CR0 and CR4 that count.</summary>
    public static FloatingModes ModesOf(ulong cr0, ulong cr4) =>
        ((cr0 & SystemRegisters.Cr0Emulation) != 0 ? FloatingModes.Emulation : 0)
        | ((cr0 & SystemRegisters.Cr0TaskSwitched) != 0 ? FloatingModes.TaskSwitched : 0)
        | ((cr0 & SystemRegisters.Cr0MonitorCoprocessor) != 0 ? FloatingModes.MonitorCoprocessor : 0)
        | ((cr4 & SystemRegisters.Cr4OsFxsr) != 0 ? FloatingModes.SystemSavesSse : 0);

    /// <summary>Whether <paramref name="unit"/> may be used.</summary>
    public static Denial Check(ExecutionUnit unit, FloatingModes modes)
    {
        bool emulation = (modes & FloatingModes.Emulation) != 0, switched = (modes & FloatingModes.TaskSwitched) != 0;
        return unit switch
        {
            ExecutionUnit.Integer => Denial.None,
            ExecutionUnit.X87 or ExecutionUnit.FxState => emulation || switched ? Denial.DeviceNotAvailable : Denial.None,
            ExecutionUnit.Wait => switched && (modes & FloatingModes.MonitorCoprocessor) != 0 ? Denial.DeviceNotAvailable : Denial.None,
            _ when emulation => Denial.InvalidOpcode,
            ExecutionUnit.Sse when (modes & FloatingModes.SystemSavesSse) == 0 => Denial.InvalidOpcode,
            _ => switched ? Denial.DeviceNotAvailable : Denial.None,
        };
    }
}
