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
        if (JobControl.IsOrphaned(process.GroupId, null)) return -Errno.InputOutput;
        Signal.SendToGroup(process.GroupId, SignalInfo.FromKernel(signal));
        return -Errno.RestartCall;
    }

    /// <summary>A session's leader ends: who is in the foreground learns that nobody will type any more, and the terminal is free.</summary>
    public static void SessionEnded(int sessionId)
    {
        Terminal terminal = DeviceInode.Terminal;
        if (terminal == null || terminal.SessionId != sessionId) return;
        int group = terminal.ForegroundGroup;
        terminal.SessionId = 0;
        terminal.ForegroundGroup = 0;
        Signal.SendToGroup(group, SignalInfo.FromKernel(SignalNumber.HangUp));
        Signal.SendToGroup(group, SignalInfo.FromKernel(SignalNumber.Continue));
    }
}
