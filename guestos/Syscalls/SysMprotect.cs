using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>mprotect(2).</summary>
internal static unsafe class SysMprotect
{
    public static long Call(TrapFrame* frame)
    {
        ulong start = frame->Argument0, length = (frame->Argument1 + 4095) & ~4095UL;
        if ((start & 4095) != 0) return -Errno.Invalid;
        if (frame->Argument1 == 0) return 0;
        if (length == 0 || !UserMemory.IsUserRange(start, length)) return -Errno.NoMemory;
        if ((frame->Argument2 & ~(ulong)VmFlags.Access) != 0) return -Errno.Invalid;
        return Protect.Range(Scheduler.Current.Process.Space, start, length, SysPersonality.Effective((VmFlags)frame->Argument2));
    }
}
