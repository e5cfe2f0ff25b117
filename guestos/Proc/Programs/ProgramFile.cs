using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>Finds the files exec runs.</summary>
internal static unsafe class ProgramFile
{
    private const uint AnyExecute = 0x49;

    /// <summary>The boot module, which stands for every path while no file system is mounted at the root; null without one.</summary>
    public static Inode Module { get; set; }

    /// <summary>
    /// Opens a program by path, relative to the current process's directory, for running: nobody can write to it until <see cref="Close"/>. 0 or a negative
    /// errno: -EACCES for what is no regular file with an execute bit, or not for this user, -ETXTBSY for what somebody has open for writing.
    /// </summary>
    public static int Open(byte* path, out Inode inode)
    {
        inode = Module;
        if (inode == null)
        {
            ReadOnlySpan<byte> text = new ReadOnlySpan<byte>(path, (int)Memory.StringLength(path, PathBuffer.Capacity));
            int error = PathWalk.Find(Scheduler.Current.Process.FileContext.WorkingDirectory ?? Mounts.Root, text, followLast: true, out Dentry entry);
            if (error != 0) return error;
            inode = entry.Inode;
            bool isProgram = inode.Kind == InodeKind.Regular && inode.Pages != null && (inode.Mode & AnyExecute) != 0
                && (inode.FileSystem == null || (inode.FileSystem.Flags & MountFlags.NoPrograms) == 0);
            error = !isProgram || inode.CheckAccess(Permission.Execute) != 0 ? -Errno.Access : inode.WriteOpenCount != 0 ? -Errno.TextBusy : 0;
            if (error == 0) Claim(inode);
            else inode = null;
            entry.Release();
            return error;
        }
        Claim(inode);
        return 0;
    }

    /// <summary>The program is loaded, or not wanted any more.</summary>
    public static void Close(Inode inode)
    {
        inode.Pages.ProgramCount--;
        inode.Release();
    }

    private static void Claim(Inode inode)
    {
        inode.AddReference();
        inode.Pages.ProgramCount++;
    }
}
