using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// Threads that wait for one kind of event. The kernel is not preemptible, so between the test of a condition and the sleep nothing can happen;
/// after a sleep the condition has to be tested again.
/// </summary>
internal sealed class WaitQueue
{
    private static WaitQueue s_pollers;

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

    /// <summary>Sleeps until anything that poll can wait for happened anywhere, or the deadline passed; results as <see cref="SleepUntil"/>.</summary>
    public static int SleepForAnyEvent(ulong deadline) => s_pollers.SleepUntil(deadline);

    /// <summary>Wakes every sleeper. Safe in interrupt handlers.</summary>
    public void WakeAll()
    {
        WakeCount++;
        while (_first != null) Wake(_first);
        WakePollers();
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
    public static void WakePollers()
    {
        while (s_pollers._first != null) Wake(s_pollers._first);
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
