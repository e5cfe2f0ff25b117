using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>rt_sigpending(2).</summary>
internal static unsafe class SysSigpending
{
    public static long Call(TrapFrame* frame)
    {
        if (frame->Argument1 > 8) return -Errno.Invalid;
        Thread thread = Scheduler.Current;
        ulong pending = (thread.Pending.Mask | thread.Process.Signals.Pending.Mask) & thread.BlockedSignals;
        return UserMemory.CopyTo(frame->Argument0, &pending, frame->Argument1) ? 0 : -Errno.Fault;
    }
}
