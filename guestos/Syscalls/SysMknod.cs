using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>mknod(2), mknodat(2): regular files only; device files and named pipes cannot be made.</summary>
internal static unsafe class SysMknod
{
    private const uint TypeMask = 0xf000;
    private const uint RegularType = 0x8000;
    private const uint ModeMask = 0xfff;

    public static long Mknod(TrapFrame* frame) => At(PathArgument.Here, frame->Argument0, (uint)frame->Argument1);

    public static long MknodAt(TrapFrame* frame) => At(frame->Argument0, frame->Argument1, (uint)frame->Argument2);

    private static long At(ulong directory, ulong path, uint mode)
    {
        if ((mode & TypeMask) is not 0 and not RegularType) return Refuse(directory, path);
        int error = PathArgument.Read(directory, path, out PathBuffer buffer, out Dentry start);
        if (error != 0) return error;
        mode &= ModeMask & ~Scheduler.Current.Process.FileContext.Umask;
        error = FileOpener.Open(start, buffer.Span, OpenFlags.Create | OpenFlags.Exclusive, mode, out OpenFile file);
        PathArgument.Release(ref buffer, start);
        file?.Release();
        return error;
    }

    private static long Refuse(ulong directory, ulong path)
    {
        int error = PathArgument.FindParent(directory, path, out PathEnd end);
        if (error != 0) return error;
        error = DirectoryChange.MakeSpecial(ref end);
        end.Parent.Release();
        return error;
    }
}
