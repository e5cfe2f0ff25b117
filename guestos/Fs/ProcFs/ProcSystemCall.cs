using GuestOs.Arch;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>/proc/PID/syscall: what a thread waits in.</summary>
internal static unsafe class ProcSystemCall
{
    /// <summary>The call's number and arguments, stack pointer and program counter; -1 for a number where it waits in no call; "running" where it does not wait.</summary>
    public static void Write(Thread thread, ref TextWriter writer)
    {
        bool isReader = thread == Scheduler.Current;
        if (thread == null || thread.Process.Space == null || thread.State == ThreadState.Dead || !isReader && thread.State == ThreadState.Runnable)
        {
            writer.Text("running\n"u8);
            return;
        }
        TrapFrame* frame = thread.UserFrame;
        bool isCall = frame->Vector == TrapFrame.SyscallVector;
        writer.Signed(isCall ? (long)frame->ErrorCode : -1);
        if (isCall)
        {
            Argument(ref writer, frame->Argument0);
            Argument(ref writer, frame->Argument1);
            Argument(ref writer, frame->Argument2);
            Argument(ref writer, frame->Argument3);
            Argument(ref writer, frame->Argument4);
            Argument(ref writer, frame->Argument5);
        }
        Argument(ref writer, frame->Rsp);
        Argument(ref writer, frame->Rip);
        writer.Byte((byte)'\n');
    }

    private static void Argument(ref TextWriter writer, ulong value)
    {
        writer.Text(" 0x"u8);
        writer.Hex(value);
    }
}
