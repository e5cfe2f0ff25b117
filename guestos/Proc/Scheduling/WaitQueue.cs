using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// Threads that wait for one kind of event. The kernel is not preemptible, so between the test of a condition and the sleep nothing can happen;
/// after a sleep the condition has to be tested again.
/// </summary>
internal sealed class WaitQueue
{
    private Thread _first;
    private Thread _last;
    private QueueWatch _firstWatch;
    private QueueWatch _lastWatch;

    public bool IsEmpty => _first == null;

    /// <summary>The sleepers in order of arrival, linked by <see cref="Thread.NextWaiting"/>.</summary>
    public Thread First => _first;

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

    /// <summary>Who looks at files for changes now (<see cref="Watcher.Current"/>) is to look again when this queue is woken.</summary>
    public void Watch() => Watcher.Current?.Watch(this);

    /// <summary>Wakes every sleeper, and tells who watches. Safe in interrupt handlers.</summary>
    /// <param name="events">What has come, as poll(2) has it; 0 for anything.</param>
    public void WakeAll(uint events = 0)
    {
        while (_first != null) Wake(_first);
        if (_firstWatch != null) TellWatchers(events);
    }

    /// <summary>Wakes the sleeper that came first, and tells who watches. False when nobody sleeps.</summary>
    /// <param name="events">What has come, as poll(2) has it; 0 for anything.</param>
    public bool WakeOne(uint events = 0)
    {
        bool isWoken = PassOn();
        if (_firstWatch != null) TellWatchers(events);
        return isWoken;
    }

    /// <summary>A sleeper that was woken alone leaves something for the next one: wakes it. False when nobody sleeps.</summary>
    public bool PassOn()
    {
        if (_first == null) return false;
        Wake(_first);
        return true;
    }

    /// <summary>Takes one sleeper out and makes it runnable.</summary>
    public static void Wake(Thread thread)
    {
        thread.Queue.Remove(thread);
        thread.RealTimeUsed = 0;
        Scheduler.MakeRunnable(thread);
    }

    /// <summary>Moves a sleeper to the end of another queue.</summary>
    public static void Move(Thread thread, WaitQueue destination)
    {
        thread.Queue.Remove(thread);
        destination.Append(thread);
    }

    /// <summary>Adds a watcher: for <see cref="Watcher.Watch"/>.</summary>
    public void Add(QueueWatch watch)
    {
        // The youngest first, as on Linux; exclusive ones behind all others, the oldest first.
        bool isLast = watch.Watcher.IsExclusive;
        watch.Next = isLast ? null : _firstWatch;
        watch.Previous = isLast ? _lastWatch : null;
        if (watch.Next != null) watch.Next.Previous = watch;
        else _lastWatch = watch;
        if (watch.Previous != null) watch.Previous.Next = watch;
        else _firstWatch = watch;
    }

    /// <summary>Takes a watcher out.</summary>
    public void Remove(QueueWatch watch)
    {
        if (watch.Previous != null) watch.Previous.Next = watch.Next;
        else _firstWatch = watch.Next;
        if (watch.Next != null) watch.Next.Previous = watch.Previous;
        else _lastWatch = watch.Previous;
    }

    /// <summary>Frees the queue. Nobody sleeps in it; who watches is told, and watches it no longer.</summary>
    public void Destroy()
    {
        while (_firstWatch != null)
        {
            Watcher watcher = _firstWatch.Watcher;
            watcher.Forget(_firstWatch);
            watcher.OnWake(0);
        }
        KernelHeap.Free(this);
    }

    private void TellWatchers(uint events)
    {
        for (QueueWatch watch = _firstWatch; watch != null; watch = watch.Next)
            if (watch.Watcher.OnWake(events) && events != 0 && watch.Watcher.IsExclusive) return;
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
