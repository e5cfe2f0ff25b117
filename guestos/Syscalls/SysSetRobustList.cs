using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>set_robust_list(2).</summary>
internal static unsafe class SysSetRobustList
{
    private const ulong HeadBytes = 24;

    public static long Call(TrapFrame* frame)
    {
        if (frame->Argument1 != HeadBytes) return -Errno.Invalid;
        Scheduler.Current.RobustList = frame->Argument0;
        return 0;
    }
}
