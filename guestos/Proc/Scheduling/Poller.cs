using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// A thread in poll or select, as the watcher of what it looks at. It looks between <see cref="Start"/> and <see cref="Sleep"/>, sleeps only if it has found
/// nothing, and then calls <see cref="Stop"/>. Made at a thread's first poll, kept with it.
/// </summary>
internal sealed class Poller : Watcher
{
    private readonly WaitQueue _sleeper = new WaitQueue();

    /// <summary>What files say from now on the running thread wants to know the changes of.</summary>
    public static Poller Start()
    {
        Poller poller = Scheduler.Current.Poller ??= new Poller();
        Current = poller;
        return poller;
    }

    /// <summary>Sleeps until something it looked at may have changed; results as <see cref="WaitQueue.SleepUntil"/>.</summary>
    public int Sleep(ulong deadline)
    {
        Current = null;
        return _sleeper.SleepUntil(deadline);
    }

    /// <summary>Has looked, and may have slept.</summary>
    public void Stop()
    {
        Current = null;
        Forget();
    }

    public override bool OnWake(uint events) => _sleeper.WakeOne();

    public void Destroy()
    {
        _sleeper.Destroy();
        KernelHeap.Free(this);
    }
}
