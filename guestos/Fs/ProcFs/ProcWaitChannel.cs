using System;
using GuestOs.Arch;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>
/// /proc/PID/wchan: what a sleeping thread waits in, by the name that Linux's function for that wait has; 0 for one that does not sleep. The kernel keeps no
/// names of its own functions: the call that the thread is in, and the file it is about, tell the wait.
/// </summary>
internal static unsafe class ProcWaitChannel
{
    public static void Write(Process process, ProcOwner owner, ref TextWriter writer)
    {
        Thread thread = owner.Thread;
        bool isHidden = thread == null || thread.State != ThreadState.Sleeping || process.Space == null || !ProcessAccess.MayInspect(process);
        writer.Text(isHidden ? "0"u8 : process.IsStopped ? "do_signal_stop"u8 : NameOf(process, thread.UserFrame));
    }

    private static ReadOnlySpan<byte> NameOf(Process process, TrapFrame* frame)
    {
        // A fault sleeps until the page is there.
        if (frame->Vector != TrapFrame.SyscallVector) return "folio_wait_bit_common"u8;
        // The slot of the error code has the call's number.
        switch (frame->ErrorCode)
        {
            case 0 or 17 or 19 or 295 or 327: return OfFile(process, frame->Argument0, isWrite: false);
            case 1 or 18 or 20 or 296 or 328: return OfFile(process, frame->Argument0, isWrite: true);
            case 7 or 23 or 270 or 271: return "poll_schedule_timeout.constprop.0"u8;
            case 34: return "do_sys_pause"u8;
            case 35 or 230: return "hrtimer_nanosleep"u8;
            case 56 or 57 or 58 or 435: return "kernel_clone"u8;
            case 59 or 322: return "begin_new_exec"u8;
            case 61 or 247: return "do_wait"u8;
            case 65 or 220: return "__do_semtimedop"u8;
            case 69: return "do_msgsnd"u8;
            case 70: return "do_msgrcv"u8;
            case 74 or 75: return "folio_wait_bit_common"u8;
            case 128: return "do_sigtimedwait"u8;
            case 130: return "sigsuspend"u8;
            case 202 or 449: return "futex_do_wait"u8;
            case 232 or 281 or 441: return "ep_poll"u8;
            default: return "0"u8;
        }
    }

    private static ReadOnlySpan<byte> OfFile(Process process, ulong descriptor, bool isWrite) => process.Files?.Get((int)descriptor) switch
    {
        PipeFile => isWrite ? "anon_pipe_write"u8 : "anon_pipe_read"u8,
        EventCounterFile => isWrite ? "eventfd_write"u8 : "eventfd_read"u8,
        TimerFile => "timerfd_read_iter"u8,
        SignalFile => "signalfd_read_iter"u8,
        null => "0"u8,
        OpenFile file => file.Inode.Kind == InodeKind.CharacterDevice ? "wait_woken"u8 : "folio_wait_bit_common"u8,
    };
}
