using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>mkdir(2), mkdirat(2).</summary>
internal static unsafe class SysMkdir
{
    private const uint ModeMask = 0x3ff;

    public static long Mkdir(TrapFrame* frame) => At(PathArgument.Here, frame->Argument0, (uint)frame->Argument1);

    public static long MkdirAt(TrapFrame* frame) => At(frame->Argument0, frame->Argument1, (uint)frame->Argument2);

    private static long At(ulong directory, ulong path, uint mode)
    {
        int error = PathArgument.FindParent(directory, path, out PathEnd end);
        if (error != 0) return error;
        error = DirectoryChange.MakeDirectory(ref end, mode & ModeMask & ~Scheduler.Current.Process.FileContext.Umask);
        end.Parent.Release();
        return error;
    }
}
