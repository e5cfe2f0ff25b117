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
        if (ProcessTable.FirstInGroup(caller.Pid) != null) return -Errno.NotPermitted;
        ProcessTable.Regroup(caller, caller.Pid, caller.Pid);
        return caller.Pid;
    }
}
