using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>eventfd(2) and eventfd2(2).</summary>
internal static unsafe class SysEventfd
{
    private const uint Semaphore = 1;

    public static long Call(TrapFrame* frame) => Make((uint)frame->Argument0, 0);

    public static long CallWithFlags(TrapFrame* frame) => Make((uint)frame->Argument0, (uint)frame->Argument1);

    private static long Make(uint count, uint flags)
    {
        if ((flags & ~(Semaphore | OpenFlags.NonBlocking | OpenFlags.CloseOnExec)) != 0) return -Errno.Invalid;
        if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
        OpenFile file = new EventCounterFile(count, (flags & Semaphore) != 0, flags & OpenFlags.NonBlocking);
        return Descriptors.Install(file, (flags & OpenFlags.CloseOnExec) != 0);
    }
}
