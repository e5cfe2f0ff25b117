using GuestOs.Fs;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>
/// A process: what its threads share. It outlives them as a zombie until its parent has taken the exit status.
/// </summary>
internal sealed unsafe class Process
{
    /// <summary>Bytes of a command name with its NUL, as Linux's TASK_COMM_LEN.</summary>
    public const int NameBytes = 16;

    private NameBuffer _name;

    public readonly int Pid;
    public Process Parent;
    public Process FirstChild;
    public Process LastChild;
    public Process NextSibling;
    public Process PreviousSibling;

    /// <summary>Links of the list of all processes.</summary>
    public Process Next;
    public Process Previous;
    public Process NextInTable;

    /// <summary>Links of the process table's lists by group.</summary>
    public Process NextMember;
    public Process PreviousMember;
    public int GroupId;
    public int SessionId;

    /// <summary>All threads that have not ended, linked by <see cref="Thread.NextInProcess"/>.</summary>
    public Thread FirstThread;
    public Thread LastThread;
    public int ThreadCount;

    /// <summary>The numbers in that list ascend: so they do until numbers begin again from the lowest.</summary>
    public bool HasThreadsInOrder;

    /// <summary>Null for kernel threads and zombies.</summary>
    public AddressSpace Space;
    public FileTable Files;
    public FileContext FileContext;
    public SignalState Signals;

    /// <summary>Wait status as wait4 reports it, once <see cref="IsZombie"/>.</summary>
    public int ExitStatus;
    public bool IsZombie;

    /// <summary>exit_group or a deadly signal was seen: every thread ends at its next return to user mode.</summary>
    public bool IsExiting;

    /// <summary>The thread that called execve while the others end, else null.</summary>
    public Thread Survivor;

    /// <summary>Stopped by a signal; <see cref="StopReported"/> once wait4 told.</summary>
    public bool IsStopped;
    public int StopSignal;
    public bool StopReported;

    /// <summary>SIGCONT came and wait4 has not told yet.</summary>
    public bool ContinueReportable;

    /// <summary>Signal the parent gets at the end; SIGCHLD, or what clone said.</summary>
    public int ExitSignal;

    /// <summary>Sleepers in wait4, and stopped threads.</summary>
    public readonly WaitQueue ChildChanged = new WaitQueue();
    public readonly WaitQueue Continued = new WaitQueue();

    // Made when first asked for.
    private WaitQueue _ended;

    /// <summary>Woken when the process has ended, and when its parent has waited for it.</summary>
    public WaitQueue Ended => _ended ??= new WaitQueue();

    /// <summary>The parent's thread that waits in vfork until this process has its own memory or is gone; null when none does.</summary>
    public Thread VforkParent;

    /// <summary>/proc/PID/oom_score_adj: from <see cref="OutOfMemory.NeverKill"/> to 1000.</summary>
    public int OutOfMemoryAdjustment;

    /// <summary>What the adjustment may be lowered to without CAP_SYS_RESOURCE.</summary>
    public int LeastOutOfMemoryAdjustment;

    /// <summary>Bytes of the kernel heap it has taken more than given back; see <see cref="HeapAccounting"/>.</summary>
    public long HeapBytes;

    /// <summary>What personality(2) has set; see <see cref="Proc.Personality"/>.</summary>
    public uint Personality;

    public ResourceLimits Limits = ResourceLimits.Default;

    /// <summary>Those of its first thread (<see cref="Thread.Credentials"/>), and of the process when that has ended.</summary>
    public Credentials Credentials = Credentials.OfRoot;

    /// <summary>Its threads' credentials may differ.</summary>
    public bool HasMixedCredentials;

    /// <summary>False when others than root may not look into it: its program was not readable or changed its user (PR_SET_DUMPABLE).</summary>
    public bool IsDumpable = true;

    /// <summary>set*uid gave it to a user who has too many processes: it may not execve as long as that is so.</summary>
    public bool ExceedsProcessLimit;

    /// <summary>PR_SET_PDEATHSIG: the signal it gets when the parent's thread that made it ends; 0 for none.</summary>
    public int ParentDeathSignal;

    /// <summary>The parent's thread that made it.</summary>
    public int ParentThreadId;

    /// <summary>PR_SET_CHILD_SUBREAPER: orphans among its descendants become its children.</summary>
    public bool IsSubreaper;

    /// <summary>CPU time at which RLIMIT_CPU next has something to say, in nanoseconds; <see cref="ulong.MaxValue"/> for never.</summary>
    public ulong CpuLimit = ulong.MaxValue;

    /// <summary>CPU time without sleep at which RLIMIT_RTTIME next has something to say to a real-time thread, in nanoseconds.</summary>
    public ulong RealTimeLimit = ulong.MaxValue;
    public ResourceUsage Usage;
    public ResourceUsage ChildrenUsage;

    /// <summary>Tells it from all others there ever were.</summary>
    public ulong Serial;

    /// <summary>Nanoseconds since boot.</summary>
    public ulong StartTime;

    /// <summary>What its end does to System V semaphores; null for nothing.</summary>
    public SemaphoreUndo SemaphoreUndo;

    /// <summary>The timers of timer_create, setitimer and alarm.</summary>
    public ProcessTimers Timers;

    /// <summary>membarrier(2) was registered for.</summary>
    public bool UsesMemoryBarriers;

    /// <summary>True once the process has called execve since fork (setpgid of a child fails then).</summary>
    public bool HasExecuted;

    /// <summary>A process of root's; <see cref="TakeCredentials"/> for others.</summary>
    public Process(int pid) => Pid = pid;

    /// <summary>The command name, NUL padded: <see cref="NameBytes"/> bytes. Objects never move, so the pointer is good as long as the process.</summary>
    public byte* Name
    {
        get
        {
            fixed (byte* name = _name.Bytes) return name;
        }
    }

    /// <summary>Sets the command name, cut to 15 bytes.</summary>
    public void SetName(byte* name, ulong length)
    {
        if (length > NameBytes - 1) length = NameBytes - 1;
        byte* destination = Name;
        for (ulong i = 0; i < NameBytes; i++) destination[i] = i < length ? name[i] : (byte)0;
    }

    /// <summary>Makes a copy of the running thread's credentials those of a process that is in no table yet.</summary>
    public void TakeCredentials()
    {
        Thread parent = Scheduler.Current;
        Credentials.Release();
        Credentials = parent.Credentials.Clone();
        IsDumpable = parent.Process.IsDumpable;
    }

    /// <summary>True when the running thread's user has more threads than RLIMIT_NPROC allows this process and nothing lifts the limit.</summary>
    /// <param name="more">Threads it is about to make.</param>
    public bool IsOverProcessLimit(int more)
    {
        ref Credentials own = ref Credentials.Current;
        return (ulong)(own.Account.TaskCount + more) > Limits.Get(ResourceLimits.Processes).Soft && own.User.Real != 0
            && !own.Has(Capability.ExceedResources) && !own.Has(Capability.Administer);
    }

    /// <summary>The limits memory management enforces for a thread of the process, by the limits and credentials there are now.</summary>
    public MemoryLimits MemoryLimitsOf(Thread thread)
    {
        MemoryLimits limits = Limits.ForMemory;
        bool mayLockAll = thread.Credentials.Has(Capability.LockMemory);
        limits.MayLock = limits.LockedBytes != 0 || mayLockAll;
        if (mayLockAll) limits.LockedBytes = ulong.MaxValue;
        return limits;
    }

    /// <summary>Another thread gets the CPU: memory management is told its limits.</summary>
    public void ApplyMemoryLimits(Thread thread)
    {
        if (Space != null) Space.Limits = MemoryLimitsOf(thread);
    }

    /// <summary>Limits have changed: memory management is told.</summary>
    public void ApplyMemoryLimits()
    {
        Thread thread = Scheduler.Current.Process == this ? Scheduler.Current : FirstThread;
        if (thread != null) ApplyMemoryLimits(thread);
    }

    /// <summary>The running thread, one of the process's, has changed its credentials.</summary>
    public void CredentialsChanged()
    {
        HasMixedCredentials |= ThreadCount > 1;
        ApplyMemoryLimits();
    }

    /// <summary>RLIMIT_CPU has been set.</summary>
    public void SetCpuLimit() => CpuLimit = Scaled(Limits.Get(ResourceLimits.CpuTime).Soft, Arch.Clock.NanosecondsPerSecond);

    /// <summary>RLIMIT_RTTIME has been set.</summary>
    public void SetRealTimeLimit()
    {
        ResourceLimit limit = Limits.Get(ResourceLimits.RealTimeTime);
        RealTimeLimit = Scaled(limit.Soft < limit.Hard ? limit.Soft : limit.Hard, Arch.Clock.NanosecondsPerMicrosecond);
    }

    private static ulong Scaled(ulong limit, ulong nanoseconds) => limit >= ulong.MaxValue / nanoseconds ? ulong.MaxValue : limit * nanoseconds;

    /// <summary>Takes a process as the youngest child.</summary>
    public void AddChild(Process child)
    {
        child.Parent = this;
        child.NextSibling = null;
        child.PreviousSibling = LastChild;
        if (LastChild != null) LastChild.NextSibling = child;
        else FirstChild = child;
        LastChild = child;
    }

    public void RemoveChild(Process child)
    {
        if (child.PreviousSibling != null) child.PreviousSibling.NextSibling = child.NextSibling;
        else FirstChild = child.NextSibling;
        if (child.NextSibling != null) child.NextSibling.PreviousSibling = child.PreviousSibling;
        else LastChild = child.PreviousSibling;
        child.NextSibling = null;
        child.PreviousSibling = null;
    }

    /// <summary>The process has ended: who watches it learns of it.</summary>
    public void WakeWatchers() => _ended?.WakeAll(PollEvents.AnyIn);

    /// <summary>Frees the object itself and its queues, when nobody can find it any more.</summary>
    public void Destroy()
    {
        Credentials.Release();
        ChildChanged.Destroy();
        Continued.Destroy();
        _ended?.Destroy();
        KernelHeap.Free(this);
    }
}

/// <summary>Room for the name of a process or thread.</summary>
internal unsafe struct NameBuffer
{
    public fixed byte Bytes[Process.NameBytes];
}
