using GuestOs.Arch;
using GuestOs.Proc;

namespace GuestOs.Syscalls;

/// <summary>struct itimerspec.</summary>
internal struct TimerSetting
{
    public Timespec Interval;
    public Timespec Value;

    public readonly bool IsValid => Interval.IsValid && Value.IsValid;

    public static TimerSetting From(ulong left, ulong interval) => new TimerSetting { Interval = Timespec.From(interval), Value = Timespec.From(left) };

    /// <summary>When the timer is due on its clock, which shows <paramref name="now"/>; 0 when it is to stop.</summary>
    public readonly ulong Due(ulong now, bool isRealtime, bool isAbsolute)
    {
        ulong value = Value.Total;
        if (value == 0) return 0;
        if (!isAbsolute) return now + value;
        ulong origin = isRealtime ? Clock.BootSeconds * Clock.NanosecondsPerSecond : 0;
        return value > origin ? value - origin : 1;
    }
}
