using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>truncate(2), ftruncate(2).</summary>
internal static unsafe class SysTruncate
{
    public static long Truncate(TrapFrame* frame)
    {
        if ((long)frame->Argument1 < 0) return -Errno.Invalid;
        int error = PathArgument.Find(PathArgument.Here, frame->Argument0, followLast: true, 0, out Dentry entry);
        if (error != 0) return error;
        Inode inode = entry.Inode;
        if (inode.Kind == InodeKind.Directory) error = -Errno.IsDirectory;
        else if (inode.Kind != InodeKind.Regular) error = -Errno.Invalid;
        else if (inode.FileSystem.IsReadOnly) error = -Errno.ReadOnly;
        else
        {
            error = inode.CheckAccess(Permission.Write);
            if (error == 0 && inode.IsRunning) error = -Errno.TextBusy;
            // What the kernel shows has no length.
            if (error == 0 && inode.Content != null) error = FileSpace.Truncate(inode, frame->Argument1);
        }
        entry.Release();
        return error;
    }

    public static long Ftruncate(TrapFrame* frame)
    {
        if ((long)frame->Argument1 < 0) return -Errno.Invalid;
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        long result = file is RegularFile or HugeFile && OpenFlags.CanWrite(file.Flags) ? FileSpace.Truncate(file.Inode, frame->Argument1) : -Errno.Invalid;
        file.Release();
        return result;
    }
}
