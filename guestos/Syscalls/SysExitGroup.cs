using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>exit_group(2): ends all threads of the process.</summary>
internal static unsafe class SysExitGroup
{
    public static long Call(TrapFrame* frame)
    {
        Exit.Group(Scheduler.Current.Process, Exit.StatusOf((int)frame->Argument0));
        Exit.CurrentThread();
        return 0;
    }
}
