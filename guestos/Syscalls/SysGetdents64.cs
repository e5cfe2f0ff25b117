using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>getdents64(2).</summary>
internal static unsafe class SysGetdents64
{
    public static long Call(TrapFrame* frame)
    {
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        long result = file.Inode.Kind == InodeKind.Directory && file.Entry != null && file.Entry.IsDeleted
            ? -Errno.NoEntry : file.ReadDirectory(IoBuffer.User(frame->Argument1), IoVector.Limit((uint)frame->Argument2));
        file.Release();
        return result;
    }
}
