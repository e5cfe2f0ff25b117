using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>madvise(2).</summary>
internal static unsafe class SysMadvise
{
    /// <summary>Bit n is set for each advice n there is.</summary>
    private const uint Known = 0x03ffcf1f;

    public static long Call(TrapFrame* frame)
    {
        ulong start = frame->Argument0, length = (frame->Argument1 + 4095) & ~4095UL, advice = frame->Argument2;
        if (advice > 31 || (Known >> (int)advice & 1) == 0 || (start & 4095) != 0) return -Errno.Invalid;
        if (length == 0) return frame->Argument1 == 0 ? 0 : -Errno.Invalid;
        if (!UserMemory.IsUserRange(start, length)) return start + length < start ? -Errno.Invalid : -Errno.NoMemory;
        return Advise.Range(Scheduler.Current.Process.Space, start, start + length, (Advice)advice);
    }
}
