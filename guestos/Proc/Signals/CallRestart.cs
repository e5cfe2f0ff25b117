using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// What becomes of a system call that a signal interrupted (the internal errors of <see cref="Errno"/>): it is made again, goes on where it was by
/// restart_syscall, or fails with EINTR. The fields are what such a call needs to go on.
/// </summary>
internal unsafe struct CallRestart
{
    private const ulong SyscallInstructionBytes = 2;
    private const ulong RestartCallNumber = 219;

    public delegate*<in CallRestart, long> Continue;

    /// <summary>In <see cref="Clock.Now"/>'s nanoseconds.</summary>
    public ulong Deadline;
    public ulong Address;
    public ulong Count;

    /// <summary>Remembers how the running thread's call goes on, and returns the error that makes it so.</summary>
    public static long Later(in CallRestart restart)
    {
        Scheduler.Current.Restart = restart;
        return -Errno.RestartLater;
    }

    /// <summary>A handler is about to run: the interrupted call is made again if the handler's flags and the call allow, else it fails.</summary>
    public static void BeforeHandler(TrapFrame* frame, bool handlerRestarts)
    {
        if (!IsInterrupted(frame)) return;
        if (handlerRestarts && frame->Rax == unchecked((ulong)-Errno.RestartCall) || frame->Rax == unchecked((ulong)-Errno.RestartAlways)) Repeat(frame, frame->ErrorCode);
        else frame->Rax = unchecked((ulong)-Errno.Interrupted);
        frame->Vector = 0;
    }

    /// <summary>No handler runs: the interrupted call goes on.</summary>
    public static void WithoutHandler(TrapFrame* frame)
    {
        if (!IsInterrupted(frame)) return;
        if (frame->Rax == unchecked((ulong)-Errno.RestartLater)) Repeat(frame, RestartCallNumber);
        else Repeat(frame, frame->ErrorCode);
    }

    private static bool IsInterrupted(TrapFrame* frame) => frame->Vector == TrapFrame.SyscallVector && Errno.IsInterruption((long)frame->Rax);

    /// <summary>Makes the thread execute its SYSCALL again.</summary>
    private static void Repeat(TrapFrame* frame, ulong number)
    {
        frame->Rax = number;
        frame->Rip -= SyscallInstructionBytes;
        frame->Vector = 0;
    }
}
