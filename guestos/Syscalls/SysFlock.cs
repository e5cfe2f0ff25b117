using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Syscalls;

/// <summary>flock(2): always granted.</summary>
internal static unsafe class SysFlock
{
    public static long Call(TrapFrame* frame) => Descriptors.Table.Get((int)frame->Argument0) == null ? -Errno.BadFile : 0;
}
