using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>The locks on a file. Those of an owner stand together, in the order of their ranges, which do not overlap.</summary>
internal sealed class FileLocks
{
    private readonly WaitQueue _released = new WaitQueue();

    /// <summary>The files that are locked or were, for /proc/locks.</summary>
    public static FileLocks FirstOfAll { get; private set; }

    public FileLocks(Inode inode)
    {
        Inode = inode;
        Next = FirstOfAll;
        FirstOfAll = this;
    }

    /// <summary>The file; it owns this.</summary>
    public Inode Inode { get; }

    public FileLocks Next { get; private set; }

    public FileLock First { get; private set; }

    /// <summary>Frees the list; no lock is left, for their owners are gone.</summary>
    public void Destroy()
    {
        if (FirstOfAll == this) FirstOfAll = Next;
        else
        {
            FileLocks previous = FirstOfAll;
            while (previous.Next != this) previous = previous.Next;
            previous.Next = Next;
        }
        _released.Destroy();
        KernelHeap.Free(this);
    }

    /// <summary>The first lock that keeps the wanted one from being granted, or null.</summary>
    public FileLock FindConflict(in FileLockRange wanted)
    {
        FileLock held = First;
        while (held != null && !held.Range.Excludes(wanted)) held = held.Next;
        return held;
    }

    /// <summary>
    /// Locks or unlocks a range, or the whole file. Returns 0; -EAGAIN when others hold it and the caller does not wait, -EDEADLK when those wait for the
    /// caller, -ENOLCK when memory is short; -RestartCall when a signal ended the wait.
    /// </summary>
    public int Set(in FileLockRange wanted, bool waits)
    {
        // As on Linux, another type of lock on the whole file is had by giving up the one that is held.
        if (wanted.Kind == FileLockKind.Whole)
        {
            if (Holds(wanted)) return 0;
            Release(wanted.Owner, isWhole: true);
        }
        while (wanted.Type != FileLockType.None)
        {
            FileLock other = FindConflict(wanted);
            if (other == null) break;
            if (!waits) return -Errno.Again;
            int error = FileLockWait.Sleep(_released, wanted, other);
            if (error != 0) return error;
        }
        if (FrameAllocator.IsExhausted && wanted.Type != FileLockType.None) return -Errno.NoLocks;
        Replace(wanted);
        return 0;
    }

    /// <summary>Removes the locks of a process whose descriptors are closed, or of an open file.</summary>
    public void ReleaseOwner(object owner)
    {
        Release(owner, isWhole: true);
        Release(owner, isWhole: false);
    }

    private bool Holds(in FileLockRange wanted)
    {
        for (FileLock held = First; held != null; held = held.Next)
            if (held.Range.IsOfSameOwner(wanted)) return held.Range.Type == wanted.Type;
        return false;
    }

    private void Release(object owner, bool isWhole)
    {
        FileLock previous = null;
        for (FileLock held = First; held != null;)
        {
            FileLock next = held.Next;
            if (held.Range.Owner == owner && held.Range.IsOnRange != isWhole) Remove(previous, held);
            else previous = held;
            held = next;
        }
    }

    /// <summary>Puts a range in the place of what its owner has there: parts of other types are cut off, neighbours of the same type join it.</summary>
    private void Replace(FileLockRange range)
    {
        FileLock previous = null;
        FileLock place = null;
        for (FileLock held = First; held != null;)
        {
            FileLock next = held.Next;
            bool isOwn = held.Range.IsOfSameOwner(range);
            if (isOwn && held.Range.Type == range.Type && Touches(held.Range, range))
            {
                if (held.Range.Start < range.Start) range.Start = held.Range.Start;
                if (held.Range.Last > range.Last) range.Last = held.Range.Last;
                Remove(previous, held);
                held = next;
                continue;
            }
            if (isOwn && held.Range.Overlaps(range) && CutOut(held, range))
            {
                Remove(previous, held);
                held = next;
                continue;
            }
            if (isOwn && held.Range.Start < range.Start) place = held;
            previous = held;
            held = next;
        }
        if (range.Type == FileLockType.None) return;
        FileLock added = new FileLock { Range = range };
        if (place == null) place = LastBefore(range);
        added.Next = place == null ? First : place.Next;
        if (place == null) First = added;
        else place.Next = added;
    }

    /// <summary>The lock after which an owner's lowest range goes: before its others, or at the end.</summary>
    private FileLock LastBefore(in FileLockRange range)
    {
        FileLock previous = null;
        for (FileLock held = First; held != null && !held.Range.IsOfSameOwner(range); held = held.Next) previous = held;
        return previous;
    }

    /// <summary>Takes a range out of a lock of another type. True when nothing is left of it.</summary>
    private bool CutOut(FileLock held, in FileLockRange range)
    {
        bool isBefore = held.Range.Start < range.Start, isAfter = held.Range.Last > range.Last;
        if (!isBefore && !isAfter) return true;
        if (isBefore && isAfter)
        {
            FileLock rest = new FileLock { Range = held.Range, Next = held.Next };
            rest.Range.Start = range.Last + 1;
            held.Next = rest;
        }
        if (isBefore) held.Range.Last = range.Start - 1;
        else held.Range.Start = range.Last + 1;
        Wake();
        return false;
    }

    private static bool Touches(in FileLockRange left, in FileLockRange right) => left.Start <= right.Last + 1 && right.Start <= left.Last + 1;

    private void Remove(FileLock previous, FileLock held)
    {
        if (previous == null) First = held.Next;
        else previous.Next = held.Next;
        FileLockWait.Forget(held);
        KernelHeap.Free(held);
        Wake();
    }

    private void Wake()
    {
        if (!_released.IsEmpty) _released.WakeAll();
    }
}
