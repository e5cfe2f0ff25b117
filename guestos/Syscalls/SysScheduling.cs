using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>The sched_ calls: SCHED_OTHER is the only policy, CPU 0 the only processor.</summary>
internal static unsafe class SysScheduling
{
    private const ulong OtherPolicy = 0;
    private const ulong LastPolicy = 6;

    public static long GetPolicy(TrapFrame* frame) => Exists(frame) ? (long)OtherPolicy : -Errno.NoProcess;

    public static long SetPolicy(TrapFrame* frame)
    {
        if (!Exists(frame)) return -Errno.NoProcess;
        if (!UserMemory.Read(frame->Argument2, out int priority)) return -Errno.Fault;
        if (frame->Argument1 == OtherPolicy) return priority == 0 ? 0 : -Errno.Invalid;
        return frame->Argument1 <= LastPolicy ? -Errno.NotPermitted : -Errno.Invalid;
    }

    /// <summary>sched_getparam: priority 0.</summary>
    public static long GetParameters(TrapFrame* frame)
    {
        if (!Exists(frame)) return -Errno.NoProcess;
        return UserMemory.Write(frame->Argument1, 0) ? 0 : -Errno.Fault;
    }

    /// <summary>sched_get_priority_max: 99 for the real-time policies, 0 for the others.</summary>
    public static long HighestPriority(TrapFrame* frame) =>
        frame->Argument0 > LastPolicy ? -Errno.Invalid : frame->Argument0 == 1 || frame->Argument0 == 2 ? 99 : 0;

    /// <summary>sched_get_priority_min.</summary>
    public static long LowestPriority(TrapFrame* frame) =>
        frame->Argument0 > LastPolicy ? -Errno.Invalid : frame->Argument0 == 1 || frame->Argument0 == 2 ? 1 : 0;

    /// <summary>sched_rr_get_interval: how long a thread runs while others could.</summary>
    public static long GetInterval(TrapFrame* frame)
    {
        if (!Exists(frame)) return -Errno.NoProcess;
        return UserMemory.Write(frame->Argument1, Timespec.From(Scheduler.SliceNanoseconds)) ? 0 : -Errno.Fault;
    }

    /// <summary>sched_setaffinity: the mask must contain CPU 0.</summary>
    public static long SetAffinity(TrapFrame* frame)
    {
        if (!Exists(frame)) return -Errno.NoProcess;
        if (frame->Argument1 == 0) return -Errno.Invalid;
        if (!UserMemory.Read(frame->Argument2, out byte mask)) return -Errno.Fault;
        return (mask & 1) != 0 ? 0 : -Errno.Invalid;
    }

    private static bool Exists(TrapFrame* frame) => (int)frame->Argument0 == 0 || ProcessTable.FindThread((int)frame->Argument0) != null;
}
