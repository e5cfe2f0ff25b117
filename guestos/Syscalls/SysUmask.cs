using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>umask(2).</summary>
internal static unsafe class SysUmask
{
    public static long Call(TrapFrame* frame)
    {
        FileContext context = Scheduler.Current.Process.FileContext;
        uint old = context.Umask;
        context.Umask = (uint)frame->Argument0 & 0x1ff;
        return old;
    }
}
