using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>set_tid_address(2).</summary>
internal static unsafe class SysSetTidAddress
{
    public static long Call(TrapFrame* frame)
    {
        Scheduler.Current.ClearChildTid = frame->Argument0;
        return Scheduler.Current.Id;
    }
}
