using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>munmap(2).</summary>
internal static unsafe class SysMunmap
{
    public static long Call(TrapFrame* frame)
    {
        ulong start = frame->Argument0, length = (frame->Argument1 + 4095) & ~4095UL;
        if ((start & 4095) != 0 || length == 0 || !UserMemory.IsUserRange(start, length)) return -Errno.Invalid;
        return Unmap.Range(Scheduler.Current.Process.Space, start, length);
    }
}
