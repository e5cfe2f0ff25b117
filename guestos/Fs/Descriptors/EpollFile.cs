using GuestOs.Arch;
using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>A set of open files to wait on: epoll(7).</summary>
internal sealed class EpollFile : OpenFile
{
    private const int MaximumNesting = 5;

    private EpollEntry _first;
    private EpollEntry _last;

    // Those that may have something to tell, in the order in which that came.
    private EpollEntry _firstReady;
    private EpollEntry _lastReady;

    // Those whose files want to know who waits for input, and threads that wait through this set.
    private EpollEntry _firstExpecting;
    private int _waiters;

    // Sleepers in epoll_wait, and who polls the set itself.
    private readonly WaitQueue _noticed = new WaitQueue();

    public EpollFile()
    {
        AnonymousInode.Attach(this, "anon_inode:[eventpoll]"u8);
        Flags = OpenFlags.ReadWrite;
    }

    /// <summary>How many entries may have something to tell.</summary>
    public int ReadyCount { get; private set; }

    public override bool WantsToKnowWaiters => true;

    public EpollEntry Find(OpenFile file, int descriptor)
    {
        EpollEntry entry = file.FirstWatch;
        while (entry != null && (entry.Set != this || entry.Descriptor != descriptor)) entry = entry.NextOfFile;
        return entry;
    }

    /// <summary>Watches a file that can be polled and is not in the set: 0, -ELOOP.</summary>
    public int Add(OpenFile file, int descriptor, uint events, ulong data)
    {
        if (file is EpollFile nested && (nested.Reaches(this, 1) || Depth(nested) + Height(0) > MaximumNesting)) return -Errno.Loop;
        EpollEntry entry = new EpollEntry(this, file, descriptor);
        entry.Ask(events, data);
        entry.Previous = _last;
        if (_last != null) _last.Next = entry;
        else _first = entry;
        _last = entry;
        entry.NextOfFile = file.FirstWatch;
        if (entry.NextOfFile != null) entry.NextOfFile.PreviousOfFile = entry;
        file.FirstWatch = entry;
        if (file.WantsToKnowWaiters)
        {
            entry.NextExpecting = _firstExpecting;
            _firstExpecting = entry;
        }
        for (int i = 0; i < _waiters; i++) file.ExpectInput(isWaiting: true);
        if (entry.Start() != 0) Notice(entry);
        return 0;
    }

    /// <summary>Asks a file that is watched for other events.</summary>
    public void Change(EpollEntry entry, uint events, ulong data)
    {
        entry.Ask(events, data);
        if (entry.Poll() != 0) Notice(entry);
    }

    /// <summary>Watches a file no longer.</summary>
    public void Remove(EpollEntry entry)
    {
        entry.Forget();
        if (entry.IsReady) Unlist(entry);
        if (entry.Previous != null) entry.Previous.Next = entry.Next;
        else _first = entry.Next;
        if (entry.Next != null) entry.Next.Previous = entry.Previous;
        else _last = entry.Previous;
        OpenFile file = entry.File;
        if (entry.PreviousOfFile != null) entry.PreviousOfFile.NextOfFile = entry.NextOfFile;
        else file.FirstWatch = entry.NextOfFile;
        if (entry.NextOfFile != null) entry.NextOfFile.PreviousOfFile = entry.PreviousOfFile;
        if (file.WantsToKnowWaiters) RemoveExpecting(entry);
        for (int i = 0; i < _waiters; i++) file.ExpectInput(isWaiting: false);
        KernelHeap.Free(entry);
    }

    /// <summary>An entry may have something to tell: it is in the list, and who waits looks. True when that woke a thread in epoll_wait.</summary>
    public bool Notice(EpollEntry entry)
    {
        if (!entry.IsReady) List(entry);
        return _noticed.WakeOne();
    }

    /// <summary>Takes the next events to tell; false when there are none.</summary>
    /// <param name="left">How many entries to look at: as many as there are when the caller begins, for those to look at again stand behind them.</param>
    public bool TakeReady(ref int left, out uint events, out ulong data)
    {
        events = 0;
        data = 0;
        while (events == 0 && left-- > 0)
        {
            EpollEntry entry = _firstReady;
            Unlist(entry);
            events = entry.Poll();
            if (events == 0) continue;
            data = entry.Data;
            if (entry.Tell()) List(entry);
        }
        return events != 0;
    }

    /// <summary>A thread has taken events: what is left is for the next one.</summary>
    public void WakeNext()
    {
        if (_firstReady != null) _noticed.WakeOne();
    }

    /// <summary>Sleeps until an entry may have something to tell: results as <see cref="WaitQueue.SleepUntil"/>.</summary>
    public int Sleep(ulong deadline) => _noticed.SleepUntil(deadline);

    public override uint Poll(uint events)
    {
        _noticed.Watch();
        // The entries watch their files already.
        Watcher asking = Watcher.Current;
        Watcher.Current = null;
        while (_firstReady != null && _firstReady.Poll() == 0) Unlist(_firstReady);
        Watcher.Current = asking;
        return _firstReady != null ? events & PollEvents.AnyIn : 0;
    }

    public override void ExpectInput(bool isWaiting)
    {
        _waiters += isWaiting ? 1 : -1;
        for (EpollEntry entry = _firstExpecting; entry != null; entry = entry.NextExpecting) entry.File.ExpectInput(isWaiting);
    }

    protected override void Close()
    {
        while (_first != null) Remove(_first);
        _noticed.Destroy();
    }

    private void List(EpollEntry entry)
    {
        entry.IsReady = true;
        entry.NextReady = null;
        entry.PreviousReady = _lastReady;
        if (_lastReady != null) _lastReady.NextReady = entry;
        else _firstReady = entry;
        _lastReady = entry;
        ReadyCount++;
    }

    private void Unlist(EpollEntry entry)
    {
        entry.IsReady = false;
        if (entry.PreviousReady != null) entry.PreviousReady.NextReady = entry.NextReady;
        else _firstReady = entry.NextReady;
        if (entry.NextReady != null) entry.NextReady.PreviousReady = entry.PreviousReady;
        else _lastReady = entry.PreviousReady;
        ReadyCount--;
    }

    private void RemoveExpecting(EpollEntry entry)
    {
        if (_firstExpecting == entry)
        {
            _firstExpecting = entry.NextExpecting;
            return;
        }
        EpollEntry before = _firstExpecting;
        while (before.NextExpecting != entry) before = before.NextExpecting;
        before.NextExpecting = entry.NextExpecting;
    }

    private bool Reaches(EpollFile other, int depth)
    {
        if (this == other || depth > MaximumNesting) return true;
        for (EpollEntry entry = _first; entry != null; entry = entry.Next)
            if (entry.File is EpollFile nested && nested.Reaches(other, depth + 1)) return true;
        return false;
    }

    /// <summary>Sets from this one down, itself counted.</summary>
    private static int Depth(EpollFile set)
    {
        int deepest = 0;
        for (EpollEntry entry = set._first; entry != null; entry = entry.Next)
        {
            int depth = entry.File is EpollFile nested ? Depth(nested) : 0;
            if (depth > deepest) deepest = depth;
        }
        return deepest + 1;
    }

    /// <summary>Sets from this one up, itself counted.</summary>
    private int Height(int below)
    {
        int highest = 0;
        for (EpollEntry entry = FirstWatch; entry != null && below <= MaximumNesting; entry = entry.NextOfFile)
        {
            int height = entry.Set.Height(below + 1);
            if (height > highest) highest = height;
        }
        return highest + 1;
    }
}
