using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>unlink(2), rmdir(2), unlinkat(2).</summary>
internal static unsafe class SysUnlink
{
    public static long Unlink(TrapFrame* frame) => At(PathArgument.Here, frame->Argument0, isDirectory: false);

    public static long Rmdir(TrapFrame* frame) => At(PathArgument.Here, frame->Argument0, isDirectory: true);

    public static long UnlinkAt(TrapFrame* frame)
    {
        if ((frame->Argument2 & ~(ulong)PathArgument.RemoveDirectory) != 0) return -Errno.Invalid;
        return At(frame->Argument0, frame->Argument1, frame->Argument2 != 0);
    }

    private static long At(ulong directory, ulong path, bool isDirectory)
    {
        int error = PathArgument.FindParent(directory, path, out PathEnd end);
        if (error != 0) return error;
        error = DirectoryChange.Remove(ref end, isDirectory);
        end.Parent.Release();
        return error;
    }
}
