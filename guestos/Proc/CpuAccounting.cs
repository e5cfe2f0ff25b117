using System.Runtime;
using GuestOs.Arch;

namespace GuestOs.Proc;

/// <summary>
/// Measures the time that threads spend in user mode and in the kernel. Each entry to and exit from the kernel reads the clock; the sums are settled
/// with the thread and its process at switches and when somebody asks.
/// </summary>
internal static class CpuAccounting
{
    private static ulong s_mark;
    private static ulong s_userTime;

    // Up to the mark.
    private static ulong s_systemTime;

    /// <summary>Nanoseconds in user mode of all threads, up to the last <see cref="Settle"/>; those with a niceness above 0 apart.</summary>
    public static ulong UserTime { get; private set; }
    public static ulong NiceTime { get; private set; }

    /// <summary>Nanoseconds in the kernel since boot: all that is not user mode or idle. Call <see cref="Settle"/> before.</summary>
    public static ulong SystemTime => s_mark - UserTime - NiceTime - Scheduler.IdleTime;

    /// <summary>The running thread came from user mode.</summary>
    [RuntimeExport("user_mode_left")]
    public static void UserModeLeft()
    {
        ulong now = Clock.Now;
        s_userTime += now - s_mark;
        s_mark = now;
    }

    /// <summary>The running thread is about to go to user mode.</summary>
    [RuntimeExport("user_mode_entered")]
    public static void UserModeEntered()
    {
        ulong now = Clock.Now;
        s_systemTime += now - s_mark;
        s_mark = now;
    }

    /// <summary>Credits the running thread with its time up to now.</summary>
    public static void Settle()
    {
        UserModeEntered();
        Thread thread = Scheduler.Current;
        if (thread.Scheduling.Niceness > 0) NiceTime += s_userTime;
        else UserTime += s_userTime;
        thread.Usage.UserTime += s_userTime;
        thread.Usage.SystemTime += s_systemTime;
        thread.Process.Usage.UserTime += s_userTime;
        thread.Process.Usage.SystemTime += s_systemTime;
        IoAccounting.SettlePages();
        s_userTime = 0;
        s_systemTime = 0;
    }
}
