using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>chown(2), lchown(2), fchown(2), fchownat(2).</summary>
internal static unsafe class SysChown
{
    private const uint Unchanged = 0xffffffff;

    public static long Chown(TrapFrame* frame) => At(PathArgument.Here, frame->Argument0, (uint)frame->Argument1, (uint)frame->Argument2, 0);

    public static long Lchown(TrapFrame* frame) =>
        At(PathArgument.Here, frame->Argument0, (uint)frame->Argument1, (uint)frame->Argument2, PathArgument.SymlinkNoFollow);

    public static long ChownAt(TrapFrame* frame) =>
        At(frame->Argument0, frame->Argument1, (uint)frame->Argument2, (uint)frame->Argument3, (uint)frame->Argument4);

    public static long Fchown(TrapFrame* frame)
    {
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        long result = Change(file.Inode, (uint)frame->Argument1, (uint)frame->Argument2);
        file.Release();
        return result;
    }

    private static long At(ulong directory, ulong path, uint user, uint group, uint flags)
    {
        int error = PathArgument.Find(directory, path, (flags & PathArgument.SymlinkNoFollow) == 0, flags, out Dentry entry);
        if (error != 0) return error;
        long result = Change(entry.Inode, user, group);
        entry.Release();
        return result;
    }

    private static int Change(Inode inode, uint user, uint group)
    {
        if (inode.FileSystem != null && inode.FileSystem.IsReadOnly) return -Errno.ReadOnly;
        uint oldUser = inode.UserId, oldGroup = inode.GroupId, oldMode = inode.Mode, mask = 0;
        if (!Permission.MayGive(inode, user == Unchanged ? oldUser : user, group == Unchanged ? oldGroup : group)) return -Errno.NotPermitted;
        if (user != Unchanged)
        {
            inode.UserId = user;
            mask |= AttributeMask.UserId;
        }
        if (group != Unchanged)
        {
            inode.GroupId = group;
            mask |= AttributeMask.GroupId;
        }
        if (inode.Kind != InodeKind.Directory)
        {
            inode.Mode = Permission.WithoutSetId(oldMode);
            if (inode.Mode != oldMode) mask |= AttributeMask.Mode;
        }
        int error = inode.StoreAttributes(mask);
        if (error == 0)
        {
            inode.Changed = Timestamp.Now;
            return 0;
        }
        inode.Mode = oldMode;
        inode.UserId = oldUser;
        inode.GroupId = oldGroup;
        return error;
    }
}
