using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>getrandom(2): repeatable numbers.</summary>
internal static unsafe class SysGetrandom
{
    private const ulong MaximumBytes = 256 << 10;

    public static long Call(TrapFrame* frame)
    {
        ulong length = frame->Argument1 < MaximumBytes ? frame->Argument1 : MaximumBytes;
        if ((frame->Argument2 & ~7UL) != 0) return -Errno.Invalid;
        for (ulong done = 0; done < length; done += 8)
        {
            ulong value = RandomSource.Next();
            if (!UserMemory.CopyTo(frame->Argument0 + done, &value, length - done < 8 ? length - done : 8)) return -Errno.Fault;
        }
        return (long)length;
    }
}
