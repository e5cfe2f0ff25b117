using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>open(2), openat(2), creat(2).</summary>
internal static unsafe class SysOpen
{
    private const uint ModeMask = 0xfff;

    public static long Open(TrapFrame* frame) => At(PathArgument.Here, frame->Argument0, (uint)frame->Argument1, (uint)frame->Argument2);

    public static long OpenAt(TrapFrame* frame) => At(frame->Argument0, frame->Argument1, (uint)frame->Argument2, (uint)frame->Argument3);

    public static long Creat(TrapFrame* frame) =>
        At(PathArgument.Here, frame->Argument0, OpenFlags.Create | OpenFlags.WriteOnly | OpenFlags.Truncate, (uint)frame->Argument1);

    private static long At(ulong directory, ulong path, uint flags, uint mode)
    {
        if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
        int error = PathArgument.Read(directory, path, out PathBuffer buffer, out Dentry start);
        if (error != 0) return error;
        mode &= ModeMask & ~Scheduler.Current.Process.FileContext.Umask;
        error = FileOpener.Open(start, buffer.Span, flags | OpenFlags.LargeFile, mode, out OpenFile file);
        PathArgument.Release(ref buffer, start);
        if (error != 0) return error;
        int descriptor = Descriptors.Table.Install(file, 0, (flags & OpenFlags.CloseOnExec) != 0);
        if (descriptor < 0) file.Release();
        return descriptor;
    }
}
