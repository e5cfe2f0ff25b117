using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>lseek(2).</summary>
internal static unsafe class SysLseek
{
    public static long Call(TrapFrame* frame)
    {
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        long result = file.Seek((long)frame->Argument1, (int)frame->Argument2);
        file.Release();
        return result;
    }
}
