using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>readv(2), writev(2), and their forms with an offset and flags.</summary>
internal static unsafe class SysWritev
{
    public static long Read(TrapFrame* frame) => Transfer(frame, -1, isWrite: false);

    public static long Call(TrapFrame* frame) => Transfer(frame, -1, isWrite: true);

    public static long ReadAt(TrapFrame* frame) => (long)frame->Argument3 < 0 ? -Errno.Invalid : Transfer(frame, (long)frame->Argument3, isWrite: false);

    public static long WriteAt(TrapFrame* frame) => (long)frame->Argument3 < 0 ? -Errno.Invalid : Transfer(frame, (long)frame->Argument3, isWrite: true);

    /// <summary>preadv2: offset -1 is the file's position; no flag is known.</summary>
    public static long ReadWithFlags(TrapFrame* frame) => frame->Argument5 != 0 ? -Errno.NotSupported : Transfer(frame, (long)frame->Argument3, isWrite: false);

    public static long WriteWithFlags(TrapFrame* frame) => frame->Argument5 != 0 ? -Errno.NotSupported : Transfer(frame, (long)frame->Argument3, isWrite: true);

    private static long Transfer(TrapFrame* frame, long offset, bool isWrite)
    {
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        long result = IoVector.Transfer(file, frame->Argument1, frame->Argument2, offset, isWrite);
        file.Release();
        return isWrite ? IoAccounting.Write(result) : IoAccounting.Read(result);
    }
}
