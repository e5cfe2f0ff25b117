using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>signalfd(2) and signalfd4(2).</summary>
internal static unsafe class SysSignalfd
{
    private const int NewDescriptor = -1;

    public static long Call(TrapFrame* frame) => Make(frame, 0);

    public static long CallWithFlags(TrapFrame* frame) => Make(frame, (uint)frame->Argument3);

    private static long Make(TrapFrame* frame, uint flags)
    {
        if ((flags & ~(OpenFlags.NonBlocking | OpenFlags.CloseOnExec)) != 0 || frame->Argument2 != 8) return -Errno.Invalid;
        if (!UserMemory.Read(frame->Argument1, out ulong mask)) return -Errno.Fault;
        mask &= ~SignalNumber.Unblockable;
        int descriptor = (int)frame->Argument0;
        if (descriptor == NewDescriptor)
        {
            if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
            return Descriptors.Install(new SignalFile(mask, flags & OpenFlags.NonBlocking), (flags & OpenFlags.CloseOnExec) != 0);
        }
        OpenFile file = Descriptors.Table.Get(descriptor);
        if (file == null) return -Errno.BadFile;
        if (file is not SignalFile signals) return -Errno.Invalid;
        signals.Mask = mask;
        Scheduler.Current.Process.Signals.Arrive();
        return descriptor;
    }
}
