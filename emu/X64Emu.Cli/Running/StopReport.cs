namespace X64Emu.Cli.Running;

/// <summary>What the end of a run means to the user.</summary>
internal static class StopReport
{
    /// <summary>The tool's exit status.</summary>
    /// <param name="stop">How the machine stopped.</param>
    /// <param name="requestedStatus">The status for a stop that the host asked for.</param>
    public static int ExitStatus(PcStop stop, int requestedStatus) => stop.Reason switch
    {
        PcStopReason.DebugExit => stop.IsPanic ? Cli.ExitStatus.GuestPanic : stop.ExitStatus,
        PcStopReason.Reset or PcStopReason.TripleFault or PcStopReason.HaltedForever => Cli.ExitStatus.GuestPanic,
        PcStopReason.Requested => requestedStatus,
        _ => Cli.ExitStatus.EmulatorLimit,
    };

    /// <summary>A line about an end that was not the program's own; null when there is nothing to say.</summary>
    /// <param name="stop">How the machine stopped.</param>
    /// <param name="machine">The machine, for where it was.</param>
    public static string? Message(PcStop stop, PcMachine machine) => stop.Reason switch
    {
        PcStopReason.DebugExit when stop.IsPanic => "the guest kernel panicked; its own report stands above",
        PcStopReason.Reset => "the guest reset the machine",
        PcStopReason.TripleFault => "the guest crashed the machine (triple fault)",
        PcStopReason.HaltedForever => $"the guest halted for good at rip {machine.Processor.Registers.Rip}: nothing can interrupt it",
        PcStopReason.InstructionLimit => $"stopped after {machine.Processor.Counters.Instructions} instructions (--timeout-instructions)",
        PcStopReason.Paused => $"the processor stopped at rip {machine.Processor.Registers.Rip}",
        _ => null,
    };
}
