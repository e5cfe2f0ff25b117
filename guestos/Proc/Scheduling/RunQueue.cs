namespace GuestOs.Proc;

/// <summary>The threads that could run, by priority: 0 for those that share the CPU by niceness, 1 to 99 for real-time threads, which come first.</summary>
internal sealed class RunQueue
{
    private const int Levels = SchedulingPolicy.HighestPriority + 1;

    private readonly Thread[] _first = new Thread[Levels];
    private readonly Thread[] _last = new Thread[Levels];

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>The highest priority at which a thread waits; -1 when none does.</summary>
    public int Highest { get; private set; } = -1;

    /// <summary>True while a thread waits at a priority.</summary>
    public bool Has(int level) => _first[level] != null;

    /// <summary>Adds a thread behind the others of its priority, or in front of them.</summary>
    public void Add(Thread thread, bool atHead)
    {
        int level = thread.Scheduling.Level;
        thread.QueuedLevel = level;
        Thread first = _first[level];
        if (atHead || first == null)
        {
            thread.NextRunnable = first;
            _first[level] = thread;
            if (first == null) _last[level] = thread;
        }
        else
        {
            thread.NextRunnable = null;
            _last[level].NextRunnable = thread;
            _last[level] = thread;
        }
        if (level > Highest) Highest = level;
        Count++;
    }

    /// <summary>Takes the first thread of a priority at which one waits.</summary>
    public Thread Take(int level)
    {
        Thread thread = _first[level];
        Unlink(thread, null, level);
        return thread;
    }

    /// <summary>Takes out a thread that waits.</summary>
    public void Remove(Thread thread)
    {
        Thread before = null;
        for (Thread other = _first[thread.QueuedLevel]; other != thread; other = other.NextRunnable) before = other;
        Unlink(thread, before, thread.QueuedLevel);
    }

    private void Unlink(Thread thread, Thread before, int level)
    {
        if (before == null) _first[level] = thread.NextRunnable;
        else before.NextRunnable = thread.NextRunnable;
        if (_last[level] == thread) _last[level] = before;
        thread.NextRunnable = null;
        Count--;
        while (Highest >= 0 && _first[Highest] == null) Highest--;
    }
}
