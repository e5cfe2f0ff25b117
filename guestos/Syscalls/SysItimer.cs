using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>setitimer(2) and getitimer(2) for ITIMER_REAL; the CPU time timers are not there.</summary>
internal static unsafe class SysItimer
{
    private struct Setting
    {
        public Timespec Interval;
        public Timespec Value;
    }

    public static long Set(TrapFrame* frame)
    {
        if (frame->Argument0 != 0) return -Errno.Invalid;
        Setting setting = default;
        if (frame->Argument1 != 0 && !UserMemory.Read(frame->Argument1, out setting)) return -Errno.Fault;
        // struct timeval counts microseconds.
        setting.Interval.Nanoseconds *= 1000;
        setting.Value.Nanoseconds *= 1000;
        if (!setting.Interval.IsValid || !setting.Value.IsValid) return -Errno.Invalid;
        ulong left = Start(setting.Value.Total, setting.Interval.Total, out ulong interval);
        return frame->Argument2 == 0 || Put(frame->Argument2, left, interval) ? 0 : -Errno.Fault;
    }

    public static long Get(TrapFrame* frame)
    {
        if (frame->Argument0 != 0) return -Errno.Invalid;
        KernelTimer timer = Scheduler.Current.Process.Alarm;
        return Put(frame->Argument1, Left(timer), timer == null ? 0 : timer.Interval) ? 0 : -Errno.Fault;
    }

    /// <summary>Starts the process's timer, or stops it for 0 nanoseconds; returns what was left before.</summary>
    public static ulong Start(ulong nanoseconds, ulong interval, out ulong previousInterval)
    {
        Process process = Scheduler.Current.Process;
        process.Alarm ??= new KernelTimer();
        KernelTimer timer = process.Alarm;
        ulong left = Left(timer);
        previousInterval = timer.Interval;
        Timers.Cancel(timer);
        timer.AlarmOwner = process;
        timer.Interval = interval;
        if (nanoseconds != 0) Timers.Start(timer, Clock.Now + nanoseconds);
        return left;
    }

    private static ulong Left(KernelTimer timer)
    {
        if (timer == null || !timer.IsWaiting) return 0;
        ulong now = Clock.Now;
        return timer.Deadline > now ? timer.Deadline - now : 1;
    }

    private static bool Put(ulong address, ulong left, ulong interval)
    {
        Setting setting = new Setting { Interval = Timespec.From(interval), Value = Timespec.From(left) };
        setting.Interval.Nanoseconds /= 1000;
        setting.Value.Nanoseconds /= 1000;
        return UserMemory.Write(address, setting);
    }
}
