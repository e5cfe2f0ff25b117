using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>fadvise64(2) and readahead(2): what a program tells about its use of a file's cached pages.</summary>
internal static unsafe class SysFadvise
{
    private const uint Normal = 0;
    private const uint Random = 1;
    private const uint Sequential = 2;
    private const uint WillNeed = 3;
    private const uint DontNeed = 4;
    private const uint NoReuse = 5;

    public static long Fadvise(TrapFrame* frame)
    {
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        long result = Follow(file, frame->Argument1, (long)frame->Argument2, (uint)frame->Argument3);
        file.Release();
        return result;
    }

    public static long ReadAhead(TrapFrame* frame)
    {
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        long result = 0;
        if (!OpenFlags.CanRead(file.Flags)) result = -Errno.BadFile;
        else if (file is not RegularFile) result = -Errno.Invalid;
        else Fetch(file.Inode, frame->Argument1, frame->Argument1 + frame->Argument2);
        file.Release();
        return result;
    }

    private static long Follow(OpenFile file, ulong offset, long length, uint advice)
    {
        if (file.Inode.Kind == InodeKind.Pipe) return -Errno.IllegalSeek;
        if (length < 0 || advice > NoReuse) return -Errno.Invalid;
        if (file is not RegularFile regular) return 0;
        ulong end = length == 0 || offset + (ulong)length < offset ? ulong.MaxValue : offset + (ulong)length;
        switch (advice)
        {
            case Normal or Sequential:
                regular.IsRandom = false;
                break;
            case Random:
                regular.IsRandom = true;
                break;
            case WillNeed:
                Fetch(file.Inode, offset, end);
                break;
            case DontNeed:
                Drop(file.Inode, offset, end);
                break;
        }
        return 0;
    }

    /// <summary>Reads the pages of a range of bytes; a failure shows when they are read.</summary>
    private static void Fetch(Inode inode, ulong start, ulong end)
    {
        if (end > inode.SizeBytes) end = inode.SizeBytes;
        if (inode.IsInMemory || start >= end) return;
        ulong pages = ((end + 4095) >> 12) - (start >> 12);
        inode.Pages.FillExactly(start >> 12, pages > int.MaxValue ? int.MaxValue : (int)pages);
    }

    /// <summary>Writes changed pages back and forgets those that lie wholly in the range and nobody maps.</summary>
    private static void Drop(Inode inode, ulong start, ulong end)
    {
        if (inode.IsInMemory) return;
        ulong first = start > ulong.MaxValue - 4095 ? ulong.MaxValue : (start + 4095) >> 12;
        ulong last = end >= inode.SizeBytes ? ulong.MaxValue : end >> 12;
        DirtyPages.WriteBack(inode.Pages, start >> 12, last);
        inode.Pages.DropUnused(first, last);
    }
}
