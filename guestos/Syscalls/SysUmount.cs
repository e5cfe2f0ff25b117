using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>umount2(2).</summary>
internal static unsafe class SysUmount
{
    private const uint Force = 1, Detach = 2, NoFollow = 8;

    public static long Call(TrapFrame* frame)
    {
        uint flags = (uint)frame->Argument1;
        if ((flags & ~(Force | Detach | NoFollow)) != 0) return -Errno.Invalid;
        int error = PathArgument.Find(PathArgument.Here, frame->Argument0, (flags & NoFollow) == 0, 0, out Dentry root);
        if (error != 0) return error;
        FileSystem fileSystem = root.Inode.FileSystem;
        if (!Credentials.CurrentHas(Capability.Administer)) error = -Errno.NotPermitted;
        else if (root.Parent != null || fileSystem?.Mount == null) error = -Errno.Invalid;
        else if (fileSystem.Mount.Point == null) error = -Errno.Busy;
        else if ((flags & Detach) == 0 && (fileSystem.IsInUse || Mounts.FirstWithin(fileSystem) != null)) error = -Errno.Busy;
        root.Release();
        if (error != 0) return error;
        // What has changed is to be where it is kept before nobody finds it any more.
        if (fileSystem.IsEvictable) DirtyFiles.WriteBackAll();
        TakeOut(fileSystem);
        return 0;
    }

    /// <summary>Takes a file system out of the tree, and those mounted within it before.</summary>
    private static void TakeOut(FileSystem fileSystem)
    {
        FileSystem innermost = fileSystem;
        while (true)
        {
            Mount within = Mounts.FirstWithin(innermost);
            if (within != null)
            {
                innermost = within.FileSystem;
                continue;
            }
            Mounts.Detach(innermost.Mount);
            innermost.OnUnmounted();
            if (innermost == fileSystem) return;
            innermost = fileSystem;
        }
    }
}
