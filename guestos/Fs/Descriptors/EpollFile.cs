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

    // Threads that wait for input through this set.
    private int _waiters;

    public EpollFile()
    {
        AnonymousInode.Attach(this, "anon_inode:[eventpoll]"u8);
        Flags = OpenFlags.ReadWrite;
    }

    /// <summary>The oldest entry; the others follow by <see cref="EpollEntry.Next"/>.</summary>
    public EpollEntry First => _first;

    public override uint EventCount
    {
        get
        {
            uint count = 0;
            for (EpollEntry entry = _first; entry != null; entry = entry.Next) count += entry.File.EventCount;
            return count;
        }
    }

    public EpollEntry Find(OpenFile file, int descriptor)
    {
        EpollEntry entry = file.FirstWatch;
        while (entry != null && (entry.Set != this || entry.Descriptor != descriptor)) entry = entry.NextOfFile;
        return entry;
    }

    /// <summary>Watches a file: 0, -EPERM for what cannot be waited on, -EINVAL for itself, -ELOOP, -EEXIST.</summary>
    public int Add(OpenFile file, int descriptor, uint events, ulong data)
    {
        if (!file.CanPoll) return -Errno.NotPermitted;
        if (Find(file, descriptor) != null) return -Errno.Exists;
        if (file is EpollFile nested && (nested.Reaches(this, 1) || Depth(nested) + Height(0) > MaximumNesting)) return -Errno.Loop;
        EpollEntry entry = new EpollEntry(this, file, descriptor);
        entry.Ask(events, data);
        entry.Previous = _last;
        if (_last != null) _last.Next = entry;
        else _first = entry;
        _last = entry;
        entry.NextOfFile = file.FirstWatch;
        file.FirstWatch = entry;
        for (int i = 0; i < _waiters; i++) file.ExpectInput(isWaiting: true);
        return 0;
    }

    /// <summary>Watches a file no longer.</summary>
    public void Remove(EpollEntry entry)
    {
        if (entry.Previous != null) entry.Previous.Next = entry.Next;
        else _first = entry.Next;
        if (entry.Next != null) entry.Next.Previous = entry.Previous;
        else _last = entry.Previous;
        OpenFile file = entry.File;
        for (int i = 0; i < _waiters; i++) file.ExpectInput(isWaiting: false);
        if (file.FirstWatch == entry) file.FirstWatch = entry.NextOfFile;
        else
        {
            EpollEntry before = file.FirstWatch;
            while (before.NextOfFile != entry) before = before.NextOfFile;
            before.NextOfFile = entry.NextOfFile;
        }
        KernelHeap.Free(entry);
    }

    /// <summary>An entry has been told: those behind it come first the next time.</summary>
    public void MoveToEnd(EpollEntry entry)
    {
        if (entry == _last) return;
        if (entry.Previous != null) entry.Previous.Next = entry.Next;
        else _first = entry.Next;
        entry.Next.Previous = entry.Previous;
        entry.Previous = _last;
        entry.Next = null;
        _last.Next = entry;
        _last = entry;
    }

    public override uint Poll(uint events)
    {
        for (EpollEntry entry = _first; entry != null; entry = entry.Next)
            if (entry.Ready != 0) return events & PollEvents.AnyIn;
        return 0;
    }

    public override void ExpectInput(bool isWaiting)
    {
        _waiters += isWaiting ? 1 : -1;
        for (EpollEntry entry = _first; entry != null; entry = entry.Next) entry.File.ExpectInput(isWaiting);
    }

    protected override void Close()
    {
        while (_first != null) Remove(_first);
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
