using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// Somebody who is to know when any of several queues is woken: a thread in poll, or an entry of an epoll set. While it is <see cref="Current"/> it asks
/// files for their state, and they name the queues.
/// </summary>
internal abstract class Watcher
{
    private QueueWatch _first;

    /// <summary>Who wants to know when what files say now changes; null when nobody does. Never set while a thread sleeps.</summary>
    public static Watcher Current { get; set; }

    /// <summary>Of such watchers of a queue a wake-up for some events stops at the first that has somebody to wake (EPOLLEXCLUSIVE).</summary>
    public virtual bool IsExclusive => false;

    /// <summary>A queue it watches was woken. Allocates nothing. True when that woke a thread.</summary>
    /// <param name="events">What has come, as poll(2) has it; 0 for anything.</param>
    public abstract bool OnWake(uint events);

    /// <summary>Watches a queue.</summary>
    public void Watch(WaitQueue queue)
    {
        QueueWatch watch = new QueueWatch(this, queue) { NextOfWatcher = _first };
        _first = watch;
        queue.Add(watch);
    }

    /// <summary>Watches nothing any more.</summary>
    public void Forget()
    {
        while (_first != null)
        {
            QueueWatch watch = _first;
            _first = watch.NextOfWatcher;
            watch.Queue.Remove(watch);
            KernelHeap.Free(watch);
        }
    }

    /// <summary>A queue is about to be freed.</summary>
    public void Forget(QueueWatch watch)
    {
        if (_first == watch) _first = watch.NextOfWatcher;
        else
        {
            QueueWatch before = _first;
            while (before.NextOfWatcher != watch) before = before.NextOfWatcher;
            before.NextOfWatcher = watch.NextOfWatcher;
        }
        watch.Queue.Remove(watch);
        KernelHeap.Free(watch);
    }
}

/// <summary>That a watcher watches a queue.</summary>
internal sealed class QueueWatch
{
    public readonly Watcher Watcher;
    public readonly WaitQueue Queue;

    /// <summary>Links of the queue's list, exclusive watchers last, and of the watcher's.</summary>
    public QueueWatch Next;
    public QueueWatch Previous;
    public QueueWatch NextOfWatcher;

    public QueueWatch(Watcher watcher, WaitQueue queue)
    {
        Watcher = watcher;
        Queue = queue;
    }
}
