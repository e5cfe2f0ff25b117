using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>sched_yield(2).</summary>
internal static unsafe class SysSchedYield
{
    public static long Call(TrapFrame* frame)
    {
        Scheduler.NeedsSwitch = true;
        return 0;
    }
}
