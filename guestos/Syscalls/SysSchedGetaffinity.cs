using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>sched_getaffinity(2): one CPU.</summary>
internal static unsafe class SysSchedGetaffinity
{
    public static long Call(TrapFrame* frame)
    {
        if (frame->Argument0 != 0 && ProcessTable.FindThread((int)frame->Argument0) == null) return -Errno.NoProcess;
        if (frame->Argument1 < 8 || (frame->Argument1 & 7) != 0) return -Errno.Invalid;
        return UserMemory.Write(frame->Argument2, 1UL) ? 8 : -Errno.Fault;
    }
}
