using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>setsid(2).</summary>
internal static unsafe class SysSetsid
{
    public static long Call(TrapFrame* frame)
    {
        Process caller = Scheduler.Current.Process;
        for (Process process = ProcessTable.First; process != null; process = process.Next)
            if (process.GroupId == caller.Pid) return -Errno.NotPermitted;
        ProcessTable.Regroup(caller, caller.Pid, caller.Pid);
        return caller.Pid;
    }
}
