using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>link(2), linkat(2).</summary>
internal static unsafe class SysLink
{
    public static long Link(TrapFrame* frame) => At(PathArgument.Here, frame->Argument0, PathArgument.Here, frame->Argument1, 0);

    public static long LinkAt(TrapFrame* frame) => At(frame->Argument0, frame->Argument1, frame->Argument2, frame->Argument3, (uint)frame->Argument4);

    private static long At(ulong oldDirectory, ulong oldPath, ulong newDirectory, ulong newPath, uint flags)
    {
        if ((flags & ~(PathArgument.SymlinkFollow | PathArgument.EmptyPath)) != 0) return -Errno.Invalid;
        int error = PathArgument.Find(oldDirectory, oldPath, (flags & PathArgument.SymlinkFollow) != 0, flags, out Dentry file);
        if (error != 0) return error;
        error = PathArgument.FindParent(newDirectory, newPath, out PathEnd end);
        if (error == 0)
        {
            error = DirectoryChange.AddName(ref end, file);
            end.Parent.Release();
        }
        file.Release();
        return error;
    }
}
