using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>clock_nanosleep(2).</summary>
internal static unsafe class SysClockNanosleep
{
    private const ulong AbsoluteTime = 1;

    public static long Call(TrapFrame* frame)
    {
        int clock = (int)frame->Argument0;
        if (!Timespec.ReadClock(clock, out ulong now)) return -Errno.Invalid;
        int error = Timespec.Read(frame->Argument2, out Timespec time);
        if (error != 0) return error;
        if ((frame->Argument1 & AbsoluteTime) == 0) return SysNanosleep.Until(Clock.Now + time.Total, frame->Argument3);
        return SysNanosleep.Until(time.Total > now ? Clock.Now + (time.Total - now) : 0, 0);
    }
}
