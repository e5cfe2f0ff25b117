using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>getpriority(2) and setpriority(2): the niceness of a thread, a process group's or a user's threads.</summary>
internal static unsafe class SysPriority
{
    private const ulong OneThread = 0;
    private const ulong Group = 1;
    private const ulong User = 2;

    // The call returns 20 less the niceness, so that no result is negative.
    private const int NicenessZero = 20;

    /// <summary>The least nice one's.</summary>
    public static long Get(TrapFrame* frame)
    {
        if (frame->Argument0 > User) return -Errno.Invalid;
        long result = -Errno.NoProcess;
        for (Process process = ProcessTable.First; process != null; process = process.Next)
        {
            for (Thread thread = process.FirstThread; thread != null; thread = thread.NextInProcess)
            {
                if (!IsMeant(frame, thread)) continue;
                int value = NicenessZero - thread.Scheduling.Niceness;
                if (value > result) result = value;
            }
        }
        return result;
    }

    /// <summary>Fails when one could not be changed; the others are.</summary>
    public static long Set(TrapFrame* frame)
    {
        if (frame->Argument0 > User) return -Errno.Invalid;
        int niceness = Niceness.Clamp((int)frame->Argument2);
        int result = -Errno.NoProcess;
        for (Process process = ProcessTable.First; process != null; process = process.Next)
        {
            for (Thread thread = process.FirstThread; thread != null; thread = thread.NextInProcess)
            {
                if (!IsMeant(frame, thread)) continue;
                int error = Set(thread, niceness);
                if (error != 0 || result == -Errno.NoProcess) result = error;
            }
        }
        return result;
    }

    /// <summary>True when the running process may lower a thread's niceness to this one: the thread's RLIMIT_NICE, CAP_SYS_NICE.</summary>
    public static bool MayHave(Thread thread, int niceness)
    {
        ulong limit = thread.Process.Limits.Get(ResourceLimits.Nice).Soft;
        return (ulong)(NicenessZero - niceness) <= limit || Credentials.CurrentHas(Capability.Nice);
    }

    /// <summary>0, -EPERM for another user's thread, -EACCES for more favour than allowed. Its time up to now counts with the old niceness.</summary>
    private static int Set(Thread thread, int niceness)
    {
        if (!ProcessAccess.MaySchedule(thread)) return -Errno.NotPermitted;
        if (niceness < thread.Scheduling.Niceness && !MayHave(thread, niceness)) return -Errno.Access;
        if (thread == Scheduler.Current) CpuAccounting.Settle();
        SchedulingPolicy policy = thread.Scheduling;
        policy.Niceness = niceness;
        Scheduler.SetPolicy(thread, policy);
        return 0;
    }

    private static bool IsMeant(TrapFrame* frame, Thread thread)
    {
        int who = (int)frame->Argument1;
        Thread current = Scheduler.Current;
        return frame->Argument0 switch
        {
            OneThread => who == 0 ? thread == current : thread.Id == who,
            Group => thread.Process.GroupId == (who == 0 ? current.Process.GroupId : who),
            _ => thread.Credentials.User.Real == (who == 0 ? current.Credentials.User.Real : (uint)who) && thread.Process.Pid != 0,
        };
    }
}
