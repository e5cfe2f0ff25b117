using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>read(2).</summary>
internal static unsafe class SysRead
{
    public static long Call(TrapFrame* frame)
    {
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        ulong length = IoVector.Limit(frame->Argument2);
        long result = UserMemory.IsUserRange(frame->Argument1, length) ? file.Read(IoBuffer.User(frame->Argument1), length) : -Errno.Fault;
        file.Release();
        return IoAccounting.Read(result);
    }
}
