using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// Sleeping on a word of user memory. Words are told apart by address within an address space; words that different spaces share are not.
/// </summary>
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
    public static int Wait(AddressSpace space, ulong address, uint expected, uint bits, ulong deadline)
    {
        if (!UserMemory.Read(address, out uint value)) return -Errno.Fault;
        if (value != expected) return -Errno.Again;
        Thread thread = Scheduler.Current;
        thread.FutexAddress = address;
        thread.FutexBits = bits;
        int error = Queue(address).SleepUntil(deadline);
        bool wasWoken = thread.FutexAddress == 0;
        thread.FutexAddress = 0;
        return wasWoken ? 0 : error;
    }

    /// <summary>Wakes up to <paramref name="count"/> sleepers whose bits meet; returns how many.</summary>
    public static int Wake(AddressSpace space, ulong address, int count, uint bits)
    {
        int woken = 0;
        Thread thread = Queue(address).First;
        while (thread != null && woken < count)
        {
            Thread next = thread.NextWaiting;
            if (IsWaiter(thread, space, address) && (thread.FutexBits & bits) != 0)
            {
                thread.FutexAddress = 0;
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
    public static int Requeue(AddressSpace space, ulong address, int wakeCount, ulong target, int moveCount)
    {
        int done = Wake(space, address, wakeCount, uint.MaxValue);
        int moved = 0;
        Thread thread = Queue(address).First;
        while (thread != null && moved < moveCount)
        {
            Thread next = thread.NextWaiting;
            if (IsWaiter(thread, space, address))
            {
                thread.FutexAddress = target;
                if (Queue(target) != thread.Queue) WaitQueue.Move(thread, Queue(target));
                moved++;
            }
            thread = next;
        }
        return done + moved;
    }

    private static bool IsWaiter(Thread thread, AddressSpace space, ulong address) => thread.FutexAddress == address && thread.Process.Space == space;

    private static WaitQueue Queue(ulong address) => s_queues[(int)(address >> 2) & (Buckets - 1)];
}
