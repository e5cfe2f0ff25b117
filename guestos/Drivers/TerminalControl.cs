using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Drivers;

/// <summary>A terminal's ioctls (ioctl_tty(2)).</summary>
internal static class TerminalControl
{
    private const uint GetSettings = 0x5401;
    private const uint SetSettings = 0x5402;
    private const uint SetSettingsFlush = 0x5404;
    private const uint SendBreak = 0x5409;
    private const uint Flow = 0x540a;
    private const uint Flush = 0x540b;
    private const uint SetControlling = 0x540e;
    private const uint GetGroup = 0x540f;
    private const uint SetGroup = 0x5410;
    private const uint OutputQueued = 0x5411;
    private const uint GetWindowSize = 0x5413;
    private const uint SetWindowSize = 0x5414;
    private const uint InputQueued = 0x541b;
    private const uint GiveUpControlling = 0x5422;
    private const uint GetSession = 0x5429;
    private const ulong FlushOutputOnly = 1;

    public static long Ioctl(Terminal terminal, uint request, ulong argument)
    {
        switch (request)
        {
            case GetSettings: return UserMemory.Write(argument, terminal.Settings) ? 0 : -Errno.Fault;
            case >= SetSettings and <= SetSettingsFlush: return Configure(terminal, request, argument);
            case SendBreak or SendBreak + 0x1c or Flow: return 0;
            case Flush:
                if (argument > 2) return -Errno.Invalid;
                if (argument != FlushOutputOnly) terminal.FlushInput();
                return 0;
            case SetControlling: return TakeControl(terminal);
            case GiveUpControlling: return GiveUp(terminal);
            case GetGroup: return IsControlling(terminal) ? Store(argument, terminal.ForegroundGroup) : -Errno.NotTerminal;
            case SetGroup: return SetForeground(terminal, argument);
            case GetSession: return IsControlling(terminal) ? Store(argument, terminal.SessionId) : -Errno.NotTerminal;
            case OutputQueued: return Store(argument, 0);
            case InputQueued: return Store(argument, (int)terminal.Available);
            case GetWindowSize: return UserMemory.Write(argument, terminal.Size) ? 0 : -Errno.Fault;
            case SetWindowSize: return Resize(terminal, argument);
            default: return -Errno.NotTerminal;
        }
    }

    private static long Store(ulong address, int value) => UserMemory.Write(address, value) ? 0 : -Errno.Fault;

    private static bool IsControlling(Terminal terminal) => terminal.SessionId != 0 && Scheduler.Current.Process.SessionId == terminal.SessionId;

    private static long Configure(Terminal terminal, uint request, ulong argument)
    {
        int error = TerminalJobs.CheckChange(terminal);
        if (error != 0) return error;
        if (!UserMemory.Read(argument, out Termios settings)) return -Errno.Fault;
        if (request == SetSettingsFlush) terminal.FlushInput();
        terminal.Configure(settings);
        // What is a line to read in one mode may not be one in the other.
        SerialInput.Arrived.WakeAll();
        return 0;
    }

    private static long TakeControl(Terminal terminal)
    {
        Process process = Scheduler.Current.Process;
        if (terminal.SessionId == process.SessionId) return 0;
        if (process.Pid != process.SessionId || terminal.SessionId != 0) return -Errno.NotPermitted;
        terminal.SessionId = process.SessionId;
        terminal.ForegroundGroup = process.GroupId;
        return 0;
    }

    private static long GiveUp(Terminal terminal)
    {
        if (!IsControlling(terminal)) return -Errno.NotTerminal;
        if (Scheduler.Current.Process.Pid != terminal.SessionId) return 0;
        TerminalJobs.SessionEnded(terminal.SessionId);
        return 0;
    }

    private static long SetForeground(Terminal terminal, ulong argument)
    {
        if (!IsControlling(terminal)) return -Errno.NotTerminal;
        int error = TerminalJobs.CheckChange(terminal);
        if (error != 0) return error;
        if (!UserMemory.Read(argument, out int group)) return -Errno.Fault;
        if (group <= 0) return -Errno.Invalid;
        Process member = ProcessTable.FirstInGroup(group);
        if (member == null) return -Errno.NoProcess;
        if (member.SessionId != terminal.SessionId) return -Errno.NotPermitted;
        terminal.ForegroundGroup = group;
        return 0;
    }

    private static long Resize(Terminal terminal, ulong argument)
    {
        if (!UserMemory.Read(argument, out WindowSize size)) return -Errno.Fault;
        bool isChanged = size.Rows != terminal.Size.Rows || size.Columns != terminal.Size.Columns;
        terminal.Size = size;
        if (isChanged && terminal.ForegroundGroup != 0) Signal.SendToGroup(terminal.ForegroundGroup, SignalInfo.FromKernel(SignalNumber.WindowChange));
        return 0;
    }
}
