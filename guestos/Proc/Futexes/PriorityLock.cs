using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// A futex with priority inheritance that threads wait for (futex(2), FUTEX_LOCK_PI). Its word holds the owner's number; while there is a waiter the kernel
/// knows the owner, who runs with the priority of the most urgent one, and hands the lock over. Made by the first waiter, freed by the last.
/// </summary>
internal sealed class PriorityLock
{
    private const int Buckets = 64;

    private static PriorityLock[] s_locks;

    private readonly FutexKey _key;
    private PriorityLock _nextInBucket;

    // Threads whose AwaitedLock this is: in the queue, or woken and on their way out. The last of them frees it.
    private int _awaiting;
    private bool _isForgotten;

    private PriorityLock(in FutexKey key) => _key = key;

    /// <summary>Who sleeps for it.</summary>
    public WaitQueue Waiters { get; } = new WaitQueue();

    /// <summary>The thread that holds it; null when nobody can have it any more.</summary>
    public Thread Owner { get; private set; }

    /// <summary>Link of the list <see cref="Thread.HeldLocks"/>.</summary>
    public PriorityLock NextHeld { get; private set; }

    public static void Initialize() => s_locks = new PriorityLock[Buckets];

    /// <summary>The lock of a word that somebody waits for, or null.</summary>
    public static PriorityLock Find(in FutexKey key)
    {
        PriorityLock held = s_locks[(int)key.Hash & (Buckets - 1)];
        while (held != null && !held._key.Equals(key)) held = held._nextInBucket;
        return held;
    }

    /// <summary>The same, made now if there is none. The caller is about to wait for it.</summary>
    public static PriorityLock FindOrMake(in FutexKey key, Thread owner)
    {
        PriorityLock held = Find(key);
        if (held != null) return held;
        held = new PriorityLock(key);
        ref PriorityLock bucket = ref s_locks[(int)key.Hash & (Buckets - 1)];
        held._nextInBucket = bucket;
        bucket = held;
        held.Attach(owner);
        return held;
    }

    /// <summary>A thread waits for it from now on, and will be in <see cref="Waiters"/>.</summary>
    public void Await(Thread thread)
    {
        thread.AwaitedLock = this;
        _awaiting++;
    }

    /// <summary>A thread that was not given the lock has stopped to wait for it.</summary>
    public void StopAwaiting()
    {
        _awaiting--;
        if (_isForgotten) FreeUnlessAwaited();
        else if (_awaiting != 0) PriorityInheritance.Refresh(this);
        else
        {
            Detach();
            Forget();
        }
    }

    /// <summary>A thread ends: what it holds goes to the waiters, who write the words themselves.</summary>
    public static void OwnerEnds(Thread thread)
    {
        while (thread.HeldLocks != null) thread.HeldLocks.HandOver(thread.HeldLocks.MostUrgent(), isOwnerDead: true);
    }

    /// <summary>The first of the waiters with the highest priority; null when none waits.</summary>
    public Thread MostUrgent()
    {
        Thread best = Waiters.First;
        for (Thread thread = best; thread != null; thread = thread.NextWaiting)
            if (thread.Scheduling.Level > best.Scheduling.Level) best = thread;
        return best;
    }

    /// <summary>Makes a waiter the owner and wakes it. Without one the lock is forgotten.</summary>
    public void HandOver(Thread next, bool isOwnerDead)
    {
        Detach();
        if (next == null)
        {
            Forget();
            return;
        }
        next.HasLock = true;
        next.LockOwnerDied = isOwnerDead;
        next.AwaitedLock = null;
        _awaiting--;
        WaitQueue.Wake(next);
        if (Waiters.IsEmpty)
        {
            Forget();
            return;
        }
        Attach(next);
        PriorityInheritance.Inherit(next);
    }

    private void Attach(Thread owner)
    {
        Owner = owner;
        NextHeld = owner.HeldLocks;
        owner.HeldLocks = this;
    }

    private void Detach()
    {
        Thread owner = Owner;
        if (owner.HeldLocks == this) owner.HeldLocks = NextHeld;
        else
        {
            PriorityLock before = owner.HeldLocks;
            while (before.NextHeld != this) before = before.NextHeld;
            before.NextHeld = NextHeld;
        }
        NextHeld = null;
        Owner = null;
        PriorityInheritance.Inherit(owner);
    }

    private void Forget()
    {
        ref PriorityLock bucket = ref s_locks[(int)_key.Hash & (Buckets - 1)];
        if (bucket == this) bucket = _nextInBucket;
        else
        {
            PriorityLock before = bucket;
            while (before._nextInBucket != this) before = before._nextInBucket;
            before._nextInBucket = _nextInBucket;
        }
        _isForgotten = true;
        FreeUnlessAwaited();
    }

    private void FreeUnlessAwaited()
    {
        if (_awaiting != 0) return;
        Waiters.Destroy();
        KernelHeap.Free(this);
    }
}
