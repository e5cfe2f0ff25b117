using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>struct sembuf: what semop(2) is to do with one semaphore.</summary>
internal struct SemaphoreOperation
{
    public const short NoWait = 0x800;
    public const short Undo = 0x1000;

    public ushort Number;
    public short Change;
    public short Flags;
}

/// <summary>A set of System V semaphores.</summary>
internal sealed unsafe class SemaphoreSet : InterprocessObject
{
    /// <summary>SEMVMX, SEMMSL, SEMOPM and SEMMNS.</summary>
    public const int MaximumValue = 32767;
    public const int MaximumSemaphores = 32000;
    public const int MaximumOperations = 500;
    public const int MaximumOfAll = 1024000000;

    private readonly WaitQueue _changed = new WaitQueue();

    private SemaphoreSet(int key, uint mode, int count)
        : base(key, mode)
    {
        Values = new ushort[count];
        Pids = new int[count];
    }

    /// <summary>All sets.</summary>
    public static InterprocessTable Table { get; private set; }

    /// <summary>Semaphores in all sets.</summary>
    public static int TotalCount { get; private set; }

    public ushort[] Values { get; }

    /// <summary>Who changed each last.</summary>
    public int[] Pids { get; }

    /// <summary>Seconds since 1970 of the last semop; 0 for never.</summary>
    public ulong OperationTime { get; private set; }

    public int Count => Values.Length;

    public static void Initialize() => Table = new InterprocessTable();

    /// <summary>A new set's identifier; -EINVAL for a bad count, -ENOSPC, -ENOMEM.</summary>
    public static int Create(int key, uint mode, int count)
    {
        if (count <= 0 || count > MaximumSemaphores) return -Errno.Invalid;
        if (Table.Count >= InterprocessTable.MaximumCount) return -Errno.NoSpace;
        if (FrameAllocator.IsScarce) return -Errno.NoMemory;
        TotalCount += count;
        return Table.Add(new SemaphoreSet(key, mode, count));
    }

    /// <summary>
    /// Does all operations at once, when all can be done: 0, -EAGAIN, also when the deadline has passed, -EFBIG, -ERANGE, -EIDRM, -EINTR.
    /// The operations are the kernel's copy.
    /// </summary>
    public int Operate(SemaphoreOperation* operations, int count, ulong deadline)
    {
        bool usesUndo = false;
        for (int i = 0; i < count; i++)
        {
            if (operations[i].Number >= Count) return -Errno.FileTooBig;
            usesUndo |= (operations[i].Flags & SemaphoreOperation.Undo) != 0 && operations[i].Change != 0;
        }
        Process process = Scheduler.Current.Process;
        SemaphoreUndo undo = usesUndo ? SemaphoreUndo.Of(process, this) : null;
        while (true)
        {
            int error = Try(operations, count, undo, out int blocking);
            if (error != -Errno.Again) return error;
            if ((operations[blocking].Flags & SemaphoreOperation.NoWait) != 0) return -Errno.Again;
            Thread thread = Scheduler.Current;
            thread.Semaphore = new SemaphoreWait { Set = this, Number = operations[blocking].Number, IsForZero = operations[blocking].Change == 0 };
            error = Sleep(_changed, deadline);
            thread.Semaphore = default;
            if (error == -Errno.IdentifierRemoved) return error;
            if (error == -Errno.TimedOut) return -Errno.Again;
            // Never made again, whatever the handler's flags.
            if (error != 0) return -Errno.Interrupted;
        }
    }

    /// <summary>Threads that sleep until a semaphore grows, or until it is 0.</summary>
    public int CountWaiting(int number, bool forZero)
    {
        int count = 0;
        // Those who were woken to look again, and may have to sleep on, count too: they are in no queue just now.
        for (Process process = ProcessTable.First; process != null; process = process.Next)
        {
            for (Thread thread = process.FirstThread; thread != null; thread = thread.NextInProcess)
                if (thread.Semaphore.Set == this && thread.Semaphore.Number == number && thread.Semaphore.IsForZero == forZero) count++;
        }
        return count;
    }

    /// <summary>SETVAL and SETALL: sets a value; nobody takes back what came before.</summary>
    public void Set(int number, ushort value)
    {
        Values[number] = value;
        Pids[number] = Scheduler.Current.Process.Pid;
        SemaphoreUndo.Forget(this, number);
        ChangeTime = Fs.Timestamp.Now.Seconds;
        _changed.WakeAll();
    }

    /// <summary>A process has ended: takes back what it did.</summary>
    public void TakeBack(short[] adjustments, int pid)
    {
        for (int i = 0; i < Count; i++)
        {
            if (adjustments[i] == 0) continue;
            int value = Values[i] + adjustments[i];
            Values[i] = (ushort)(value < 0 ? 0 : value > MaximumValue ? MaximumValue : value);
            Pids[i] = pid;
        }
        OperationTime = Fs.Timestamp.Now.Seconds;
        _changed.WakeAll();
    }

    protected override void WakeAll() => _changed.WakeAll();

    protected override void Destroy()
    {
        SemaphoreUndo.Forget(this);
        TotalCount -= Count;
        _changed.Destroy();
        KernelHeap.Free(Values);
        KernelHeap.Free(Pids);
        KernelHeap.Free(this);
    }

    /// <summary>-EAGAIN when one cannot be done now: the set is as it was, and <paramref name="blocking"/> says which.</summary>
    private int Try(SemaphoreOperation* operations, int count, SemaphoreUndo undo, out int blocking)
    {
        int error = 0, done = 0;
        for (; done < count && error == 0; done++)
        {
            SemaphoreOperation operation = operations[done];
            int value = Values[operation.Number] + operation.Change;
            if (operation.Change == 0) error = Values[operation.Number] == 0 ? 0 : -Errno.Again;
            else if (value < 0) error = -Errno.Again;
            else if (value > MaximumValue) error = -Errno.Range;
            else if ((operation.Flags & SemaphoreOperation.Undo) != 0 && !undo.Adjust(operation.Number, -operation.Change)) error = -Errno.Range;
            if (error != 0) break;
            Values[operation.Number] = (ushort)value;
        }
        blocking = done;
        if (error == 0)
        {
            Finish(operations, count);
            return 0;
        }
        while (done-- > 0)
        {
            SemaphoreOperation operation = operations[done];
            Values[operation.Number] = (ushort)(Values[operation.Number] - operation.Change);
            if (operation.Change != 0 && (operation.Flags & SemaphoreOperation.Undo) != 0) undo.Adjust(operation.Number, operation.Change);
        }
        return error;
    }

    private void Finish(SemaphoreOperation* operations, int count)
    {
        bool hasChanged = false;
        for (int i = 0; i < count; i++)
        {
            Pids[operations[i].Number] = Scheduler.Current.Process.Pid;
            hasChanged |= operations[i].Change != 0;
        }
        OperationTime = Fs.Timestamp.Now.Seconds;
        if (hasChanged) _changed.WakeAll();
    }
}

/// <summary>The semaphore a thread sleeps for.</summary>
internal struct SemaphoreWait
{
    public SemaphoreSet Set;
    public int Number;
    public bool IsForZero;
}
