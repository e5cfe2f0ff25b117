using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>access(2), faccessat(2), faccessat2(2). Everybody is root, so only execute bits and read-only mounts refuse.</summary>
internal static unsafe class SysAccess
{
    private const uint Execute = 1;
    private const uint Write = 2;
    private const uint AnyExecute = 0x49;
    private const uint KnownFlags = PathArgument.SymlinkNoFollow | PathArgument.EmptyPath | 0x200;

    public static long Access(TrapFrame* frame) => At(PathArgument.Here, frame->Argument0, (uint)frame->Argument1, 0);

    public static long AccessAt(TrapFrame* frame) => At(frame->Argument0, frame->Argument1, (uint)frame->Argument2, 0);

    public static long AccessAt2(TrapFrame* frame) => At(frame->Argument0, frame->Argument1, (uint)frame->Argument2, (uint)frame->Argument3);

    private static long At(ulong directory, ulong path, uint mode, uint flags)
    {
        if (mode > 7 || (flags & ~KnownFlags) != 0) return -Errno.Invalid;
        int error = PathArgument.Find(directory, path, (flags & PathArgument.SymlinkNoFollow) == 0, flags, out Dentry entry);
        if (error != 0) return error;
        Inode inode = entry.Inode;
        bool isStored = inode.Kind is InodeKind.Regular or InodeKind.Directory && inode.FileSystem != null;
        if ((mode & Write) != 0 && isStored && inode.FileSystem.IsReadOnly) error = -Errno.ReadOnly;
        else if ((mode & Execute) != 0 && inode.Kind != InodeKind.Directory && (inode.Mode & AnyExecute) == 0) error = -Errno.Access;
        entry.Release();
        return error;
    }
}
