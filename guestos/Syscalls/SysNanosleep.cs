using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>nanosleep(2).</summary>
internal static unsafe class SysNanosleep
{
    public static long Call(TrapFrame* frame)
    {
        int error = Timespec.Read(frame->Argument0, out Timespec time);
        return error != 0 ? error : Until(Clock.Now + time.Total, frame->Argument1);
    }

    /// <summary>Sleeps until a time since boot; when a signal ends it, writes what is left to <paramref name="remainder"/> unless that is 0.</summary>
    public static long Until(ulong deadline, ulong remainder)
    {
        WaitQueue nobody = new WaitQueue();
        int error = 0;
        while (Clock.Now < deadline && error == 0) error = nobody.SleepUntil(deadline);
        KernelHeap.Free(nobody);
        if (error == 0 || error == -Errno.TimedOut) return 0;
        ulong now = Clock.Now;
        if (remainder != 0 && !UserMemory.Write(remainder, Timespec.From(deadline > now ? deadline - now : 0))) return -Errno.Fault;
        return -Errno.Interrupted;
    }
}
