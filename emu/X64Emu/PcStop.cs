namespace X64Emu;

/// <summary>Why a PC stopped.</summary>
public enum PcStopReason
{
    /// <summary>The guest wrote to the debug exit port: its orderly end.</summary>
    DebugExit,

    /// <summary>The guest pulled the reset line.</summary>
    Reset,

    /// <summary>A fault while delivering a double fault; a real machine would reset.</summary>
    TripleFault,

    /// <summary>The guest halted, and nothing can wake it: no timer is set and no input can come.</summary>
    HaltedForever,

    /// <summary>The instruction limit was reached.</summary>
    InstructionLimit,

    /// <summary>The host asked for the stop.</summary>
    Requested,

    /// <summary>A hook, a breakpoint or a watchpoint stopped the processor; it can go on.</summary>
    Paused,
}

/// <summary>How a run of a PC ended.</summary>
/// <param name="Reason">Why.</param>
/// <param name="ExitValue">The value written to the debug exit port; 0 for other reasons.</param>
public readonly record struct PcStop(PcStopReason Reason, uint ExitValue)
{
    private const uint PanicBit = 0x100;

    /// <summary>True when the guest kernel ended because of an error of its own, which it has described on its console.</summary>
    public bool IsPanic => Reason == PcStopReason.DebugExit && (ExitValue & PanicBit) != 0;

    /// <summary>The exit status of the guest's program: 0..255, 128 + N when signal N ended it.</summary>
    public int ExitStatus => (int)(ExitValue & 0xff);
}
