using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// A futex with priority inheritance that threads wait for (futex(2), FUTEX_LOCK_PI). Its word holds the owner's number; while there is a waiter the kernel
/// knows the owner, who runs with the priority of the most urgent one, and hands the lock over. Made by the first waiter, freed by the last.
/// </summary>
internal sealed class PriorityLock
{
    public const uint ThreadMask = 0x3fffffff;
    public const uint OwnerDied = 0x40000000;
    public const uint HasWaiters = 0x80000000;

    private const int Buckets = 64;

    // Longer chains of owners who wait themselves are not followed.
    private const int LongestChain = 1024;

    private static PriorityLock[] s_locks;

    private readonly FutexKey _key;
    private readonly WaitQueue _waiters = new WaitQueue();
    private PriorityLock _nextInBucket;
    private PriorityLock _nextHeld;
    private Thread _owner;

    // Threads whose AwaitedLock this is: in the queue, or woken and on their way out. The last of them frees it.
    private int _awaiting;
    private bool _isForgotten;

    private PriorityLock(in FutexKey key) => _key = key;

    public static void Initialize() => s_locks = new PriorityLock[Buckets];

    /// <summary>
    /// Takes the lock, waiting for it until a time: 0, -EDEADLK, -ETIMEDOUT, -ESRCH when its owner is no thread, -EPERM for one of the kernel, -EINVAL for a word
    /// that nobody who keeps the rules has written, -EAGAIN for a try while it is held, -EFAULT, -RestartAlways.
    /// </summary>
    public static int Take(in FutexKey key, ulong address, ulong deadline, bool isTry)
    {
        Thread thread = Scheduler.Current;
        while (true)
        {
            int error = Claim(key, address, thread, false, out Thread owner);
            if (error == -Errno.Again) continue;
            if (error != 0 || owner == null) return error;
            if (isTry) return -Errno.Again;
            error = Enqueue(key, owner, thread, out PriorityLock held);
            if (error != 0) return error;
            return Finish(thread, held, address, held._waiters.SleepUntil(deadline));
        }
    }

    /// <summary>Gives the lock up, to the most urgent waiter if there is one: 0, -EPERM when another thread holds it, -EINVAL, -EFAULT.</summary>
    public static int GiveUp(in FutexKey key, ulong address)
    {
        Thread thread = Scheduler.Current;
        while (true)
        {
            if (!ReadForChange(address, out uint word)) return -Errno.Fault;
            if ((word & ThreadMask) != (uint)thread.Id) return -Errno.NotPermitted;
            PriorityLock held = Find(key);
            if (held != null && held._owner != thread) return -Errno.Invalid;
            Thread next = held?.MostUrgent();
            uint value = next == null ? 0 : HasWaiters | (uint)next.Id;
            if (!UserMemory.CompareExchange(address, word, value, out uint found)) return -Errno.Fault;
            if (found != word) continue;
            if (held != null) held.HandOver(next, isOwnerDead: false);
            return 0;
        }
    }

    /// <summary>A thread ends: what it holds goes to the waiters, who write the words themselves.</summary>
    public static void OwnerEnds(Thread thread)
    {
        while (thread.HeldLocks != null) thread.HeldLocks.HandOver(thread.HeldLocks.MostUrgent(), isOwnerDead: true);
    }

    /// <summary>A waiter's priority has changed: the owner's does, and that of whom the owner waits for.</summary>
    public static void Refresh(PriorityLock held)
    {
        for (int length = 0; held != null && length < LongestChain; length++)
        {
            Thread owner = held._owner;
            if (owner == null || !Inherit(owner)) return;
            held = owner.AwaitedLock;
        }
    }

    /// <summary>
    /// For FUTEX_CMP_REQUEUE_PI: takes the lock for a thread that sleeps on a condition, or queues it behind the owner. True in <paramref name="isTaken"/> when it
    /// has the lock and is awake; else 0 means it waits for the lock now.
    /// </summary>
    public static int TakeFor(Thread thread, in FutexKey key, ulong address, bool hasMore, out bool isTaken)
    {
        isTaken = false;
        Thread owner;
        int error;
        do error = Claim(key, address, thread, hasMore, out owner);
        while (error == -Errno.Again);
        if (error != 0) return error;
        if (owner == null)
        {
            isTaken = true;
            thread.HasLock = true;
            WaitQueue.Wake(thread);
            return 0;
        }
        error = Enqueue(key, owner, thread, out PriorityLock held);
        if (error == 0)
        {
            WaitQueue.Move(thread, held._waiters);
            Refresh(held);
        }
        return error;
    }

    /// <summary>What becomes of a thread whose sleep for the lock has ended: 0 when it has the lock.</summary>
    /// <param name="held">The lock; null when it never came so far.</param>
    public static int Finish(Thread thread, PriorityLock held, ulong address, int error)
    {
        thread.AwaitedLock = null;
        if (thread.HasLock)
        {
            bool fromDead = thread.LockOwnerDied;
            thread.HasLock = false;
            thread.LockOwnerDied = false;
            return fromDead ? WriteOwner(thread, address) : 0;
        }
        if (held != null)
        {
            held._awaiting--;
            if (held._isForgotten) held.FreeUnlessAwaited();
            else if (held._awaiting == 0) held.Destroy();
            else Refresh(held);
        }
        return error == -Errno.RestartCall ? -Errno.RestartAlways : error;
    }

    /// <summary>Writes the thread into a free word, or marks a held one and finds its owner. -EAGAIN when the word has changed meanwhile.</summary>
    private static int Claim(in FutexKey key, ulong address, Thread thread, bool hasMore, out Thread owner)
    {
        owner = null;
        if (!ReadForChange(address, out uint word)) return -Errno.Fault;
        uint id = word & ThreadMask;
        if (id == (uint)thread.Id) return -Errno.Deadlock;
        PriorityLock held = Find(key);
        // With waiters the word names the owner the kernel knows.
        if (held != null && held._owner.Id != (int)id) return -Errno.Invalid;
        uint value = id != 0 ? word | HasWaiters : word & OwnerDied | (uint)thread.Id | (hasMore ? HasWaiters : 0);
        if (!UserMemory.CompareExchange(address, word, value, out uint found)) return -Errno.Fault;
        if (found != word) return -Errno.Again;
        if (id == 0) return 0;
        owner = held != null ? held._owner : ProcessTable.FindThread((int)id);
        if (owner == null) return -Errno.NoProcess;
        return owner.Process.Space == null ? -Errno.NotPermitted : 0;
    }

    /// <summary>Makes the thread a waiter for an owner's lock. It sleeps in the lock's queue as soon as the caller has seen to that.</summary>
    private static int Enqueue(in FutexKey key, Thread owner, Thread thread, out PriorityLock held)
    {
        held = null;
        int length = 0;
        for (PriorityLock next = owner.AwaitedLock; next != null && length < LongestChain; next = next._owner?.AwaitedLock, length++)
            if (next._owner == thread) return -Errno.Deadlock;
        if (owner == thread) return -Errno.Deadlock;
        held = Find(key);
        if (held == null)
        {
            held = new PriorityLock(key);
            ref PriorityLock bucket = ref s_locks[(int)key.Hash & (Buckets - 1)];
            held._nextInBucket = bucket;
            bucket = held;
            held.Attach(owner);
        }
        thread.AwaitedLock = held;
        held._awaiting++;
        if (thread == Scheduler.Current)
        {
            // It is not in the queue yet.
            if (thread.Scheduling.Level > owner.Scheduling.Level) Raise(owner, thread.Scheduling.Level);
        }
        return 0;
    }

    /// <summary>Lends a thread a priority, and those it waits for in turn.</summary>
    private static void Raise(Thread owner, int level)
    {
        for (int length = 0; owner != null && length < LongestChain && owner.Scheduling.Level < level; length++)
        {
            SchedulingPolicy policy = owner.Scheduling;
            policy.Inherited = level;
            Scheduler.SetPolicy(owner, policy);
            owner = owner.AwaitedLock?._owner;
        }
    }

    /// <summary>Sets what a thread inherits from those who wait for its locks; false when that is as before.</summary>
    private static bool Inherit(Thread owner)
    {
        int highest = 0;
        for (PriorityLock held = owner.HeldLocks; held != null; held = held._nextHeld)
        {
            Thread waiter = held.MostUrgent();
            if (waiter != null && waiter.Scheduling.Level > highest) highest = waiter.Scheduling.Level;
        }
        SchedulingPolicy policy = owner.Scheduling;
        if (policy.Inherited == highest) return false;
        policy.Inherited = highest;
        Scheduler.SetPolicy(owner, policy);
        return true;
    }

    /// <summary>The thread has the lock of an owner that died: it says so in the word.</summary>
    private static int WriteOwner(Thread thread, ulong address)
    {
        if (!UserMemory.Read(address, out uint word)) return -Errno.Fault;
        while (true)
        {
            uint value = HasWaiters | OwnerDied | (uint)thread.Id;
            if (!UserMemory.CompareExchange(address, word, value, out uint found)) return -Errno.Fault;
            if (found == word) return 0;
            word = found;
        }
    }

    /// <summary>Reads a word whose page can be written from now on: nothing sleeps, and so nothing here changes, until it is.</summary>
    private static bool ReadForChange(ulong address, out uint word)
    {
        if (!UserMemory.Read(address, out word)) return false;
        while (true)
        {
            if (!UserMemory.CompareExchange(address, word, word, out uint found)) return false;
            if (found == word) return true;
            word = found;
        }
    }

    private static PriorityLock Find(in FutexKey key)
    {
        PriorityLock held = s_locks[(int)key.Hash & (Buckets - 1)];
        while (held != null && !held._key.Equals(key)) held = held._nextInBucket;
        return held;
    }

    /// <summary>The first of the waiters with the highest priority; null when none waits.</summary>
    private Thread MostUrgent()
    {
        Thread best = _waiters.First;
        for (Thread thread = best; thread != null; thread = thread.NextWaiting)
            if (thread.Scheduling.Level > best.Scheduling.Level) best = thread;
        return best;
    }

    /// <summary>Makes a waiter the owner and wakes it. Without one the lock is forgotten.</summary>
    private void HandOver(Thread next, bool isOwnerDead)
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
        if (_waiters.IsEmpty)
        {
            Forget();
            return;
        }
        Attach(next);
        Inherit(next);
    }

    private void Attach(Thread owner)
    {
        _owner = owner;
        _nextHeld = owner.HeldLocks;
        owner.HeldLocks = this;
    }

    private void Detach()
    {
        Thread owner = _owner;
        if (owner.HeldLocks == this) owner.HeldLocks = _nextHeld;
        else
        {
            PriorityLock before = owner.HeldLocks;
            while (before._nextHeld != this) before = before._nextHeld;
            before._nextHeld = _nextHeld;
        }
        _nextHeld = null;
        _owner = null;
        Inherit(owner);
    }

    private void Destroy()
    {
        Detach();
        Forget();
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
        KernelHeap.Free(_waiters);
        KernelHeap.Free(this);
    }
}
