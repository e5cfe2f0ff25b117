using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>mremap(2).</summary>
internal static unsafe class SysMremap
{
    private const ulong MayMove = 1;

    public static long Call(TrapFrame* frame)
    {
        ulong start = frame->Argument0, oldLength = (frame->Argument1 + 4095) & ~4095UL, newLength = (frame->Argument2 + 4095) & ~4095UL;
        ulong flags = frame->Argument3;
        if ((start & 4095) != 0 || newLength == 0 || oldLength == 0 || (flags & ~MayMove) != 0) return -Errno.Invalid;
        if (!UserMemory.IsUserRange(start, oldLength)) return -Errno.Invalid;
        if (newLength > UserMemory.End) return -Errno.NoMemory;
        return Remap.Range(Scheduler.Current.Process.Space, start, oldLength, newLength, (flags & MayMove) != 0);
    }
}
