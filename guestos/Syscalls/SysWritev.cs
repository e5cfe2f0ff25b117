using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>readv(2), writev(2), and their forms with an offset and flags.</summary>
internal static unsafe class SysWritev
{
    // RWF_ flags.
    private const uint HighPriority = 1;
    private const uint DataSynchronous = 2;
    private const uint Synchronous = 4;
    private const uint Append = 0x10;
    private const uint NoAppend = 0x20;
    private const uint NoSignal = 0x100;

    // RWF_NOWAIT, RWF_ATOMIC and RWF_DONTCACHE are for files that promise to be able to; neither tmpfs nor 9p does.
    private const uint Supported = HighPriority | DataSynchronous | Synchronous | Append | NoAppend | NoSignal;

    public static long Read(TrapFrame* frame) => Transfer(frame, -1, 0, isWrite: false);

    public static long Call(TrapFrame* frame) => Transfer(frame, -1, 0, isWrite: true);

    public static long ReadAt(TrapFrame* frame) => (long)frame->Argument3 < 0 ? -Errno.Invalid : Transfer(frame, (long)frame->Argument3, 0, isWrite: false);

    public static long WriteAt(TrapFrame* frame) => (long)frame->Argument3 < 0 ? -Errno.Invalid : Transfer(frame, (long)frame->Argument3, 0, isWrite: true);

    /// <summary>preadv2 and pwritev2: offset -1 is the file's position.</summary>
    public static long ReadWithFlags(TrapFrame* frame) => TransferWithFlags(frame, isWrite: false);

    public static long WriteWithFlags(TrapFrame* frame) => TransferWithFlags(frame, isWrite: true);

    private static long TransferWithFlags(TrapFrame* frame, bool isWrite)
    {
        uint flags = (uint)frame->Argument5;
        if ((long)frame->Argument3 < -1) return -Errno.Invalid;
        if ((flags & ~Supported) != 0) return -Errno.NotSupported;
        if ((flags & (Append | NoAppend)) == (Append | NoAppend)) return -Errno.Invalid;
        return Transfer(frame, (long)frame->Argument3, flags, isWrite);
    }

    private static long Transfer(TrapFrame* frame, long offset, uint flags, bool isWrite)
    {
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        long result = isWrite && file is RegularFile regular
            ? Write(regular, frame->Argument1, frame->Argument2, offset, flags)
            : IoVector.Transfer(file, frame->Argument1, frame->Argument2, offset, isWrite);
        file.Release();
        return isWrite ? IoAccounting.Write(result) : IoAccounting.Read(result);
    }

    /// <summary>The flags of the call may take the place of those the file was opened with.</summary>
    private static long Write(RegularFile file, ulong vectors, ulong count, long offset, uint flags)
    {
        ulong place = offset < 0 ? file.Position : (ulong)offset;
        if ((flags & Append) != 0) place = file.Inode.SizeBytes;
        else if ((flags & NoAppend) == 0) place = RegularFile.PlaceOf(file, place);
        long done = IoVector.Transfer(file, vectors, count, (long)place, isWrite: true);
        if (done <= 0) return done;
        ulong end = place + (ulong)done;
        int error = (flags & (DataSynchronous | Synchronous)) != 0 ? file.WriteThrough(place, end) : 0;
        if (error != 0) return error;
        if (offset < 0) file.Position = end;
        return done;
    }
}
