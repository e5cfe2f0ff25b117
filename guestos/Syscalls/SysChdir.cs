using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>chdir(2), fchdir(2).</summary>
internal static unsafe class SysChdir
{
    public static long Chdir(TrapFrame* frame)
    {
        int error = PathArgument.Find(PathArgument.Here, frame->Argument0, followLast: true, 0, out Dentry entry);
        return error != 0 ? error : Enter(entry);
    }

    public static long Fchdir(TrapFrame* frame)
    {
        OpenFile file = Descriptors.Table.Get((int)frame->Argument0);
        if (file == null) return -Errno.BadFile;
        if (file.Entry == null) return -Errno.NotDirectory;
        file.Entry.AddReference();
        return Enter(file.Entry);
    }

    private static long Enter(Dentry entry)
    {
        int error = entry.IsDirectory ? entry.Inode.CheckAccess(Permission.Execute) : -Errno.NotDirectory;
        if (error == 0)
        {
            Scheduler.Current.Process.FileContext.SetWorkingDirectory(entry);
            return 0;
        }
        entry.Release();
        return error;
    }
}
