using GuestOs.Arch;

namespace GuestOs.Proc;

/// <summary>The time that threads spend in user mode and in the kernel: settled with thread and process at switches and when somebody asks.</summary>
internal static class CpuAccounting
{
    /// <summary>Nanoseconds in user mode of all threads, up to the last <see cref="Settle"/>; those with a niceness above 0 apart.</summary>
    public static ulong UserTime { get; private set; }
    public static ulong NiceTime { get; private set; }

    /// <summary>Nanoseconds in the kernel since boot: all that is not user mode or idle. Call <see cref="Settle"/> before.</summary>
    public static ulong SystemTime => Clock.ToNanoseconds(ModeTicks.Mark - Clock.TscAtBoot) - UserTime - NiceTime - Scheduler.IdleTime;

    /// <summary>Credits the running thread with its time up to now.</summary>
    public static void Settle()
    {
        ModeTicks.UserModeEntered();
        ulong userTime = Clock.ToNanoseconds(ModeTicks.User), systemTime = Clock.ToNanoseconds(ModeTicks.System);
        ModeTicks.Clear();
        Thread thread = Scheduler.Current;
        if (thread.Scheduling.Niceness > 0) NiceTime += userTime;
        else UserTime += userTime;
        thread.Usage.UserTime += userTime;
        thread.Usage.SystemTime += systemTime;
        thread.Process.Usage.UserTime += userTime;
        thread.Process.Usage.SystemTime += systemTime;
        IoAccounting.SettlePages();
    }
}
