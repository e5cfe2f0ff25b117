using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>epoll_create1(2) and epoll_ctl(2); epoll_wait is <see cref="SysEpollWait"/>.</summary>
internal static unsafe class SysEpoll
{
    private const int AddOperation = 1;
    private const int DeleteOperation = 2;
    private const int ModifyOperation = 3;
    private const int LastOperation = ModifyOperation;
    private const uint AllowedWithExclusive =
        PollEvents.In | PollEvents.Out | PollEvents.Error | PollEvents.HangUp | EpollEntry.WakeUp | EpollEntry.EdgeTriggered | EpollEntry.Exclusive;

    public static long Create(TrapFrame* frame) => (int)frame->Argument0 <= 0 ? -Errno.Invalid : Make(closeOnExec: false);

    public static long Create1(TrapFrame* frame)
    {
        if ((frame->Argument0 & ~(ulong)OpenFlags.CloseOnExec) != 0) return -Errno.Invalid;
        return Make(frame->Argument0 != 0);
    }

    public static long Control(TrapFrame* frame)
    {
        int operation = (int)frame->Argument1, descriptor = (int)frame->Argument2;
        EpollEvent asked = default;
        if (operation != DeleteOperation && !UserMemory.Read(frame->Argument3, out asked)) return -Errno.Fault;
        OpenFile file = Descriptors.Table.Get((int)frame->Argument0), target = Descriptors.Table.Get(descriptor);
        if (file == null || target == null) return -Errno.BadFile;
        if (!target.CanPoll) return -Errno.NotPermitted;
        EpollFile set = file as EpollFile;
        if (set == null || target == file || operation < AddOperation || operation > LastOperation) return -Errno.Invalid;
        bool isExclusive = operation != DeleteOperation && (asked.Events & EpollEntry.Exclusive) != 0;
        if (isExclusive && (operation == ModifyOperation || target is EpollFile || (asked.Events & ~AllowedWithExclusive) != 0)) return -Errno.Invalid;
        EpollEntry entry = set.Find(target, descriptor);
        if (operation == AddOperation)
        {
            if (entry != null) return -Errno.Exists;
            return FrameAllocator.IsExhausted ? -Errno.NoMemory : set.Add(target, descriptor, asked.Events, asked.Data);
        }
        if (entry == null) return -Errno.NoEntry;
        if (operation == DeleteOperation) set.Remove(entry);
        else if (entry.IsExclusive) return -Errno.Invalid;
        else set.Change(entry, asked.Events, asked.Data);
        return 0;
    }

    private static long Make(bool closeOnExec) => FrameAllocator.IsExhausted ? -Errno.NoMemory : Descriptors.Install(new EpollFile(), closeOnExec);
}
