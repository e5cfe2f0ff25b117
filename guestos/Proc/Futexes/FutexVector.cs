using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>The words a thread sleeps on in futex_waitv, until one of them is woken.</summary>
internal sealed class FutexVector
{
    /// <summary>FUTEX_WAITV_MAX.</summary>
    public const int MaximumCount = 128;

    private static WaitQueue s_sleepers;

    private readonly FutexKey[] _keys;
    private int _woken = -1;

    public FutexVector(int count) => _keys = new FutexKey[count];

    public static void Initialize() => s_sleepers = new WaitQueue();

    /// <summary>Sets one of the words.</summary>
    public void Set(int index, in FutexKey key) => _keys[index] = key;

    /// <summary>Sleeps until a word is woken, and returns its index; or -ETIMEDOUT, -RestartCall.</summary>
    public int Sleep(ulong deadline)
    {
        Thread thread = Scheduler.Current;
        thread.FutexVector = this;
        int error = s_sleepers.SleepUntil(deadline);
        thread.FutexVector = null;
        return _woken >= 0 ? _woken : error;
    }

    /// <summary>Wakes up to <paramref name="count"/> threads that sleep on a word among others; returns how many.</summary>
    public static int Wake(in FutexKey key, int count)
    {
        int woken = 0;
        for (Thread thread = s_sleepers.First; thread != null && woken < count;)
        {
            Thread next = thread.NextWaiting;
            int index = thread.FutexVector.IndexOf(key);
            if (index >= 0)
            {
                thread.FutexVector._woken = index;
                WaitQueue.Wake(thread);
                woken++;
            }
            thread = next;
        }
        return woken;
    }

    public void Destroy()
    {
        KernelHeap.Free(_keys);
        KernelHeap.Free(this);
    }

    private int IndexOf(in FutexKey key)
    {
        for (int i = 0; i < _keys.Length; i++)
            if (_keys[i].Equals(key)) return i;
        return -1;
    }
}
