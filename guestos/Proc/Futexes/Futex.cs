using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>Sleeping on a word of user memory, of one process or shared (<see cref="FutexKey"/>).</summary>
internal static class Futex
{
    private const int Buckets = 64;

    private static WaitQueue[] s_queues;

    public static void Initialize()
    {
        s_queues = new WaitQueue[Buckets];
        for (int i = 0; i < Buckets; i++) s_queues[i] = new WaitQueue();
        PriorityLock.Initialize();
        FutexVector.Initialize();
    }

    /// <summary>Sleeps while the word holds a value, until woken (0), -EAGAIN at once when it does not, -EFAULT, -ETIMEDOUT, -RestartCall.</summary>
    public static int Wait(in FutexKey key, ulong address, uint expected, uint bits, ulong deadline)
    {
        if (!UserMemory.Read(address, out uint value)) return -Errno.Fault;
        if (value != expected) return -Errno.Again;
        Thread thread = Scheduler.Current;
        thread.FutexKey = key;
        thread.FutexBits = bits;
        int error = Queue(key).SleepUntil(deadline);
        bool wasWoken = !thread.FutexKey.IsSet;
        thread.FutexKey = default;
        return wasWoken ? 0 : error;
    }

    /// <summary>Wakes up to <paramref name="count"/> sleepers whose bits meet; returns how many. -EINVAL when one is to be moved to a lock instead.</summary>
    public static int Wake(in FutexKey key, int count, uint bits)
    {
        int woken = FutexVector.Wake(key, count);
        Thread thread = Queue(key).First;
        while (thread != null && woken < count)
        {
            Thread next = thread.NextWaiting;
            if (thread.FutexKey.Equals(key) && (thread.FutexBits & bits) != 0)
            {
                if (thread.RequeueKey.IsSet) return -Errno.Invalid;
                thread.FutexKey = default;
                WaitQueue.Wake(thread);
                woken++;
            }
            thread = next;
        }
        return woken;
    }

    /// <summary>
    /// Wakes up to <paramref name="wakeCount"/> sleepers and moves up to <paramref name="moveCount"/> others to another word; returns how many in all.
    /// </summary>
    public static int Requeue(in FutexKey key, int wakeCount, in FutexKey target, int moveCount)
    {
        int done = Wake(key, wakeCount, uint.MaxValue);
        int moved = 0;
        if (key.Equals(target) || done < 0) return done;
        Thread thread = Queue(key).First;
        while (thread != null && moved < moveCount)
        {
            Thread next = thread.NextWaiting;
            if (thread.FutexKey.Equals(key))
            {
                if (thread.RequeueKey.IsSet) return -Errno.Invalid;
                thread.FutexKey = target;
                if (Queue(target) != thread.Queue) WaitQueue.Move(thread, Queue(target));
                moved++;
            }
            thread = next;
        }
        return done + moved;
    }

    /// <summary>
    /// Sleeps as <see cref="Wait"/> until a thread makes it wait for a lock (<see cref="RequeueToLock"/>), and then until it has the lock: 0.
    /// -EAGAIN also when a signal came while it waited for the lock.
    /// </summary>
    public static int WaitForLock(in FutexKey key, ulong address, uint expected, in FutexKey lockKey, ulong lockAddress, ulong deadline)
    {
        if (!UserMemory.Read(address, out uint value)) return -Errno.Fault;
        if (value != expected) return -Errno.Again;
        Thread thread = Scheduler.Current;
        thread.FutexKey = key;
        thread.FutexBits = uint.MaxValue;
        thread.RequeueKey = lockKey;
        int error = Queue(key).SleepUntil(deadline);
        bool wasMoved = !thread.FutexKey.IsSet;
        thread.FutexKey = default;
        thread.RequeueKey = default;
        error = LockFutex.Finish(thread, thread.AwaitedLock, lockAddress, error);
        return error == -Errno.RestartAlways && wasMoved ? -Errno.Again : error;
    }

    /// <summary>
    /// Gives a lock to the first sleeper on a word if it is free, and makes up to <paramref name="moveCount"/> others wait for it: how many in all, -EINVAL when
    /// one sleeps for another lock or none, and the errors of <see cref="LockFutex.TakeFor"/>.
    /// </summary>
    public static int RequeueToLock(in FutexKey key, in FutexKey lockKey, ulong lockAddress, int moveCount)
    {
        int done = 0;
        // One for the free lock, and the others behind it.
        while (done <= moveCount)
        {
            Thread thread = FirstOn(key, out bool hasMore);
            if (thread == null) break;
            if (!thread.RequeueKey.Equals(lockKey)) return -Errno.Invalid;
            int error = LockFutex.TakeFor(thread, lockKey, lockAddress, hasMore && moveCount > 0, out bool isTaken);
            if (error != 0) return error;
            thread.FutexKey = default;
            done++;
        }
        return done;
    }

    private static Thread FirstOn(in FutexKey key, out bool hasMore)
    {
        Thread first = null;
        hasMore = false;
        for (Thread thread = Queue(key).First; thread != null && !hasMore; thread = thread.NextWaiting)
        {
            if (!thread.FutexKey.Equals(key)) continue;
            hasMore = first != null;
            first ??= thread;
        }
        return first;
    }

    private static WaitQueue Queue(in FutexKey key) => s_queues[(int)key.Hash & (Buckets - 1)];
}
