using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>rt_sigprocmask(2).</summary>
internal static unsafe class SysSigprocmask
{
    public static long Call(TrapFrame* frame)
    {
        if (frame->Argument3 != 8) return -Errno.Invalid;
        Thread thread = Scheduler.Current;
        ulong old = thread.BlockedSignals;
        if (frame->Argument1 != 0)
        {
            if (!UserMemory.Read(frame->Argument1, out ulong mask)) return -Errno.Fault;
            switch (frame->Argument0)
            {
                case 0: mask = old | mask; break;
                case 1: mask = old & ~mask; break;
                case 2: break;
                default: return -Errno.Invalid;
            }
            thread.BlockedSignals = mask & ~SignalNumber.Unblockable;
            Signal.UpdateWork(thread);
        }
        return frame->Argument2 != 0 && !UserMemory.Write(frame->Argument2, old) ? -Errno.Fault : 0;
    }
}
