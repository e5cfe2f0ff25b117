using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>symlink(2), symlinkat(2).</summary>
internal static unsafe class SysSymlink
{
    public static long Symlink(TrapFrame* frame) => At(frame->Argument0, PathArgument.Here, frame->Argument1);

    public static long SymlinkAt(TrapFrame* frame) => At(frame->Argument0, frame->Argument1, frame->Argument2);

    private static long At(ulong targetPath, ulong directory, ulong path)
    {
        PathBuffer target = default;
        int error = target.CopyFromUser(targetPath);
        if (error != 0) return error;
        if (target.Length == 0) error = -Errno.NoEntry;
        PathEnd end = default;
        if (error == 0) error = PathArgument.FindParent(directory, path, out end);
        if (error == 0)
        {
            error = DirectoryChange.MakeLink(ref end, target.Span);
            end.Parent.Release();
        }
        target.Release();
        return error;
    }
}
