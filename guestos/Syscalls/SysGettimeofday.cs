using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>gettimeofday(2); the time zone is UTC.</summary>
internal static unsafe class SysGettimeofday
{
    public static long Call(TrapFrame* frame)
    {
        Timespec.ReadClock(Timespec.Realtime, out ulong nanoseconds);
        Timespec time = Timespec.From(nanoseconds);
        time.Nanoseconds /= 1000;
        if (frame->Argument0 != 0 && !UserMemory.Write(frame->Argument0, time)) return -Errno.Fault;
        return frame->Argument1 != 0 && !UserMemory.Write(frame->Argument1, 0UL) ? -Errno.Fault : 0;
    }
}
