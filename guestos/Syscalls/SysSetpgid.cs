using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>setpgid(2).</summary>
internal static unsafe class SysSetpgid
{
    public static long Call(TrapFrame* frame)
    {
        int pid = (int)frame->Argument0, group = (int)frame->Argument1;
        if (group < 0) return -Errno.Invalid;
        Process caller = Scheduler.Current.Process;
        Process process = pid == 0 ? caller : ProcessTable.Find(pid);
        if (process == null || process != caller && process.Parent != caller) return -Errno.NoProcess;
        if (process != caller && process.HasExecuted) return -Errno.Access;
        if (process.SessionId == process.Pid || process.SessionId != caller.SessionId) return -Errno.NotPermitted;
        if (group == 0) group = process.Pid;
        if (group != process.Pid && !IsGroupInSession(group, caller.SessionId)) return -Errno.NotPermitted;
        ProcessTable.Regroup(process, group, process.SessionId);
        return 0;
    }

    private static bool IsGroupInSession(int group, int session)
    {
        for (Process process = ProcessTable.FirstInGroup(group); process != null; process = ProcessTable.NextInGroup(process))
            if (process.SessionId == session) return true;
        return false;
    }
}
