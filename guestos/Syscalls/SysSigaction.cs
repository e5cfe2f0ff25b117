using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>rt_sigaction(2).</summary>
internal static unsafe class SysSigaction
{
    public static long Call(TrapFrame* frame)
    {
        int signal = (int)frame->Argument0;
        if (frame->Argument3 != 8 || signal < 1 || signal > SignalNumber.Last) return -Errno.Invalid;
        ulong newAction = frame->Argument1, oldAction = frame->Argument2;
        if (newAction != 0 && (signal == SignalNumber.Kill || signal == SignalNumber.Stop)) return -Errno.Invalid;
        Process process = Scheduler.Current.Process;
        SignalAction old = process.Signals.Action(signal);
        if (newAction != 0)
        {
            if (!UserMemory.Read(newAction, out SignalAction action)) return -Errno.Fault;
            action.Mask &= ~SignalNumber.Unblockable;
            process.Signals.Action(signal) = action;
            if (process.Signals.IsIgnored(signal)) process.Signals.Pending.Remove(SignalNumber.Bit(signal));
        }
        return oldAction != 0 && !UserMemory.Write(oldAction, old) ? -Errno.Fault : 0;
    }
}
