using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>rseq(2).</summary>
internal static unsafe class SysRseq
{
    private const uint Unregister = 1;

    public static long Call(TrapFrame* frame)
    {
        uint lengthBytes = (uint)frame->Argument1, flags = (uint)frame->Argument2, signature = (uint)frame->Argument3;
        ref RestartableSequence sequence = ref Scheduler.Current.Sequence;
        if (flags == Unregister) return sequence.Unregister(frame->Argument0, lengthBytes, signature);
        return flags != 0 ? -Errno.Invalid : sequence.Register(frame->Argument0, lengthBytes, signature);
    }
}
