using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>fsync(2), fdatasync(2), sync(2), syncfs(2), sync_file_range(2).</summary>
internal static unsafe class SysFsync
{
    private const uint KnownRangeFlags = 7;

    public static long Fsync(TrapFrame* frame)
    {
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        long result = file.Synchronize();
        file.Release();
        return result;
    }

    public static long Sync(TrapFrame* frame)
    {
        DirtyFiles.WriteBackAll();
        return 0;
    }

    public static long SyncFs(TrapFrame* frame)
    {
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        long result = file.SynchronizeFileSystem();
        file.Release();
        return result;
    }

    public static long SyncFileRange(TrapFrame* frame)
    {
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        long result = Range(file, frame->Argument1, frame->Argument2, (uint)frame->Argument3);
        file.Release();
        return result;
    }

    private static long Range(OpenFile file, ulong offset, ulong length, uint flags)
    {
        ulong end = offset + length;
        if ((flags & ~KnownRangeFlags) != 0 || (long)offset < 0 || (long)end < (long)offset) return -Errno.Invalid;
        if (file.Inode.Kind == InodeKind.Pipe) return -Errno.IllegalSeek;
        if (file is not RegularFile regular || flags == 0) return 0;
        // Length 0 is to the end of the file.
        return regular.WriteBack(offset, length == 0 ? ulong.MaxValue : end);
    }
}
