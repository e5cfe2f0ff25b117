using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>clock_getres(2): one nanosecond.</summary>
internal static unsafe class SysClockGetres
{
    public static long Call(TrapFrame* frame)
    {
        if (!Timespec.ReadClock((int)frame->Argument0, out _)) return -Errno.Invalid;
        return frame->Argument1 != 0 && !UserMemory.Write(frame->Argument1, Timespec.From(1)) ? -Errno.Fault : 0;
    }
}
