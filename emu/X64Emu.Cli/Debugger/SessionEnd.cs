using X64Emu.Debugging.Running;

namespace X64Emu.Cli.Debugger;

/// <summary>What the tool returns when a session ends.</summary>
internal static class SessionEnd
{
    /// <summary>The program's exit status if it has ended, 3 if the guest crashed, else 0.</summary>
    public static int ExitStatus(StopEvent stop) => stop.Reason switch
    {
        StopEventReason.Exited => stop.ExitStatus ?? Cli.ExitStatus.Success,
        StopEventReason.Panicked or StopEventReason.Reset or StopEventReason.TripleFault or StopEventReason.Halted => Cli.ExitStatus.GuestPanic,
        _ => Cli.ExitStatus.Success,
    };
}
