using GuestOs.Drivers;

namespace GuestOs.Proc;

/// <summary>
/// Orphaned process groups: those in whose session no parent of a member is outside the group, so that nobody could continue what is stopped
/// (POSIX, 3.264 and _exit).
/// </summary>
internal static class JobControl
{
    /// <summary>True when a group is orphaned, <paramref name="leaving"/> (may be null) not counted.</summary>
    public static bool IsOrphaned(int groupId, Process leaving)
    {
        for (Process process = ProcessTable.FirstInGroup(groupId); process != null; process = ProcessTable.NextInGroup(process))
        {
            if (process == leaving || process.IsZombie || process.Parent == null || process.Parent == InitProcess.Process) continue;
            if (process.Parent.GroupId != groupId && process.Parent.SessionId == process.SessionId) return false;
        }
        return true;
    }

    /// <summary>A process ends: its session's terminal is given up if it led the session, and its own group may become orphaned.</summary>
    public static void Leave(Process process)
    {
        if (process.Pid == process.SessionId) TerminalJobs.SessionEnded(process.SessionId);
        HangUpIfOrphaned(process, process.Parent, process);
    }

    /// <summary>A child's parent ended, and init has taken the child: its group may have become orphaned.</summary>
    public static void ParentLeft(Process child, Process parent) => HangUpIfOrphaned(child, parent, null);

    private static void HangUpIfOrphaned(Process process, Process parent, Process leaving)
    {
        if (parent == null || parent.GroupId == process.GroupId || parent.SessionId != process.SessionId) return;
        if (!HasStopped(process.GroupId) || !IsOrphaned(process.GroupId, leaving)) return;
        Signal.SendToGroup(process.GroupId, SignalInfo.FromKernel(SignalNumber.HangUp));
        Signal.SendToGroup(process.GroupId, SignalInfo.FromKernel(SignalNumber.Continue));
    }

    private static bool HasStopped(int groupId)
    {
        for (Process process = ProcessTable.FirstInGroup(groupId); process != null; process = ProcessTable.NextInGroup(process))
            if (process.IsStopped) return true;
        return false;
    }
}
