using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>What threads do with locks with priority inheritance (futex(2), FUTEX_LOCK_PI and its kin). A lock nobody waits for is no more than its word.</summary>
internal static class LockFutex
{
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
            return Finish(thread, held, address, held.Waiters.SleepUntil(deadline));
        }
    }

    /// <summary>Gives the lock up, to the most urgent waiter if there is one: 0, -EPERM when another thread holds it, -EINVAL, -EFAULT.</summary>
    public static int GiveUp(in FutexKey key, ulong address)
    {
        Thread thread = Scheduler.Current;
        while (true)
        {
            if (!LockWord.ReadForChange(address, out uint word)) return -Errno.Fault;
            if ((word & LockWord.ThreadMask) != (uint)thread.Id) return -Errno.NotPermitted;
            PriorityLock held = PriorityLock.Find(key);
            if (held != null && held.Owner != thread) return -Errno.Invalid;
            Thread next = held?.MostUrgent();
            uint value = next == null ? 0 : LockWord.HasWaiters | (uint)next.Id;
            if (!UserMemory.CompareExchange(address, word, value, out uint found)) return -Errno.Fault;
            if (found != word) continue;
            if (held != null) held.HandOver(next, isOwnerDead: false);
            return 0;
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
            WaitQueue.Move(thread, held.Waiters);
            PriorityInheritance.Refresh(held);
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
            return fromDead ? LockWord.WriteOwner(thread, address) : 0;
        }
        held?.StopAwaiting();
        return error == -Errno.RestartCall ? -Errno.RestartAlways : error;
    }

    /// <summary>Writes the thread into a free word, or marks a held one and finds its owner. -EAGAIN when the word has changed meanwhile.</summary>
    private static int Claim(in FutexKey key, ulong address, Thread thread, bool hasMore, out Thread owner)
    {
        owner = null;
        if (!LockWord.ReadForChange(address, out uint word)) return -Errno.Fault;
        uint id = word & LockWord.ThreadMask;
        if (id == (uint)thread.Id) return -Errno.Deadlock;
        PriorityLock held = PriorityLock.Find(key);
        // With waiters the word names the owner the kernel knows.
        if (held != null && held.Owner.Id != (int)id) return -Errno.Invalid;
        uint value = id != 0 ? word | LockWord.HasWaiters : word & LockWord.OwnerDied | (uint)thread.Id | (hasMore ? LockWord.HasWaiters : 0);
        if (!UserMemory.CompareExchange(address, word, value, out uint found)) return -Errno.Fault;
        if (found != word) return -Errno.Again;
        if (id == 0) return 0;
        owner = held != null ? held.Owner : ProcessTable.FindThread((int)id);
        if (owner == null) return -Errno.NoProcess;
        return owner.Process.Space == null ? -Errno.NotPermitted : 0;
    }

    /// <summary>Makes the thread a waiter for an owner's lock. It sleeps in the lock's queue as soon as the caller has seen to that.</summary>
    private static int Enqueue(in FutexKey key, Thread owner, Thread thread, out PriorityLock held)
    {
        held = null;
        int length = 0;
        for (PriorityLock next = owner.AwaitedLock; next != null && length < PriorityInheritance.LongestChain; next = next.Owner?.AwaitedLock, length++)
            if (next.Owner == thread) return -Errno.Deadlock;
        if (owner == thread) return -Errno.Deadlock;
        held = PriorityLock.FindOrMake(key, owner);
        held.Await(thread);
        // It is not in the queue yet, where Refresh would find it.
        if (thread == Scheduler.Current) PriorityInheritance.Raise(owner, thread.Scheduling.Level);
        return 0;
    }
}
