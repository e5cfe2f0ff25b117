using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>readlink(2), readlinkat(2).</summary>
internal static unsafe class SysReadlink
{
    public static long Readlink(TrapFrame* frame) => At(PathArgument.Here, frame->Argument0, frame->Argument1, (int)frame->Argument2);

    public static long ReadlinkAt(TrapFrame* frame) => At(frame->Argument0, frame->Argument1, frame->Argument2, (int)frame->Argument3);

    private static long At(ulong directory, ulong path, ulong result, int capacity)
    {
        if (capacity <= 0) return -Errno.Invalid;
        int error = PathArgument.Find(directory, path, followLast: false, PathArgument.EmptyPath, out Dentry entry);
        if (error != 0) return error;
        PathBuffer target = default;
        long length = target.Allocate();
        if (length == 0)
        {
            length = entry.Inode.Kind == InodeKind.SymbolicLink ? entry.Inode.ReadLink(target.Text, PathBuffer.Capacity) : -Errno.Invalid;
            if (length > capacity) length = capacity;
            if (length > 0 && !UserMemory.CopyTo(result, target.Text, (ulong)length)) length = -Errno.Fault;
            target.Release();
        }
        entry.Release();
        return length;
    }
}
