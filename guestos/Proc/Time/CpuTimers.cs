using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// Timers on CPU time, RLIMIT_CPU and RLIMIT_RTTIME. While a process that has any runs, a kernel timer stands at the earliest time at which one can be due; they
/// are looked at then.
/// </summary>
internal static class CpuTimers
{
    // Later looks cost nothing that counts; closer ones would only find nothing.
    private const ulong ShortestWait = 1000;

    private static KernelTimer s_check;

    public static void Initialize() => s_check = new Check();

    /// <summary>The running thread has changed, or its process's timers.</summary>
    public static void Watch()
    {
        Timers.Cancel(s_check);
        Process process = Scheduler.Current.Process;
        if (process.Timers.FirstCpu == null && process.CpuLimit == ulong.MaxValue && process.RealTimeLimit == ulong.MaxValue) return;
        ulong wait = ulong.MaxValue;
        for (PosixTimer timer = process.Timers.FirstCpu; timer != null; timer = timer.NextCpu) wait = Earlier(wait, timer.Due, timer.Clock.Now);
        if (process.CpuLimit != ulong.MaxValue) wait = Earlier(wait, process.CpuLimit, process.Usage.CpuTime);
        if (HasRealTimeLimit) wait = Earlier(wait, process.RealTimeLimit, Scheduler.RealTimeUsed);
        if (wait == ulong.MaxValue) return;
        Timers.Start(s_check, Clock.Now + (wait < ShortestWait ? ShortestWait : wait));
    }

    private static bool HasRealTimeLimit => Scheduler.Current.Process.RealTimeLimit != ulong.MaxValue && Scheduler.Current.Scheduling.Level != 0;

    private static ulong Earlier(ulong wait, ulong due, ulong now)
    {
        ulong left = due > now ? due - now : 0;
        return left < wait ? left : wait;
    }

    private sealed class Check : KernelTimer
    {
        public override void Expire(ulong now)
        {
            Process process = Scheduler.Current.Process;
            for (PosixTimer timer = process.Timers.FirstCpu; timer != null;)
            {
                PosixTimer next = timer.NextCpu;
                ulong time = timer.Clock.Now;
                if (timer.Due <= time) timer.ExpireCpu(time);
                timer = next;
            }
            CpuAccounting.Settle();
            if (process.Usage.CpuTime >= process.CpuLimit) Exceed(process);
            if (HasRealTimeLimit && Scheduler.RealTimeUsed >= process.RealTimeLimit) ExceedRealTime(process);
            Watch();
        }

        /// <summary>The same for RLIMIT_RTTIME, whose soft limit rises with each SIGXCPU.</summary>
        private static void ExceedRealTime(Process process)
        {
            const ulong MicrosecondsPerSecond = 1000000;
            ResourceLimit limit = process.Limits.Get(ResourceLimits.RealTimeTime);
            if (process.RealTimeLimit / Clock.NanosecondsPerMicrosecond >= limit.Hard)
            {
                Signal.SendToProcess(process, SignalInfo.FromKernel(SignalNumber.Kill));
                process.RealTimeLimit = ulong.MaxValue;
                return;
            }
            Signal.SendToProcess(process, SignalInfo.FromKernel(SignalNumber.CpuLimit));
            limit.Soft += MicrosecondsPerSecond;
            process.Limits.Set(ResourceLimits.RealTimeTime, limit);
            process.SetRealTimeLimit();
        }

        /// <summary>SIGXCPU each second beyond the soft limit, SIGKILL at the hard one.</summary>
        private static void Exceed(Process process)
        {
            ResourceLimit limit = process.Limits.Get(ResourceLimits.CpuTime);
            if (process.CpuLimit / Clock.NanosecondsPerSecond >= limit.Hard)
            {
                Signal.SendToProcess(process, SignalInfo.FromKernel(SignalNumber.Kill));
                process.CpuLimit = ulong.MaxValue;
                return;
            }
            Signal.SendToProcess(process, SignalInfo.FromKernel(SignalNumber.CpuLimit));
            process.CpuLimit += Clock.NanosecondsPerSecond;
        }
    }
}
