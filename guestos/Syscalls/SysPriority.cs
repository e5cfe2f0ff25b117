using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>getpriority(2) and setpriority(2): the niceness of a thread, a process group or a user's processes.</summary>
internal static unsafe class SysPriority
{
    private const ulong OfThread = 0;
    private const ulong OfGroup = 1;
    private const ulong OfUser = 2;

    // The call returns 20 less the niceness, so that no result is negative.
    private const long NicenessZero = 20;

    // RLIMIT_NICE is 20 less the niceness a thread may have.
    private const ulong LargestNiceLimit = 40;

    /// <summary>The most favoured one's.</summary>
    public static long Get(TrapFrame* frame)
    {
        if (frame->Argument0 > OfUser) return -Errno.Invalid;
        if (frame->Argument0 == OfThread)
        {
            Thread thread = FindThread((int)frame->Argument1);
            return thread == null ? -Errno.NoProcess : NicenessZero - thread.Nice;
        }
        long best = -Errno.NoProcess;
        for (Process process = ProcessTable.First; process != null; process = process.Next)
        {
            if (!IsMeant(process, frame)) continue;
            for (Thread thread = process.FirstThread; thread != null; thread = thread.NextInProcess)
                if (NicenessZero - thread.Nice > best) best = NicenessZero - thread.Nice;
        }
        return best;
    }

    public static long Set(TrapFrame* frame)
    {
        if (frame->Argument0 > OfUser) return -Errno.Invalid;
        int nice = Niceness.Clamp((int)frame->Argument2);
        if (frame->Argument0 == OfThread)
        {
            Thread thread = FindThread((int)frame->Argument1);
            return thread == null ? -Errno.NoProcess : Change(thread, nice);
        }
        long result = -Errno.NoProcess;
        for (Process process = ProcessTable.First; process != null; process = process.Next)
        {
            if (!IsMeant(process, frame)) continue;
            if (result == -Errno.NoProcess) result = 0;
            for (Thread thread = process.FirstThread; thread != null; thread = thread.NextInProcess)
            {
                int error = Change(thread, nice);
                if (error != 0) result = error;
            }
        }
        return result;
    }

    /// <summary>0, -EPERM for another user's thread, -EACCES for more favour than the caller may give. Its time up to now counts with the old niceness.</summary>
    private static int Change(Thread thread, int nice)
    {
        if (!ProcessAccess.MaySchedule(thread.Process)) return -Errno.NotPermitted;
        ulong limit = thread.Process.Limits.Get(ResourceLimits.Nice).Soft;
        if (nice < thread.Nice && NicenessZero - nice > (long)(limit > LargestNiceLimit ? LargestNiceLimit : limit) && !Credentials.CurrentHas(Capability.Nice))
            return -Errno.Access;
        if (thread == Scheduler.Current) CpuAccounting.Settle();
        thread.Nice = nice;
        return 0;
    }

    private static Thread FindThread(int id) => id == 0 ? Scheduler.Current : ProcessTable.FindThread(id);

    /// <summary>True for the processes of the group, 0 for the caller's own, or of the user.</summary>
    private static bool IsMeant(Process process, TrapFrame* frame)
    {
        int who = (int)frame->Argument1;
        if (frame->Argument0 == OfGroup) return process.GroupId == (who == 0 ? Scheduler.Current.Process.GroupId : who);
        return process.Credentials.User.Real == (who == 0 ? Credentials.Current.User.Real : (uint)who);
    }
}
