using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>getcwd(2): the path with its NUL; returns its length.</summary>
internal static unsafe class SysGetcwd
{
    public static long Call(TrapFrame* frame)
    {
        Dentry directory = Scheduler.Current.Process.FileContext.WorkingDirectory ?? Mounts.Root;
        if (directory.IsDeleted) return -Errno.NoEntry;
        PathBuffer path = default;
        int error = path.Allocate();
        if (error != 0) return error;
        long length = directory.CopyPath(path.Text, PathBuffer.Capacity - 1);
        if (length == -Errno.Range) length = -Errno.NameTooLong;
        if (length > 0)
        {
            path.Text[length++] = 0;
            if ((ulong)length > frame->Argument1) length = -Errno.Range;
            else if (!UserMemory.CopyTo(frame->Argument0, path.Text, (ulong)length)) length = -Errno.Fault;
        }
        path.Release();
        return length;
    }
}
