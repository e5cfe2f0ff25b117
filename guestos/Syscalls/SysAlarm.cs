using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>alarm(2): SIGALRM in so many seconds; returns what was left of the alarm before.</summary>
internal static unsafe class SysAlarm
{
    public static long Call(TrapFrame* frame)
    {
        ulong left = SysItimer.Start((uint)frame->Argument0 * Clock.NanosecondsPerSecond, 0, out _);
        return (long)((left + Clock.NanosecondsPerSecond - 1) / Clock.NanosecondsPerSecond);
    }
}
