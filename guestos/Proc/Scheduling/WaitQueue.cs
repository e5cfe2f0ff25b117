using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// Threads that wait for one kind of event. The kernel is not preemptible, so between the test of a condition and the sleep nothing can happen;
/// after a sleep the condition has to be tested again.
/// </summary>
internal sealed class WaitQueue
{
    private const int PollClasses = 64;

    private static WaitQueue s_pollers;
    private static uint s_count;

    // The classes of queues that the running thread has said it watches.
    private static ulong s_watched;

    // Queues are in one of 64 classes, by turns: a poller is woken for the classes of the queues it watches, and looks again.
    private readonly ulong _pollClass = 1UL << (int)(s_count++ % PollClasses);

    private Thread _first;
    private Thread _last;

    public bool IsEmpty => _first == null;

    /// <summary>How often the queue was woken.</summary>
    public uint WakeCount { get; private set; }

    /// <summary>The sleepers in order of arrival, linked by <see cref="Thread.NextWaiting"/>.</summary>
    public Thread First => _first;

    public static void Initialize() => s_pollers = new WaitQueue();

    /// <summary>Sleeps until woken: 0; or -RestartCall when a signal came (or waits already).</summary>
    public int Sleep()
    {
        if (Scheduler.Current.HasWork) return -Errno.RestartCall;
        Block(isInterruptible: true, ulong.MaxValue);
        return Scheduler.Current.HasWork ? -Errno.RestartCall : 0;
    }

    /// <summary>Sleeps until woken, whatever signals come.</summary>
    public void SleepUninterruptible() => Block(isInterruptible: false, ulong.MaxValue);

    /// <summary>Sleeps until woken or until a signal comes that ends the process: only then false.</summary>
    public bool SleepKillable()
    {
        if (!Signal.IsDying(Scheduler.Current)) Block(isInterruptible: true, ulong.MaxValue);
        return !Signal.IsDying(Scheduler.Current);
    }

    /// <summary>As <see cref="Sleep"/>, but at most until a time in <see cref="Arch.Clock.Now"/>'s nanoseconds: then -TimedOut.</summary>
    public int SleepUntil(ulong deadline)
    {
        if (Scheduler.Current.HasWork) return -Errno.RestartCall;
        Block(isInterruptible: true, deadline);
        if (Scheduler.Current.HasTimedOut) return -Errno.TimedOut;
        return Scheduler.Current.HasWork ? -Errno.RestartCall : 0;
    }

    /// <summary>The running thread is about to look at files (poll and the like) and to sleep if there is nothing: from now on it is noted what it watches.</summary>
    public static void StartWatching() => s_watched = 0;

    /// <summary>What the running thread looks at may change when this queue is woken.</summary>
    public void Watch() => s_watched |= _pollClass;

    /// <summary>Sleeps until a queue that is watched since <see cref="StartWatching"/> was woken, or the deadline passed; results as <see cref="SleepUntil"/>.</summary>
    public static int SleepForWatched(ulong deadline)
    {
        Scheduler.Current.WatchedQueues = s_watched;
        return s_pollers.SleepUntil(deadline);
    }

    /// <summary>Wakes every sleeper. Safe in interrupt handlers.</summary>
    public void WakeAll()
    {
        WakeCount++;
        while (_first != null) Wake(_first);
        WakePollers(_pollClass);
    }

    /// <summary>Takes one sleeper out and makes it runnable.</summary>
    public static void Wake(Thread thread)
    {
        thread.Queue.Remove(thread);
        Scheduler.MakeRunnable(thread);
    }

    /// <summary>Moves a sleeper to the end of another queue.</summary>
    public static void Move(Thread thread, WaitQueue destination)
    {
        thread.Queue.Remove(thread);
        destination.Append(thread);
    }

    /// <summary>Makes everybody who waits in poll or epoll look again.</summary>
    public static void WakePollers() => WakePollers(ulong.MaxValue);

    private static void WakePollers(ulong classes)
    {
        for (Thread thread = s_pollers._first; thread != null;)
        {
            Thread next = thread.NextWaiting;
            if ((thread.WatchedQueues & classes) != 0 || classes == ulong.MaxValue) Wake(thread);
            thread = next;
        }
    }

    private void Block(bool isInterruptible, ulong deadline)
    {
        Thread thread = Scheduler.Current;
        thread.IsInterruptible = isInterruptible;
        thread.HasTimedOut = false;
        Append(thread);
        thread.State = ThreadState.Sleeping;
        if (deadline != ulong.MaxValue) Timers.Start(thread.Timer, deadline);
        Scheduler.Switch();
        if (deadline != ulong.MaxValue) Timers.Cancel(thread.Timer);
    }

    private void Append(Thread thread)
    {
        thread.Queue = this;
        thread.NextWaiting = null;
        thread.PreviousWaiting = _last;
        if (_last != null) _last.NextWaiting = thread;
        else _first = thread;
        _last = thread;
    }

    private void Remove(Thread thread)
    {
        if (thread.PreviousWaiting != null) thread.PreviousWaiting.NextWaiting = thread.NextWaiting;
        else _first = thread.NextWaiting;
        if (thread.NextWaiting != null) thread.NextWaiting.PreviousWaiting = thread.PreviousWaiting;
        else _last = thread.PreviousWaiting;
        thread.NextWaiting = null;
        thread.PreviousWaiting = null;
        thread.Queue = null;
    }
}
