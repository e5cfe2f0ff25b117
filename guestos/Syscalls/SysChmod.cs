using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>chmod(2), fchmod(2), fchmodat(2), fchmodat2(2).</summary>
internal static unsafe class SysChmod
{
    private const uint ModeMask = 0xfff;

    public static long Chmod(TrapFrame* frame) => At(PathArgument.Here, frame->Argument0, (uint)frame->Argument1, 0);

    public static long ChmodAt(TrapFrame* frame) => At(frame->Argument0, frame->Argument1, (uint)frame->Argument2, 0);

    public static long ChmodAt2(TrapFrame* frame) => At(frame->Argument0, frame->Argument1, (uint)frame->Argument2, (uint)frame->Argument3);

    public static long Fchmod(TrapFrame* frame)
    {
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        long result = Change(file.Inode, (uint)frame->Argument1);
        file.Release();
        return result;
    }

    private static long At(ulong directory, ulong path, uint mode, uint flags)
    {
        int error = PathArgument.Find(directory, path, (flags & PathArgument.SymlinkNoFollow) == 0, flags, out Dentry entry);
        if (error != 0) return error;
        long result = entry.Inode.Kind == InodeKind.SymbolicLink ? -Errno.NotSupported : Change(entry.Inode, mode);
        entry.Release();
        return result;
    }

    private static int Change(Inode inode, uint mode)
    {
        if (inode.FileSystem != null && inode.FileSystem.IsReadOnly) return -Errno.ReadOnly;
        if (!Permission.IsOwner(inode)) return -Errno.NotPermitted;
        uint old = inode.Mode;
        inode.Mode = Permission.AllowedMode(inode, mode & ModeMask);
        int error = inode.StoreAttributes(AttributeMask.Mode);
        if (error != 0) inode.Mode = old;
        else inode.Changed = Timestamp.Now;
        return error;
    }
}
