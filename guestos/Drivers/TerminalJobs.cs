using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Drivers;

/// <summary>Job control: background processes that touch their controlling terminal are stopped (POSIX, general terminal interface 11.1.4).</summary>
internal static class TerminalJobs
{
    /// <summary>0 when the running process may read; else SIGTTIN was sent and the call restarts, or -EIO.</summary>
    public static int CheckRead(Terminal terminal) => Check(terminal, SignalNumber.TerminalInput);

    /// <summary>0 when the running process may write; TOSTOP makes background writers stop.</summary>
    public static int CheckWrite(Terminal terminal) =>
        (terminal.Settings.LocalFlags & Termios.StopBackgroundOutput) == 0 ? 0 : Check(terminal, SignalNumber.TerminalOutput);

    /// <summary>As for a write with TOSTOP: changing settings from the background.</summary>
    public static int CheckChange(Terminal terminal) => Check(terminal, SignalNumber.TerminalOutput);

    private static int Check(Terminal terminal, int signal)
    {
        Process process = Scheduler.Current.Process;
        if (terminal.SessionId == 0 || process.SessionId != terminal.SessionId || process.GroupId == terminal.ForegroundGroup) return 0;
        bool isRefused = (Scheduler.Current.BlockedSignals & SignalNumber.Bit(signal)) != 0 || process.Signals.Action(signal).Handler == SignalAction.Ignore;
        if (isRefused) return signal == SignalNumber.TerminalInput ? -Errno.InputOutput : 0;
        Signal.SendToGroup(process.GroupId, SignalInfo.FromKernel(signal));
        return -Errno.RestartCall;
    }
}
