using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Syscalls;

/// <summary>struct timespec, and the clocks a program can name.</summary>
internal struct Timespec
{
    public const int Realtime = 0;
    public const int Monotonic = 1;
    public const int BootTime = 7;
    public const int LastAlarmClock = 9;
    public const int LastClock = 11;

    // Longest wait taken literally: beyond it nothing would ever wake up anyway.
    private const long MaximumSeconds = 1L << 33;

    public long Seconds;
    public long Nanoseconds;

    public static Timespec From(ulong nanoseconds) => new Timespec
    {
        Seconds = (long)(nanoseconds / Clock.NanosecondsPerSecond),
        Nanoseconds = (long)(nanoseconds % Clock.NanosecondsPerSecond),
    };

    /// <summary>False for negative values and nanoseconds of a second or more.</summary>
    public readonly bool IsValid => Seconds >= 0 && (ulong)Nanoseconds < Clock.NanosecondsPerSecond;

    /// <summary>The span in nanoseconds.</summary>
    public readonly ulong Total => (ulong)(Seconds > MaximumSeconds ? MaximumSeconds : Seconds) * Clock.NanosecondsPerSecond + (ulong)Nanoseconds;

    /// <summary>A clock's time in nanoseconds; false for clocks that do not exist.</summary>
    public static bool ReadClock(int clock, out ulong nanoseconds)
    {
        nanoseconds = 0;
        if (Proc.CpuClock.Find(clock, out Proc.CpuClock cpuClock))
        {
            nanoseconds = cpuClock.Now;
            return true;
        }
        if ((uint)clock > LastClock || clock == 10) return false;
        nanoseconds = IsRealtime(clock) ? Clock.BootSeconds * Clock.NanosecondsPerSecond + Clock.Now : Clock.Now;
        return true;
    }

    /// <summary>Sleeps and timers can be set on it: not on the raw and coarse clocks.</summary>
    public static bool CanWake(int clock) => clock is Realtime or Monotonic or >= BootTime;

    /// <summary>CLOCK_REALTIME, its coarse and alarm forms, TAI.</summary>
    public static bool IsRealtime(int clock) => clock == Realtime || clock == 5 || clock == 8 || clock == 11;

    /// <summary>Reads and checks a program's timespec: 0, -EFAULT, -EINVAL.</summary>
    public static int Read(ulong address, out Timespec value)
    {
        if (!UserMemory.Read(address, out value)) return -Errno.Fault;
        return value.IsValid ? 0 : -Errno.Invalid;
    }
}
