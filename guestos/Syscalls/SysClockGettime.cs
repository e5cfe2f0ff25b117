using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>clock_gettime(2).</summary>
internal static unsafe class SysClockGettime
{
    public static long Call(TrapFrame* frame)
    {
        if (!Timespec.ReadClock((int)frame->Argument0, out ulong nanoseconds)) return -Errno.Invalid;
        return UserMemory.Write(frame->Argument1, Timespec.From(nanoseconds)) ? 0 : -Errno.Fault;
    }
}
