using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>Calls that only tell who is asking: process, group, session and user numbers. Everybody is root.</summary>
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

    public static long GetUser(TrapFrame* frame) => 0;

    /// <summary>setuid, setgid: only to root, who everybody is.</summary>
    public static long SetUser(TrapFrame* frame) => (uint)frame->Argument0 == 0 ? 0 : -Errno.NotPermitted;

    /// <summary>setreuid, setregid, setresuid, setresgid: the same with two or three numbers, -1 for "as it is".</summary>
    public static long SetUserPair(TrapFrame* frame) => (int)frame->Argument0 <= 0 && (int)frame->Argument1 <= 0 ? 0 : -Errno.NotPermitted;

    public static long GetThreeUsers(TrapFrame* frame) =>
        UserMemory.Write(frame->Argument0, 0) && UserMemory.Write(frame->Argument1, 0) && UserMemory.Write(frame->Argument2, 0) ? 0 : -Errno.Fault;

    /// <summary>getgroups: none.</summary>
    public static long GetGroups(TrapFrame* frame) => (int)frame->Argument0 < 0 ? -Errno.Invalid : 0;

    /// <summary>setgroups: the list has no effect, root may do everything.</summary>
    public static long SetGroups(TrapFrame* frame) => (int)frame->Argument0 < 0 || frame->Argument0 > 65536 ? -Errno.Invalid : 0;

    private static Process FindOrOwn(int pid) => pid == 0 ? Scheduler.Current.Process : ProcessTable.Find(pid);
}
