using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>exit(2): ends the calling thread.</summary>
internal static unsafe class SysExit
{
    public static long Call(TrapFrame* frame)
    {
        Process process = Scheduler.Current.Process;
        if (process.ThreadCount == 1) Exit.Group(process, Exit.StatusOf((int)frame->Argument0));
        Exit.CurrentThread();
        return 0;
    }
}
