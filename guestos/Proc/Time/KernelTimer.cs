namespace GuestOs.Proc;

/// <summary>Something that is due at a time; <see cref="Timers"/> keeps those that wait.</summary>
internal abstract class KernelTimer
{
    /// <summary>Nanoseconds since boot.</summary>
    public ulong Deadline;
    public bool IsWaiting;

    /// <summary>Orders timers of equal deadline by their start.</summary>
    public ulong Sequence;

    // Links of the heap: the first child, its siblings, and the one before: the left sibling, or the parent.
    public KernelTimer HeapChild;
    public KernelTimer HeapNext;
    public KernelTimer HeapPrevious;

    /// <summary>The time has come; the timer does not wait any more. Runs in the timer interrupt.</summary>
    public abstract void Expire(ulong now);
}

/// <summary>Ends a thread's sleep.</summary>
internal sealed class SleepTimer : KernelTimer
{
    private readonly Thread _sleeper;

    public SleepTimer(Thread sleeper) => _sleeper = sleeper;

    public override void Expire(ulong now)
    {
        if (_sleeper.Queue == null) return;
        _sleeper.HasTimedOut = true;
        WaitQueue.Wake(_sleeper);
    }
}
