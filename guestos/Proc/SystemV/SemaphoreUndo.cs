using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>What a process's end adds to a set's semaphores: the opposite of what it did with SEM_UNDO.</summary>
internal sealed class SemaphoreUndo
{
    private readonly SemaphoreSet _set;
    private readonly short[] _adjustments;
    private SemaphoreUndo _next;

    private SemaphoreUndo(SemaphoreSet set)
    {
        _set = set;
        _adjustments = new short[set.Count];
    }

    /// <summary>The process's record for a set, made if there is none.</summary>
    public static SemaphoreUndo Of(Process process, SemaphoreSet set)
    {
        SemaphoreUndo undo = process.SemaphoreUndo;
        while (undo != null && undo._set != set) undo = undo._next;
        if (undo != null) return undo;
        undo = new SemaphoreUndo(set) { _next = process.SemaphoreUndo };
        process.SemaphoreUndo = undo;
        return undo;
    }

    /// <summary>False when the sum is out of range; it is as before then.</summary>
    public bool Adjust(int number, int change)
    {
        int sum = _adjustments[number] + change;
        if (sum < -SemaphoreSet.MaximumValue - 1 || sum > SemaphoreSet.MaximumValue) return false;
        _adjustments[number] = (short)sum;
        return true;
    }

    /// <summary>The process ends.</summary>
    public static void Run(Process process)
    {
        while (process.SemaphoreUndo != null)
        {
            SemaphoreUndo undo = process.SemaphoreUndo;
            process.SemaphoreUndo = undo._next;
            undo._set.TakeBack(undo._adjustments, process.Pid);
            undo.Destroy();
        }
    }

    /// <summary>A semaphore was set: nothing done to it before is taken back.</summary>
    public static void Forget(SemaphoreSet set, int number)
    {
        for (Process process = ProcessTable.First; process != null; process = process.Next)
            for (SemaphoreUndo undo = process.SemaphoreUndo; undo != null; undo = undo._next)
                if (undo._set == set) undo._adjustments[number] = 0;
    }

    /// <summary>A set goes.</summary>
    public static void Forget(SemaphoreSet set)
    {
        for (Process process = ProcessTable.First; process != null; process = process.Next)
        {
            SemaphoreUndo before = null;
            for (SemaphoreUndo undo = process.SemaphoreUndo; undo != null; before = undo, undo = undo._next)
            {
                if (undo._set != set) continue;
                if (before == null) process.SemaphoreUndo = undo._next;
                else before._next = undo._next;
                undo.Destroy();
                break;
            }
        }
    }

    private void Destroy()
    {
        KernelHeap.Free(_adjustments);
        KernelHeap.Free(this);
    }
}
