using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>alarm(2): SIGALRM in so many seconds; returns what was left of the alarm before.</summary>
internal static unsafe class SysAlarm
{
    public static long Call(TrapFrame* frame)
    {
        ulong left = SysItimer.Start(ProcessTimers.RealTimer, (uint)frame->Argument0 * Clock.NanosecondsPerSecond, 0, out _);
        // Rounded, but what is left never looks like nothing.
        ulong seconds = (left + Clock.NanosecondsPerSecond / 2) / Clock.NanosecondsPerSecond;
        return left != 0 && seconds == 0 ? 1 : (long)seconds;
    }
}
