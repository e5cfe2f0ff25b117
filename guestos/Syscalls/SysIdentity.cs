using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>Calls that only tell who is asking: process, thread, group and session numbers. <see cref="SysUser"/> has users.</summary>
internal static unsafe class SysIdentity
{
    public static long GetPid(TrapFrame* frame) => Scheduler.Current.Process.Pid;

    public static long GetThreadId(TrapFrame* frame) => Scheduler.Current.Id;

    public static long GetParentPid(TrapFrame* frame) => Scheduler.Current.Process.Parent.Pid;

    public static long GetOwnGroup(TrapFrame* frame) => Scheduler.Current.Process.GroupId;

    public static long GetGroup(TrapFrame* frame)
    {
        Process process = FindOrOwn((int)frame->Argument0);
        return process == null ? -Errno.NoProcess : process.GroupId;
    }

    public static long GetSession(TrapFrame* frame)
    {
        Process process = FindOrOwn((int)frame->Argument0);
        return process == null ? -Errno.NoProcess : process.SessionId;
    }

    private static Process FindOrOwn(int pid) => pid == 0 ? Scheduler.Current.Process : ProcessTable.Find(pid);
}
