using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>restart_syscall(2): goes on with a call that a signal without handler interrupted.</summary>
internal static unsafe class SysRestart
{
    public static long Call(TrapFrame* frame)
    {
        CallRestart restart = Scheduler.Current.Restart;
        Scheduler.Current.Restart = default;
        return restart.Continue == null ? -Errno.Interrupted : restart.Continue(restart);
    }
}
