using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>fallocate(2): for files in memory; 9p has no message for it, there it is -EOPNOTSUPP as on Linux.</summary>
internal static unsafe class SysFallocate
{
    private const uint KeepSize = 1;
    private const uint PunchHole = 2;
    private const uint KnownModes = 0x7f;
    private const ulong MaximumBytes = long.MaxValue;

    public static long Call(TrapFrame* frame)
    {
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        long result = Check(file, (uint)frame->Argument1, frame->Argument2, frame->Argument3);
        if (result == 0) result = Run(file.Inode, (uint)frame->Argument1, frame->Argument2, frame->Argument3);
        file.Release();
        return result;
    }

    private static long Check(OpenFile file, uint mode, ulong offset, ulong lengthBytes)
    {
        if ((long)offset < 0 || (long)lengthBytes <= 0) return -Errno.Invalid;
        if ((mode & ~KnownModes) != 0 || (mode & PunchHole) != 0 && (mode & KeepSize) == 0) return -Errno.NotSupported;
        if (!OpenFlags.CanWrite(file.Flags)) return -Errno.BadFile;
        if (file.Inode.Kind == InodeKind.Pipe) return -Errno.IllegalSeek;
        if (file.Inode.Kind != InodeKind.Regular) return -Errno.NoSuchDevice;
        if (offset + lengthBytes > MaximumBytes) return -Errno.FileTooBig;
        return (mode & ~(KeepSize | PunchHole)) != 0 || !file.Inode.IsInMemory || file.Inode.Content == null ? -Errno.NotSupported : 0;
    }

    private static long Run(Inode inode, uint mode, ulong offset, ulong lengthBytes)
    {
        ulong end = offset + lengthBytes;
        if ((mode & PunchHole) != 0)
        {
            if ((inode.Seals & FileSeals.AnyWrite) != 0) return -Errno.NotPermitted;
            FileSpace.Punch(inode, offset, lengthBytes);
            return 0;
        }
        if ((inode.Seals & FileSeals.Grow) != 0 && end > inode.SizeBytes) return -Errno.NotPermitted;
        int error = (mode & KeepSize) == 0 ? FileSizeLimit.Check(inode, end) : 0;
        if (error != 0) return error;
        error = FileSpace.Allocate(inode, offset, lengthBytes);
        if (error == 0 && (mode & KeepSize) == 0 && end > inode.SizeBytes) inode.SizeBytes = end;
        inode.Changed = Timestamp.Now;
        return error;
    }
}
