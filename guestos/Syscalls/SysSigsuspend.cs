using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>rt_sigsuspend(2): sleeps under another mask until a handler has run.</summary>
internal static unsafe class SysSigsuspend
{
    public static long Call(TrapFrame* frame)
    {
        if (frame->Argument1 != 8) return -Errno.Invalid;
        if (!UserMemory.Read(frame->Argument0, out ulong mask)) return -Errno.Fault;
        Thread thread = Scheduler.Current;
        thread.SavedBlockedSignals = thread.BlockedSignals;
        thread.BlockedSignals = mask & ~SignalNumber.Unblockable;
        thread.RestoreBlockedSignals = true;
        Signal.UpdateWork(thread);
        SysPause.UntilSignal();
        return -Errno.RestartWithoutHandler;
    }
}
