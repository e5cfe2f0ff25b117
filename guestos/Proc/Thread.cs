using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Proc;

internal enum ThreadState
{
    /// <summary>On the CPU or in the run queue.</summary>
    Runnable,
    Sleeping,
    Dead,
}

/// <summary>A thread: a kernel stack, and for user threads the registers on top of it.</summary>
internal sealed unsafe class Thread
{
    /// <summary>Pages of a kernel stack.</summary>
    public const uint StackPages = 4;
    private const int CachedStacks = 16;

    private static byte* s_cachedStacks;
    private static int s_cachedStackCount;

    private NameBuffer _name;
    private Credentials _credentials;

    public int Id;
    public readonly Process Process;
    public ThreadState State;

    /// <summary>RSP while the thread does not run.</summary>
    public ulong SavedStackPointer;
    public byte* Stack;

    /// <summary>Link of the run queue, and the priority at which the thread stands in it.</summary>
    public Thread NextRunnable;
    public int QueuedLevel;

    /// <summary>Changed by <see cref="Scheduler.SetPolicy"/> alone.</summary>
    public SchedulingPolicy Scheduling;

    /// <summary>When the thread got into the run queue, in nanoseconds since boot.</summary>
    public ulong RunnableSince;

    /// <summary>CPU time it has taken as a real-time thread since it last slept, in nanoseconds, up to when it got the CPU.</summary>
    public ulong RealTimeUsed;

    /// <summary>Links of the wait queue the thread sleeps in.</summary>
    public WaitQueue Queue;
    public Thread NextWaiting;
    public Thread PreviousWaiting;
    public bool IsInterruptible;

    public bool HasTimedOut;

    /// <summary>What it polls with; null when it never has.</summary>
    public Poller Poller;

    /// <summary>The word a futex sleeper waits on; not set while it does not.</summary>
    public FutexKey FutexKey;
    public uint FutexBits;

    /// <summary>For a sleeper of FUTEX_WAIT_REQUEUE_PI: the lock it is to wait for next, and where that is; not set for others.</summary>
    public FutexKey RequeueKey;

    /// <summary>The words a sleeper of futex_waitv waits on; null for others.</summary>
    public FutexVector FutexVector;

    /// <summary>The lock with priority inheritance it waits for, and those it holds that others wait for.</summary>
    public PriorityLock AwaitedLock;
    public PriorityLock HeldLocks;

    /// <summary>The System V semaphore it sleeps for.</summary>
    public SemaphoreWait Semaphore;

    /// <summary>It was given the lock it waited for; and whether by an owner that died.</summary>
    public bool HasLock;
    public bool LockOwnerDied;

    public bool IsWaitingForVfork;

    /// <summary>access(2) is running: files are checked against the real user.</summary>
    public bool ChecksAsRealUser;

    /// <summary>Ends sleeps with a deadline.</summary>
    public readonly KernelTimer Timer;

    public Thread NextInProcess;
    public Thread PreviousInProcess;
    public Thread NextInTable;

    /// <summary>Signals blocked, bit n-1 for signal n; and the mask sigsuspend puts back.</summary>
    public ulong BlockedSignals;
    public ulong SavedBlockedSignals;
    public bool RestoreBlockedSignals;
    public PendingSignals Pending;

    /// <summary>Something to do before user mode: signals, exit, stop.</summary>
    public bool HasWork;
    public AlternateStack AlternateStack;

    /// <summary>What restart_syscall goes on with.</summary>
    public CallRestart Restart;

    /// <summary>FS and GS bases, the TLS pointers, while another thread has the CPU's registers; see <see cref="UserRegisters"/>.</summary>
    public ulong FsBase;
    public ulong GsBase;

    /// <summary>Vector, error code and address of the last exception, for signal frames.</summary>
    public ulong TrapNumber;
    public ulong TrapError;
    public ulong FaultAddress;

    /// <summary>What rseq(2) has registered.</summary>
    public RestartableSequence Sequence;

    /// <summary>User word that is cleared and woken as a futex when the thread ends.</summary>
    public ulong ClearChildTid;
    public ulong RobustList;

    /// <summary>Time on the CPU up to the last switch, and what happened; see <see cref="CpuAccounting"/>.</summary>
    public ResourceUsage Usage;

    /// <summary>The thread's name, NUL padded: the process's first thread has the process's.</summary>
    public byte* Name
    {
        get
        {
            if (Id == Process.Pid) return Process.Name;
            fixed (byte* name = _name.Bytes) return name;
        }
    }

    /// <summary>Who it is: the process's first thread has the process's credentials.</summary>
    public ref Credentials Credentials => ref Id == Process.Pid ? ref Process.Credentials : ref _credentials;

    /// <summary>Gives a thread that is not the process's first a copy of the running thread's credentials.</summary>
    public void TakeCredentials() => _credentials = Scheduler.Current.Credentials.Clone();

    /// <summary>Becomes the process's first thread, in no table at present: its credentials are the process's from now on.</summary>
    public void BecomeFirst()
    {
        if (Id == Process.Pid) return;
        ref Credentials old = ref Process.Credentials;
        old.Account.TaskCount--;
        old.Release();
        Process.Credentials = _credentials;
        Process.Credentials.Account.TaskCount++;
        _credentials = default;
        Id = Process.Pid;
    }

    /// <summary>Sets the name, cut to 15 bytes.</summary>
    public void SetName(byte* name, ulong length)
    {
        if (length > Process.NameBytes - 1) length = Process.NameBytes - 1;
        byte* destination = Name;
        for (ulong i = 0; i < Process.NameBytes; i++) destination[i] = i < length ? name[i] : (byte)0;
    }

    public Thread(int id, Process process)
    {
        Id = id;
        Process = process;
        Timer = new SleepTimer(this);
    }

    /// <summary>Top of the kernel stack, where traps from user mode push: below what a frame has above it.</summary>
    public ulong KernelStackTop => (ulong)Stack + StackPages * 4096 - TrapFrame.StateBytes;

    /// <summary>The x87, SSE and AVX state while the thread does not run.</summary>
    public byte* StateArea => TrapFrame.StateArea(UserFrame);

    /// <summary>The user registers of a thread that entered the kernel from user mode.</summary>
    public TrapFrame* UserFrame => (TrapFrame*)(KernelStackTop - TrapFrame.SizeBytes);

    /// <summary>Gives the thread a kernel stack whose first switch starts at <paramref name="entry"/> with RBX and R12 as given.</summary>
    public void Prepare(byte* entry, ulong rbx, ulong r12, ulong top)
    {
        ulong* slot = (ulong*)top;
        *--slot = (ulong)entry;
        *--slot = 0;
        *--slot = rbx;
        *--slot = r12;
        *--slot = 0;
        *--slot = 0;
        *--slot = 0;
        SavedStackPointer = (ulong)slot;
    }

    /// <summary>Takes a kernel stack, from the cache if one is there.</summary>
    public void AllocateStack()
    {
        if (s_cachedStacks == null)
        {
            Stack = VirtualHeap.Allocate(StackPages);
            return;
        }
        Stack = s_cachedStacks;
        s_cachedStacks = *(byte**)Stack;
        s_cachedStackCount--;
    }

    /// <summary>Gives the kernel stack back; the thread must not be running on it.</summary>
    public void FreeStack()
    {
        if (s_cachedStackCount == CachedStacks)
        {
            VirtualHeap.Free(Stack);
        }
        else
        {
            *(byte**)Stack = s_cachedStacks;
            s_cachedStacks = Stack;
            s_cachedStackCount++;
        }
        Stack = null;
    }

    /// <summary>Frees the object, stack included.</summary>
    public void Destroy()
    {
        Pending.Clear();
        UserRegisters.Forget(this);
        if (Stack != null) FreeStack();
        _credentials.Release();
        Poller?.Destroy();
        KernelHeap.Free(Timer);
        KernelHeap.Free(this);
    }
}
