using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>rt_sigtimedwait(2): takes a blocked signal without a handler.</summary>
internal static unsafe class SysSigtimedwait
{
    public static long Call(TrapFrame* frame)
    {
        if (frame->Argument3 != 8) return -Errno.Invalid;
        if (!UserMemory.Read(frame->Argument0, out ulong wanted)) return -Errno.Fault;
        wanted &= ~SignalNumber.Unblockable;
        ulong deadline = ulong.MaxValue;
        if (frame->Argument2 != 0)
        {
            int error = Timespec.Read(frame->Argument2, out Timespec time);
            if (error != 0) return error;
            deadline = Clock.Now + time.Total;
        }
        Thread thread = Scheduler.Current;
        ulong blocked = thread.BlockedSignals;
        WaitQueue nobody = new WaitQueue();
        SignalInfo info;
        int sleep = 0;
        while (!Take(thread, wanted, out info) && sleep == 0)
        {
            // Unblocked for the time of the sleep, so that they end it.
            thread.BlockedSignals = blocked & ~wanted;
            Signal.UpdateWork(thread);
            sleep = nobody.SleepUntil(deadline);
            thread.BlockedSignals = blocked;
            Signal.UpdateWork(thread);
        }
        KernelHeap.Free(nobody);
        if (info.Signal == 0 && !Take(thread, wanted, out info)) return sleep == -Errno.TimedOut ? -Errno.Again : -Errno.Interrupted;
        return frame->Argument1 != 0 && !PutInfo(frame->Argument1, info) ? -Errno.Fault : info.Signal;
    }

    private static bool Take(Thread thread, ulong wanted, out SignalInfo info) =>
        thread.Pending.Take(~wanted, out info) || thread.Process.Signals.Pending.Take(~wanted, out info);

    private static bool PutInfo(ulong address, in SignalInfo info)
    {
        ulong* words = stackalloc ulong[(int)SignalInfo.UserBytes / 8];
        info.Store(words);
        return UserMemory.CopyTo(address, words, SignalInfo.UserBytes);
    }
}
