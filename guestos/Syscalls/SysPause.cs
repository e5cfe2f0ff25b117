using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>pause(2).</summary>
internal static unsafe class SysPause
{
    public static long Call(TrapFrame* frame)
    {
        UntilSignal();
        return -Errno.RestartWithoutHandler;
    }

    /// <summary>Sleeps until the thread has a signal to look at.</summary>
    public static void UntilSignal()
    {
        WaitQueue nobody = new WaitQueue();
        while (nobody.Sleep() == 0)
        {
        }
        KernelHeap.Free(nobody);
    }
}
