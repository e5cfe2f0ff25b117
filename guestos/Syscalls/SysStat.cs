using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>stat(2), lstat(2), fstat(2), newfstatat(2).</summary>
internal static unsafe class SysStat
{
    public static long Stat(TrapFrame* frame) => At(PathArgument.Here, frame->Argument0, frame->Argument1, 0);

    public static long Lstat(TrapFrame* frame) => At(PathArgument.Here, frame->Argument0, frame->Argument1, PathArgument.SymlinkNoFollow);

    public static long Fstat(TrapFrame* frame) => Descriptor(frame->Argument0, frame->Argument1);

    public static long NewFstatAt(TrapFrame* frame)
    {
        uint flags = (uint)frame->Argument3;
        // The usual way of saying fstat.
        if ((flags & PathArgument.EmptyPath) != 0 && (int)frame->Argument0 >= 0 && (frame->Argument1 == 0 || IsEmpty(frame->Argument1)))
            return Descriptor(frame->Argument0, frame->Argument2);
        return At(frame->Argument0, frame->Argument1, frame->Argument2, flags);
    }

    /// <summary>True when the string at an address is empty.</summary>
    public static bool IsEmpty(ulong address) => UserMemory.Read(address, out byte first) && first == 0;

    private static long Descriptor(ulong descriptor, ulong result)
    {
        OpenFile file = Descriptors.Table.Get((int)descriptor);
        if (file == null) return -Errno.BadFile;
        return UserMemory.Write(result, FileStatus.Of(file.Inode)) ? 0 : -Errno.Fault;
    }

    private static long At(ulong directory, ulong path, ulong result, uint flags)
    {
        int error = PathArgument.Find(directory, path, (flags & PathArgument.SymlinkNoFollow) == 0, flags, out Dentry entry);
        if (error != 0) return error;
        FileStatus status = FileStatus.Of(entry.Inode);
        entry.Release();
        return UserMemory.Write(result, status) ? 0 : -Errno.Fault;
    }
}
