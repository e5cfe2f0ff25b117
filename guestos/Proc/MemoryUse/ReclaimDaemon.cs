using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>The kernel thread that reclaims frames while programs still find free ones (Linux's kswapd). It is started when it is needed first.</summary>
internal static unsafe class ReclaimDaemon
{
    // Programs get the same numbers whether it runs or not.
    private const int ThreadId = ProcessTable.MaximumPid - 1;

    private static WaitQueue s_asleep;
    private static bool s_isStarted;

    /// <summary>Wakes the daemon from now on when frames get few.</summary>
    public static void Initialize()
    {
        s_asleep = new WaitQueue();
        Reclaim.OnLow = &Wake;
    }

    private static void Wake()
    {
        if (!s_isStarted)
        {
            s_isStarted = true;
            Scheduler.StartKernelThread("kswapd0"u8, &Run, ThreadId);
        }
        else if (s_asleep.IsEmpty) return;
        else WaitQueue.Wake(s_asleep.First);
        // It runs before the program that took the frame goes on.
        Scheduler.NeedsSwitch = true;
    }

    private static void Run(ulong argument)
    {
        while (true)
        {
            bool hasProgress = true;
            while (hasProgress && FrameAllocator.FreeFrames < Watermarks.High) hasProgress = Reclaim.InBackground() >= Reclaim.Batch;
            s_asleep.SleepUninterruptible();
        }
    }
}
