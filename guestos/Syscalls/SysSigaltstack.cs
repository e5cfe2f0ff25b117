using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>sigaltstack(2).</summary>
internal static unsafe class SysSigaltstack
{
    public static long Call(TrapFrame* frame)
    {
        Thread thread = Scheduler.Current;
        AlternateStack.Description old = thread.AlternateStack.Describe(frame->Rsp);
        if (frame->Argument0 != 0)
        {
            if (!UserMemory.Read(frame->Argument0, out AlternateStack.Description stack)) return -Errno.Fault;
            int error = thread.AlternateStack.Set(stack, frame->Rsp);
            if (error != 0) return error;
        }
        return frame->Argument1 != 0 && !UserMemory.Write(frame->Argument1, old) ? -Errno.Fault : 0;
    }
}
