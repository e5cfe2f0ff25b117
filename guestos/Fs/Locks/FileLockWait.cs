using GuestOs.Mm;
using GuestOs.Proc;

namespace GuestOs.Fs;

/// <summary>A thread that waits for a lock on a file. All of them are in one list, where circles of waiting processes are looked for.</summary>
internal sealed class FileLockWait
{
    // Linux gives up after as many steps.
    private const int LongestSearch = 10;

    private FileLockRange _wanted;

    public static FileLockWait First { get; private set; }

    public FileLockWait Next { get; private set; }

    /// <summary>The lock that is in the way; null when it has gone.</summary>
    public FileLock Blocker { get; private set; }

    /// <summary>What is waited for.</summary>
    public ref readonly FileLockRange Wanted => ref _wanted;

    /// <summary>Sleeps until a lock of the file may have gone: 0, -EDEADLK when who holds it waits for the caller, -RestartCall.</summary>
    public static int Sleep(WaitQueue released, in FileLockRange wanted, FileLock blocker)
    {
        if (wanted.Kind == FileLockKind.Process && WaitsFor(blocker, wanted)) return -Errno.Deadlock;
        if (FrameAllocator.IsExhausted) return -Errno.NoLocks;
        FileLockWait wait = new FileLockWait { _wanted = wanted, Blocker = blocker, Next = First };
        First = wait;
        int error = released.Sleep();
        wait.Remove();
        return error;
    }

    /// <summary>A lock goes: nobody waits for its owner any more until having looked again.</summary>
    public static void Forget(FileLock released)
    {
        for (FileLockWait wait = First; wait != null; wait = wait.Next)
            if (wait.Blocker == released) wait.Blocker = null;
    }

    private static bool WaitsFor(FileLock blocker, in FileLockRange wanted)
    {
        for (int steps = 0; steps < LongestSearch; steps++)
        {
            FileLockWait wait = First;
            while (wait != null && (wait.Blocker == null || !wait._wanted.IsOfSameOwner(blocker.Range))) wait = wait.Next;
            if (wait == null) return false;
            blocker = wait.Blocker;
            if (blocker.Range.IsOfSameOwner(wanted)) return true;
        }
        return false;
    }

    private void Remove()
    {
        if (First == this) First = Next;
        else
        {
            FileLockWait previous = First;
            while (previous.Next != this) previous = previous.Next;
            previous.Next = Next;
        }
        KernelHeap.Free(this);
    }
}
