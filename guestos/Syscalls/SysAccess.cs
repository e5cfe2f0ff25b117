using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>access(2), faccessat(2), faccessat2(2). The real user is asked about unless AT_EACCESS is given.</summary>
internal static unsafe class SysAccess
{
    private const uint AsEffectiveUser = 0x200;
    private const uint KnownFlags = PathArgument.SymlinkNoFollow | PathArgument.EmptyPath | AsEffectiveUser;

    public static long Access(TrapFrame* frame) => At(PathArgument.Here, frame->Argument0, (uint)frame->Argument1, 0);

    public static long AccessAt(TrapFrame* frame) => At(frame->Argument0, frame->Argument1, (uint)frame->Argument2, 0);

    public static long AccessAt2(TrapFrame* frame) => At(frame->Argument0, frame->Argument1, (uint)frame->Argument2, (uint)frame->Argument3);

    private static long At(ulong directory, ulong path, uint mode, uint flags)
    {
        if (mode > 7 || (flags & ~KnownFlags) != 0) return -Errno.Invalid;
        Scheduler.Current.ChecksAsRealUser = (flags & AsEffectiveUser) == 0;
        int error = Check(directory, path, mode, flags);
        Scheduler.Current.ChecksAsRealUser = false;
        return error;
    }

    private static int Check(ulong directory, ulong path, uint mode, uint flags)
    {
        int error = PathArgument.Find(directory, path, (flags & PathArgument.SymlinkNoFollow) == 0, flags, out Dentry entry);
        if (error != 0) return error;
        Inode inode = entry.Inode;
        bool isStored = inode.Kind is InodeKind.Regular or InodeKind.Directory && inode.FileSystem != null;
        if ((mode & Permission.Write) != 0 && isStored && inode.FileSystem.IsReadOnly) error = -Errno.ReadOnly;
        else if (mode != 0) error = inode.CheckAccess(mode);
        entry.Release();
        return error;
    }
}
