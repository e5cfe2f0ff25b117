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
        return error != 0 ? error : For(time.Total, frame->Argument1);
    }

    /// <summary>Sleeps so many nanoseconds; when a handler ends it, what is left goes to <paramref name="remainder"/> unless that is 0.</summary>
    public static long For(ulong nanoseconds, ulong remainder) => Continue(new CallRestart { Deadline = Clock.Now + nanoseconds, Address = remainder });

    /// <summary>Sleeps until a time since boot: 0, or -RestartWithoutHandler.</summary>
    public static long Until(ulong deadline)
    {
        WaitQueue nobody = new WaitQueue();
        int error = 0;
        while (Clock.Now < deadline && error == 0) error = nobody.SleepUntil(deadline);
        KernelHeap.Free(nobody);
        return error == 0 || error == -Errno.TimedOut ? 0 : -Errno.RestartWithoutHandler;
    }

    private static long Continue(in CallRestart sleep)
    {
        if (Until(sleep.Deadline) == 0) return 0;
        ulong now = Clock.Now, left = sleep.Deadline > now ? sleep.Deadline - now : 0;
        if (left == 0) return 0;
        if (sleep.Address != 0 && !UserMemory.Write(sleep.Address, Timespec.From(left))) return -Errno.Fault;
        return CallRestart.Later(new CallRestart { Continue = &Continue, Deadline = sleep.Deadline, Address = sleep.Address });
    }
}
