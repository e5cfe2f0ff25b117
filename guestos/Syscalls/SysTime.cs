using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>time(2).</summary>
internal static unsafe class SysTime
{
    public static long Call(TrapFrame* frame)
    {
        Timespec.ReadClock(Timespec.Realtime, out ulong nanoseconds);
        ulong seconds = nanoseconds / Clock.NanosecondsPerSecond;
        return frame->Argument0 != 0 && !UserMemory.Write(frame->Argument0, seconds) ? -Errno.Fault : (long)seconds;
    }
}
