using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>rt_sigreturn(2): ends a signal handler.</summary>
internal static unsafe class SysSigreturn
{
    public static long Call(TrapFrame* frame)
    {
        Thread thread = Scheduler.Current;
        if (SignalFrame.Pop(thread, frame)) return (long)frame->Rax;
        Signal.Force(thread, SignalInfo.FromKernel(SignalNumber.SegmentationFault));
        return 0;
    }
}
