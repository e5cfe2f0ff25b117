using System;
using GuestOs.Arch;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>
/// The kernel thread that writes changed pages back after a while. Its timer runs only while there are changed pages: a machine that writes nothing
/// never sees it.
/// </summary>
internal static unsafe class Flusher
{
    /// <summary>vm.dirty_writeback_centisecs: how often the flusher looks, in 1/100 s; 0 for never.</summary>
    public static int IntervalCentiseconds = 500;

    /// <summary>vm.dirty_expire_centisecs: how long a page stays changed before it is written, in 1/100 s.</summary>
    public static int ExpireCentiseconds = 3000;

    private const ulong NanosecondsPerCentisecond = 10000000;

    private static readonly WaitQueue s_work = new WaitQueue();
    private static Thread s_thread;

    /// <summary>Starts the thread, once: with the first mount that can be written to.</summary>
    public static void Start()
    {
        if (s_thread == null) s_thread = Scheduler.StartKernelThread("flush-9p"u8, &Run).FirstThread;
    }

    /// <summary>There are changed pages: the thread looks at them when the interval has passed.</summary>
    public static void Expect()
    {
        if (s_thread == null || IntervalCentiseconds == 0 || s_thread.Timer.IsWaiting) return;
        Timers.Start(s_thread.Timer, Clock.Now + (ulong)IntervalCentiseconds * NanosecondsPerCentisecond);
    }

    /// <summary>There are so many changed pages that the thread should not wait.</summary>
    public static void Hurry()
    {
        if (s_thread != null && s_thread.Queue == s_work) WaitQueue.Wake(s_thread);
    }

    /// <summary><see cref="IntervalCentiseconds"/> was set: the thread looks now, and from then on in the new interval.</summary>
    public static int IntervalChanged()
    {
        if (s_thread != null && s_thread.Timer.IsWaiting) Timers.Cancel(s_thread.Timer);
        Hurry();
        return 0;
    }

    private static void Run(ulong argument)
    {
        while (true)
        {
            s_work.SleepUninterruptible();
            ulong age = (ulong)ExpireCentiseconds * NanosecondsPerCentisecond;
            if (DirtyFiles.AreMany) DirtyFiles.WriteBackAll();
            else if (Clock.Now >= age) DirtyFiles.WriteBack(Clock.Now - age + 1);
            if (DirtyFiles.First != null) Expect();
        }
    }
}
