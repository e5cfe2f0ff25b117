using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>Advice and locks on open files that change nothing here: fadvise64(2), readahead(2), flock(2), sync_file_range(2).</summary>
internal static unsafe class SysFadvise64
{
    public static long Call(TrapFrame* frame)
    {
        OpenFile file = Descriptors.Table.Get((int)frame->Argument0);
        if (file == null) return -Errno.BadFile;
        return file.Inode.Kind == InodeKind.Pipe ? -Errno.IllegalSeek : 0;
    }

    public static long Flock(TrapFrame* frame) => Descriptors.Table.Get((int)frame->Argument0) == null ? -Errno.BadFile : 0;
}
