using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>setitimer(2) and getitimer(2).</summary>
internal static unsafe class SysItimer
{
    /// <summary>struct itimerval: seconds and microseconds.</summary>
    private struct Setting
    {
        public Timespec Interval;
        public Timespec Value;
    }

    public static long Set(TrapFrame* frame)
    {
        if (frame->Argument0 > ProcessTimers.ProfileTimer) return -Errno.Invalid;
        Setting setting = default;
        if (frame->Argument1 != 0 && !UserMemory.Read(frame->Argument1, out setting)) return -Errno.Fault;
        setting.Interval.Nanoseconds *= 1000;
        setting.Value.Nanoseconds *= 1000;
        if (!setting.Interval.IsValid || !setting.Value.IsValid) return -Errno.Invalid;
        ulong left = Start((int)frame->Argument0, setting.Value.Total, setting.Interval.Total, out ulong interval);
        return frame->Argument2 == 0 || Put(frame->Argument2, left, interval) ? 0 : -Errno.Fault;
    }

    public static long Get(TrapFrame* frame)
    {
        if (frame->Argument0 > ProcessTimers.ProfileTimer) return -Errno.Invalid;
        PosixTimer timer = Scheduler.Current.Process.Timers.IntervalTimer((int)frame->Argument0);
        return Put(frame->Argument1, timer == null ? 0 : timer.Left, timer == null ? 0 : timer.Interval) ? 0 : -Errno.Fault;
    }

    /// <summary>Starts one of the process's timers, or stops it for 0 nanoseconds; returns what was left before.</summary>
    public static ulong Start(int which, ulong nanoseconds, ulong interval, out ulong previousInterval)
    {
        PosixTimer timer = Scheduler.Current.Process.Timers.EnsureIntervalTimer(which);
        ulong left = timer.Left;
        previousInterval = timer.Interval;
        timer.Set(nanoseconds == 0 ? 0 : timer.Time + nanoseconds, interval);
        return left;
    }

    private static bool Put(ulong address, ulong left, ulong interval)
    {
        Setting setting = new Setting { Interval = Timespec.From(interval), Value = Timespec.From(left) };
        setting.Interval.Nanoseconds /= 1000;
        setting.Value.Nanoseconds /= 1000;
        return UserMemory.Write(address, setting);
    }
}
