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

    /// <summary>Wakes up to <paramref name="count"/> sleepers whose bits meet; returns how many.</summary>
    public static int Wake(in FutexKey key, int count, uint bits)
    {
        int woken = 0;
        Thread thread = Queue(key).First;
        while (thread != null && woken < count)
        {
            Thread next = thread.NextWaiting;
            if (thread.FutexKey.Equals(key) && (thread.FutexBits & bits) != 0)
            {
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
        if (key.Equals(target)) return done;
        Thread thread = Queue(key).First;
        while (thread != null && moved < moveCount)
        {
            Thread next = thread.NextWaiting;
            if (thread.FutexKey.Equals(key))
            {
                thread.FutexKey = target;
                if (Queue(target) != thread.Queue) WaitQueue.Move(thread, Queue(target));
                moved++;
            }
            thread = next;
        }
        return done + moved;
    }

    private static WaitQueue Queue(in FutexKey key) => s_queues[(int)key.Hash & (Buckets - 1)];
}
