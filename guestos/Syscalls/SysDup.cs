using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>dup(2), dup2(2), dup3(2).</summary>
internal static unsafe class SysDup
{
    public static long Dup(TrapFrame* frame)
    {
        OpenFile file = Descriptors.Acquire(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        int descriptor = Descriptors.Table.Install(file, 0, closeOnExec: false);
        if (descriptor < 0) file.Release();
        return descriptor;
    }

    public static long Dup2(TrapFrame* frame)
    {
        if (frame->Argument0 != frame->Argument1) return To((int)frame->Argument0, (int)frame->Argument1, closeOnExec: false);
        return Descriptors.Table.Get((int)frame->Argument0) == null ? -Errno.BadFile : (int)frame->Argument1;
    }

    public static long Dup3(TrapFrame* frame)
    {
        if (frame->Argument0 == frame->Argument1 || (frame->Argument2 & ~(ulong)OpenFlags.CloseOnExec) != 0) return -Errno.Invalid;
        return To((int)frame->Argument0, (int)frame->Argument1, frame->Argument2 != 0);
    }

    private static long To(int from, int to, bool closeOnExec)
    {
        if ((uint)to >= (uint)Descriptors.Table.Limit) return -Errno.BadFile;
        OpenFile file = Descriptors.Table.Get(from);
        if (file == null) return -Errno.BadFile;
        file.AddReference();
        Descriptors.Table.Set(to, file, closeOnExec);
        return to;
    }
}
