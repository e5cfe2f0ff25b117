using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>mknod(2), mknodat(2): regular files and, in memory, named pipes; device files and sockets cannot be made.</summary>
internal static unsafe class SysMknod
{
    private const uint TypeMask = 0xf000;
    private const uint RegularType = 0x8000;
    private const uint PipeType = 0x1000;
    private const uint ModeMask = 0xfff;

    public static long Mknod(TrapFrame* frame) => At(PathArgument.Here, frame->Argument0, (uint)frame->Argument1);

    public static long MknodAt(TrapFrame* frame) => At(frame->Argument0, frame->Argument1, (uint)frame->Argument2);

    private static long At(ulong directory, ulong path, uint mode)
    {
        uint type = mode & TypeMask;
        mode &= ModeMask & ~Scheduler.Current.Process.FileContext.Umask;
        if (type is not 0 and not RegularType) return MakeSpecial(directory, path, type == PipeType ? InodeKind.Pipe : InodeKind.CharacterDevice, mode);
        int error = PathArgument.Read(directory, path, out PathBuffer buffer, out Dentry start);
        if (error != 0) return error;
        error = FileOpener.Open(start, buffer.Span, OpenFlags.Create | OpenFlags.Exclusive, mode, out OpenFile file);
        PathArgument.Release(ref buffer, start);
        file?.Release();
        return error;
    }

    private static long MakeSpecial(ulong directory, ulong path, InodeKind kind, uint mode)
    {
        int error = PathArgument.FindParent(directory, path, out PathEnd end);
        if (error != 0) return error;
        error = DirectoryChange.MakeSpecial(ref end, kind, mode);
        end.Parent.Release();
        return error;
    }
}
