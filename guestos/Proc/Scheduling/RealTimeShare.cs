using GuestOs.Arch;

namespace GuestOs.Proc;

/// <summary>
/// Leaves others a share of the CPU while real-time threads would take all of it: of each period they get so much at most when somebody else wants to run
/// (Linux's kernel.sched_rt_period_us and sched_rt_runtime_us).
/// </summary>
internal static class RealTimeShare
{
    public const ulong PeriodNanoseconds = 1000000000;
    public const ulong RunNanoseconds = 950000000;

    private static ulong s_periodStart;
    private static ulong s_used;

    /// <summary>A real-time thread has had the CPU.</summary>
    public static void Charge(ulong start, ulong end)
    {
        Advance(end);
        s_used += start > s_periodStart ? end - start : end - s_periodStart;
    }

    /// <summary>True when real-time threads have had their share of this period.</summary>
    public static bool IsSpent(ulong now)
    {
        Advance(now);
        return s_used >= RunNanoseconds;
    }

    /// <summary>When a real-time thread that runs from now on will have had the share.</summary>
    public static ulong EndFrom(ulong now)
    {
        Advance(now);
        return s_used < RunNanoseconds ? now + (RunNanoseconds - s_used) : now;
    }

    /// <summary>When the period ends that holds this time.</summary>
    public static ulong PeriodEnd(ulong now)
    {
        Advance(now);
        return s_periodStart + PeriodNanoseconds;
    }

    private static void Advance(ulong now)
    {
        if (now - s_periodStart < PeriodNanoseconds) return;
        s_periodStart = now - now % PeriodNanoseconds;
        s_used = 0;
    }
}
