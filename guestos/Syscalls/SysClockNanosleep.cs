using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>clock_nanosleep(2), but not on CPU time.</summary>
internal static unsafe class SysClockNanosleep
{
    private const ulong AbsoluteTime = 1;

    public static long Call(TrapFrame* frame)
    {
        int clock = (int)frame->Argument0;
        bool isCpu = CpuClock.Find(clock, out CpuClock cpuClock);
        if (!Timespec.ReadClock(clock, out ulong now) || isCpu && cpuClock.IsOfCurrentThread) return -Errno.Invalid;
        if (isCpu || !Timespec.CanWake(clock)) return -Errno.NotSupported;
        int error = Timespec.Read(frame->Argument2, out Timespec time);
        if (error != 0) return error;
        if ((frame->Argument1 & AbsoluteTime) == 0) return SysNanosleep.For(time.Total, frame->Argument3);
        return SysNanosleep.Until(time.Total > now ? Clock.Now + (time.Total - now) : 0);
    }
}
