using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>ioctl(2): what holds for every descriptor; the rest is the file's business.</summary>
internal static unsafe class SysIoctl
{
    private const uint SetNonBlocking = 0x5421;
    private const uint ClearCloseOnExec = 0x5450;
    private const uint SetCloseOnExec = 0x5451;

    public static long Call(TrapFrame* frame)
    {
        uint request = (uint)frame->Argument1;
        if (request is ClearCloseOnExec or SetCloseOnExec)
        {
            if (Descriptors.Table.Get((int)frame->Argument0) == null) return -Errno.BadFile;
            Descriptors.Table.SetCloseOnExec((int)frame->Argument0, request == SetCloseOnExec);
            return 0;
        }
        OpenFile file = Descriptors.AcquireForData(frame->Argument0);
        if (file == null) return -Errno.BadFile;
        long result;
        if (request != SetNonBlocking) result = file.Ioctl(request, frame->Argument2);
        else if (!UserMemory.Read(frame->Argument2, out int isOn)) result = -Errno.Fault;
        else
        {
            file.Flags = isOn != 0 ? file.Flags | OpenFlags.NonBlocking : file.Flags & ~OpenFlags.NonBlocking;
            result = 0;
        }
        file.Release();
        return result;
    }
}
