using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>rename(2), renameat(2), renameat2(2).</summary>
internal static unsafe class SysRename
{
    public static long Rename(TrapFrame* frame) => At(PathArgument.Here, frame->Argument0, PathArgument.Here, frame->Argument1, 0);

    public static long RenameAt(TrapFrame* frame) => At(frame->Argument0, frame->Argument1, frame->Argument2, frame->Argument3, 0);

    public static long RenameAt2(TrapFrame* frame) => At(frame->Argument0, frame->Argument1, frame->Argument2, frame->Argument3, (uint)frame->Argument4);

    private static long At(ulong oldDirectory, ulong oldPath, ulong newDirectory, ulong newPath, uint flags)
    {
        if (flags is not (0 or DirectoryChange.NoReplace or DirectoryChange.Exchange)) return -Errno.Invalid;
        int error = PathArgument.FindParent(oldDirectory, oldPath, out PathEnd from);
        if (error != 0) return error;
        error = PathArgument.FindParent(newDirectory, newPath, out PathEnd to);
        if (error == 0)
        {
            error = DirectoryChange.Rename(ref from, ref to, flags);
            to.Parent.Release();
        }
        from.Parent.Release();
        return error;
    }
}
