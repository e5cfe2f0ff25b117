using System;
using GuestOs.Arch;
using GuestOs.Fs;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>timerfd_create(2), timerfd_settime(2) and timerfd_gettime(2).</summary>
internal static unsafe class SysTimerfd
{
    private const ulong AbsoluteTime = 1;
    private const ulong CancelOnSet = 2;

    public static long Create(TrapFrame* frame)
    {
        int clock = (int)frame->Argument0;
        if ((frame->Argument1 & ~(ulong)(OpenFlags.NonBlocking | OpenFlags.CloseOnExec)) != 0) return -Errno.Invalid;
        if (clock < 0 || clock > Timespec.LastClock || !Timespec.CanWake(clock) || clock > Timespec.LastAlarmClock) return -Errno.Invalid;
        if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
        uint flags = (uint)frame->Argument1;
        return Descriptors.Install(new TimerFile(flags & OpenFlags.NonBlocking, Timespec.IsRealtime(clock)), (flags & OpenFlags.CloseOnExec) != 0);
    }

    public static long Set(TrapFrame* frame)
    {
        if ((frame->Argument1 & ~(AbsoluteTime | CancelOnSet)) != 0) return -Errno.Invalid;
        if (!UserMemory.Read(frame->Argument2, out TimerSetting setting)) return -Errno.Fault;
        if (!setting.IsValid) return -Errno.Invalid;
        int error = Find(frame->Argument0, out TimerFile timer);
        if (error != 0) return error;
        TimerSetting old = TimerSetting.From(timer.Left, timer.Interval);
        timer.Set(setting.Due(Clock.Now, timer.IsRealtime, (frame->Argument1 & AbsoluteTime) != 0), setting.Interval.Total);
        return frame->Argument3 == 0 || UserMemory.Write(frame->Argument3, old) ? 0 : -Errno.Fault;
    }

    public static long Get(TrapFrame* frame)
    {
        int error = Find(frame->Argument0, out TimerFile timer);
        if (error != 0) return error;
        return UserMemory.Write(frame->Argument1, TimerSetting.From(timer.Left, timer.Interval)) ? 0 : -Errno.Fault;
    }

    /// <summary>The timer of a descriptor, without a reference: nothing sleeps before it is used for the last time.</summary>
    private static int Find(ulong descriptor, out TimerFile timer)
    {
        OpenFile file = Descriptors.Table.Get((int)descriptor);
        timer = file as TimerFile;
        return file == null ? -Errno.BadFile : timer == null ? -Errno.Invalid : 0;
    }
}
