using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>times(2), in ticks of 10 ms.</summary>
internal static unsafe class SysTimes
{
    private const ulong TickNanoseconds = 10000000;

    private struct Times
    {
        public ulong User, System, ChildrenUser, ChildrenSystem;
    }

    public static long Call(TrapFrame* frame)
    {
        Process process = Scheduler.Current.Process;
        ResourceUsage own = Scheduler.UsageNow(process), children = process.ChildrenUsage;
        Times times = new Times
        {
            User = own.UserTime / TickNanoseconds,
            System = own.SystemTime / TickNanoseconds,
            ChildrenUser = children.UserTime / TickNanoseconds,
            ChildrenSystem = children.SystemTime / TickNanoseconds,
        };
        if (frame->Argument0 != 0 && !UserMemory.Write(frame->Argument0, times)) return -Errno.Fault;
        return (long)(Clock.Now / TickNanoseconds);
    }
}
