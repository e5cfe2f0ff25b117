using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>The sched_ calls on policies and priorities. SCHED_DEADLINE is not served: there is never bandwidth for it.</summary>
internal static unsafe class SysScheduling
{
    private const int ResetOnFork = 0x40000000;
    private const int HighestPolicy = 7;

    public static long GetPolicy(TrapFrame* frame)
    {
        int error = Find(frame, out Thread thread);
        if (error != 0) return error;
        return thread.Scheduling.Policy | (thread.Scheduling.ResetsOnFork ? ResetOnFork : 0);
    }

    /// <summary>sched_setscheduler.</summary>
    public static long SetPolicy(TrapFrame* frame) => (int)frame->Argument1 < 0 ? -Errno.Invalid : Set(frame, (int)frame->Argument1, frame->Argument2);

    /// <summary>sched_setparam: the policy stays.</summary>
    public static long SetParameters(TrapFrame* frame) => Set(frame, -1, frame->Argument1);

    /// <summary>sched_getparam.</summary>
    public static long GetParameters(TrapFrame* frame)
    {
        if (frame->Argument1 == 0) return -Errno.Invalid;
        int error = Find(frame, out Thread thread);
        if (error != 0) return error;
        return UserMemory.Write(frame->Argument1, thread.Scheduling.Priority) ? 0 : -Errno.Fault;
    }

    /// <summary>sched_get_priority_max: 99 for the real-time policies, 0 for the others.</summary>
    public static long HighestPriority(TrapFrame* frame) => Bound(frame, SchedulingPolicy.HighestPriority);

    /// <summary>sched_get_priority_min.</summary>
    public static long LowestPriority(TrapFrame* frame) => Bound(frame, 1);

    /// <summary>sched_rr_get_interval: how long a thread runs while others could; 0 for as long as it likes.</summary>
    public static long GetInterval(TrapFrame* frame)
    {
        int error = Find(frame, out Thread thread);
        if (error != 0) return error;
        ulong slice = thread.Scheduling.SliceNanoseconds;
        return UserMemory.Write(frame->Argument1, Timespec.From(slice == ulong.MaxValue ? 0 : slice)) ? 0 : -Errno.Fault;
    }

    /// <summary>sched_setaffinity: the mask must contain CPU 0.</summary>
    public static long SetAffinity(TrapFrame* frame)
    {
        byte mask = 0;
        if (frame->Argument1 != 0 && !UserMemory.Read(frame->Argument2, out mask)) return -Errno.Fault;
        int error = Find(frame, out Thread thread);
        if (error != 0) return error;
        if (!ProcessAccess.MaySchedule(thread)) return -Errno.NotPermitted;
        return (mask & 1) != 0 ? 0 : -Errno.Invalid;
    }

    /// <summary>The thread of argument 0, the running one for 0: -ESRCH, -EINVAL.</summary>
    public static int Find(TrapFrame* frame, out Thread thread)
    {
        int id = (int)frame->Argument0;
        thread = id == 0 ? Scheduler.Current : id < 0 ? null : ProcessTable.FindThread(id);
        return thread != null ? 0 : id < 0 ? -Errno.Invalid : -Errno.NoProcess;
    }

    /// <summary>Gives a thread a policy if the running process may: 0, -EINVAL, -EPERM, -EBUSY for SCHED_DEADLINE.</summary>
    public static int Apply(Thread thread, in SchedulingPolicy wanted)
    {
        if (wanted.Policy == SchedulingPolicy.Deadline) return Credentials.CurrentHas(Capability.Nice) ? -Errno.Busy : -Errno.NotPermitted;
        if (!SchedulingPolicy.Exists(wanted.Policy)) return -Errno.Invalid;
        bool isRealTime = SchedulingPolicy.IsRealTime(wanted.Policy);
        if (wanted.Priority < 0 || wanted.Priority > SchedulingPolicy.HighestPriority || isRealTime != (wanted.Priority != 0)) return -Errno.Invalid;
        if (!MayChange(thread, wanted)) return -Errno.NotPermitted;
        SchedulingPolicy policy = wanted;
        policy.Inherited = thread.Scheduling.Inherited;
        Scheduler.SetPolicy(thread, policy);
        PriorityInheritance.Refresh(thread.AwaitedLock);
        return 0;
    }

    private static long Set(TrapFrame* frame, int policy, ulong address)
    {
        if (address == 0 || (int)frame->Argument0 < 0) return -Errno.Invalid;
        if (!UserMemory.Read(address, out int priority)) return -Errno.Fault;
        int error = Find(frame, out Thread thread);
        if (error != 0) return error;
        SchedulingPolicy wanted = thread.Scheduling;
        wanted.Priority = priority;
        if (policy < 0) return Apply(thread, wanted);
        wanted.Policy = policy & ~ResetOnFork;
        wanted.ResetsOnFork = (policy & ResetOnFork) != 0;
        return Apply(thread, wanted);
    }

    /// <summary>Without CAP_SYS_NICE a process changes its user's threads only, and raises them up to their RLIMIT_RTPRIO and RLIMIT_NICE.</summary>
    private static bool MayChange(Thread thread, in SchedulingPolicy wanted)
    {
        if (Credentials.CurrentHas(Capability.Nice)) return true;
        SchedulingPolicy old = thread.Scheduling;
        ulong highest = thread.Process.Limits.Get(ResourceLimits.RealTimePriority).Soft;
        if (SchedulingPolicy.IsRealTime(wanted.Policy))
        {
            if (wanted.Policy != old.Policy && highest == 0) return false;
            if (wanted.Priority > old.Priority && (ulong)wanted.Priority > highest) return false;
        }
        else if (wanted.Niceness < old.Niceness && !SysPriority.MayHave(thread, wanted.Niceness)) return false;
        if (old.Policy == SchedulingPolicy.Idle && wanted.Policy != SchedulingPolicy.Idle && !SysPriority.MayHave(thread, old.Niceness)) return false;
        return ProcessAccess.MaySchedule(thread) && (!old.ResetsOnFork || wanted.ResetsOnFork);
    }

    /// <summary>The bound for a real-time policy; 0 for the others there are on Linux.</summary>
    private static long Bound(TrapFrame* frame, int bound)
    {
        int policy = (int)frame->Argument0;
        if (SchedulingPolicy.IsRealTime(policy)) return bound;
        return policy is SchedulingPolicy.Deadline or HighestPolicy || SchedulingPolicy.Exists(policy) ? 0 : -Errno.Invalid;
    }
}
