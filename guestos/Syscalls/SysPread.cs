using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>pread64(2) and pwrite64(2).</summary>
internal static unsafe class SysPread
{
    public static long Read(TrapFrame* frame) => Transfer(frame, isWrite: false);

    public static long Write(TrapFrame* frame) => Transfer(frame, isWrite: true);

    private static long Transfer(TrapFrame* frame, bool isWrite)
    {
        if ((long)frame->Argument3 < 0) return -Errno.Invalid;
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        IoBuffer buffer = IoBuffer.User(frame->Argument1);
        ulong length = IoVector.Limit(frame->Argument2);
        long result = -Errno.Fault;
        if (UserMemory.IsUserRange(frame->Argument1, length))
            result = isWrite ? file.WriteAt(buffer, length, RegularFile.PlaceOf(file, frame->Argument3)) : file.ReadAt(buffer, length, frame->Argument3);
        file.Release();
        return isWrite ? IoAccounting.Write(result) : IoAccounting.Read(result);
    }
}
