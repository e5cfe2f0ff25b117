using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>set_robust_list(2) and get_robust_list(2).</summary>
internal static unsafe class SysSetRobustList
{
    private const ulong HeadBytes = 24;

    public static long Call(TrapFrame* frame)
    {
        if (frame->Argument1 != HeadBytes) return -Errno.Invalid;
        Scheduler.Current.RobustList = frame->Argument0;
        return 0;
    }

    public static long Get(TrapFrame* frame)
    {
        int id = (int)frame->Argument0;
        Thread thread = id == 0 ? Scheduler.Current : ProcessTable.FindThread(id);
        if (thread == null) return -Errno.NoProcess;
        return UserMemory.Write(frame->Argument2, HeadBytes) && UserMemory.Write(frame->Argument1, thread.RobustList) ? 0 : -Errno.Fault;
    }
}
