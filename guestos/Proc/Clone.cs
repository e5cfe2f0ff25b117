using GuestOs.Arch;
using GuestOs.Mm;

namespace GuestOs.Proc;

/// <summary>What clone is asked for.</summary>
internal struct CloneArguments
{
    public ulong Flags;

    /// <summary>The child's stack pointer, 0 for the parent's.</summary>
    public ulong Stack;
    public ulong ParentTid;
    public ulong ChildTid;
    public ulong Tls;

    /// <summary>Where the parent finds the number of the child's descriptor, with CLONE_PIDFD.</summary>
    public ulong ProcessFile;
    public int ExitSignal;
}

/// <summary>Makes processes and threads: fork, vfork, clone.</summary>
internal static unsafe class Clone
{
    public const ulong SharesMemory = 0x100;
    public const ulong SharesFileContext = 0x200;
    public const ulong SharesFiles = 0x400;
    public const ulong SharesSignals = 0x800;
    public const ulong Vfork = 0x4000;
    public const ulong SameParent = 0x8000;
    public const ulong SameProcess = 0x10000;
    public const ulong SetTls = 0x80000;
    public const ulong SetParentTid = 0x100000;
    public const ulong ClearChildTid = 0x200000;
    public const ulong SetChildTid = 0x1000000;

    /// <summary>clone3 alone: the child's handlers become defaults.</summary>
    public const ulong ClearSignals = 0x100000000;

    /// <summary>The parent gets a descriptor of the child.</summary>
    public const ulong WithProcessFile = 0x1000;

    // New namespaces, CLONE_INTO_CGROUP and later flags.
    private const ulong NotServed = 0x7e020000 | ~0x1ffffffffUL;

    private static WaitQueue s_vforkParents;

    public static void Initialize() => s_vforkParents = new WaitQueue();

    /// <summary>Lets the parent that waits in vfork go on: the child has its own memory or is gone.</summary>
    public static void FinishVfork(Process child)
    {
        if (child.VforkParent == null) return;
        child.VforkParent.IsWaitingForVfork = false;
        child.VforkParent = null;
        s_vforkParents.WakeAll();
    }

    /// <summary>Returns the new thread's number to the parent; -EAGAIN, -ENOMEM, -EINVAL.</summary>
    public static long Run(TrapFrame* frame, in CloneArguments arguments)
    {
        ulong flags = arguments.Flags;
        if ((flags & NotServed) != 0) return -Errno.Invalid;
        if ((flags & WithProcessFile) != 0 && (flags & SameProcess) != 0) return -Errno.Invalid;
        if ((flags & ClearSignals) != 0 && (flags & SharesSignals) != 0) return -Errno.Invalid;
        if ((flags & SameProcess) != 0 && (flags & SharesSignals) == 0) return -Errno.Invalid;
        if ((flags & SharesSignals) != 0 && (flags & SharesMemory) == 0) return -Errno.Invalid;
        if ((flags & SetTls) != 0 && arguments.Tls >= UserMemory.End) return -Errno.NotPermitted;
        if (FrameAllocator.IsExhausted) return -Errno.NoMemory;
        Thread parent = Scheduler.Current;
        if (parent.Process.IsOverProcessLimit(1)) return -Errno.Again;
        int id = ProcessTable.AllocateId();
        if (id == 0) return -Errno.Again;
        Process process = parent.Process;
        if ((flags & SameProcess) == 0)
        {
            HeapAccounting.Settle(process);
            process = NewProcess(parent.Process, id, arguments);
            if (process == null) return -Errno.NoMemory;
        }
        Thread child = NewThread(parent, process, id, frame, arguments);
        HeapAccounting.Settle(process);
        if ((flags & WithProcessFile) != 0) GiveProcessFile(process, arguments.ProcessFile);
        if ((flags & SetParentTid) != 0) UserMemory.Write(arguments.ParentTid, id);
        if ((flags & SetChildTid) != 0) WriteChildTid(process, arguments.ChildTid, id);
        if ((flags & SameProcess) == 0) TracePort.Fork(id, parent.Process.Pid, process.Space.Cr3);
        Scheduler.MakeRunnable(child);
        if ((flags & Vfork) != 0)
        {
            // The child may be gone by the time this thread runs again: only its own flag is looked at.
            parent.IsWaitingForVfork = true;
            process.VforkParent = parent;
            while (parent.IsWaitingForVfork && s_vforkParents.SleepKillable())
            {
            }
            if (parent.IsWaitingForVfork) Abandon(parent);
        }
        return id;
    }

    /// <summary>A thread that dies while it waits in vfork is not woken any more.</summary>
    private static void Abandon(Thread parent)
    {
        parent.IsWaitingForVfork = false;
        for (Process process = ProcessTable.First; process != null; process = process.Next)
            if (process.VforkParent == parent) process.VforkParent = null;
    }

    /// <summary>CLONE_PIDFD. The child is there already: one without room in the parent's table gets no descriptor, and the word says so.</summary>
    private static void GiveProcessFile(Process child, ulong address)
    {
        Fs.ProcessFile file = new Fs.ProcessFile(child, 0);
        int descriptor = Scheduler.Current.Process.Files.Install(file, 0, closeOnExec: true);
        if (descriptor < 0) file.Release();
        UserMemory.Write(address, descriptor);
    }

    private static Process NewProcess(Process parent, int pid, in CloneArguments arguments)
    {
        AddressSpace space = parent.Space;
        if ((arguments.Flags & SharesMemory) != 0) space.AddReference();
        else space = Fork.Copy(space);
        if (space == null) return null;
        Process child = new Process(pid) { GroupId = parent.GroupId, SessionId = parent.SessionId, Space = space, StartTime = Clock.Now };
        child.TakeCredentials();
        child.ParentThreadId = Scheduler.Current.Id;
        child.Limits = parent.Limits;
        child.SetCpuLimit();
        child.SetRealTimeLimit();
        child.OutOfMemoryAdjustment = parent.OutOfMemoryAdjustment;
        child.LeastOutOfMemoryAdjustment = parent.LeastOutOfMemoryAdjustment;
        child.Personality = parent.Personality;
        child.SetName(Scheduler.Current.Name, Process.NameBytes);
        child.Signals = parent.Signals.Clone();
        if ((arguments.Flags & ClearSignals) != 0) child.Signals.ResetHandlers();
        if ((arguments.Flags & SharesFiles) != 0)
        {
            child.Files = parent.Files;
            child.Files.AddReference();
        }
        else child.Files = parent.Files.Clone();
        if ((arguments.Flags & SharesFileContext) != 0)
        {
            child.FileContext = parent.FileContext;
            child.FileContext.AddReference();
        }
        else child.FileContext = parent.FileContext.Clone();
        child.ExitSignal = arguments.ExitSignal <= SignalNumber.Last ? arguments.ExitSignal : 0;
        if ((arguments.Flags & SameParent) != 0) child.ExitSignal = parent.ExitSignal;
        Process adopter = (arguments.Flags & SameParent) != 0 ? parent.Parent : parent;
        adopter.AddChild(child);
        ProcessTable.Add(child);
        return child;
    }

    /// <summary>A thread that continues where the parent's system call returns, with 0.</summary>
    private static Thread NewThread(Thread parent, Process process, int id, TrapFrame* frame, in CloneArguments arguments)
    {
        Thread child = new Thread(id, process)
        {
            BlockedSignals = parent.BlockedSignals,
            // Until it is made runnable.
            State = ThreadState.Sleeping,
            Scheduling = parent.Scheduling.ForChild(),
        };
        // A vfork child runs on its parent's alternate stack; a thread of the same process starts without one.
        if ((arguments.Flags & SharesMemory) == 0 || (arguments.Flags & Vfork) != 0)
            child.AlternateStack = parent.AlternateStack;
        if ((arguments.Flags & SharesMemory) == 0) child.Sequence = parent.Sequence;
        if ((arguments.Flags & ClearChildTid) != 0) child.ClearChildTid = arguments.ChildTid;
        if (process == parent.Process)
        {
            child.SetName(parent.Name, Process.NameBytes);
            child.TakeCredentials();
        }
        child.AllocateStack();
        UserRegisters.Capture();
        child.FsBase = (arguments.Flags & SetTls) != 0 ? arguments.Tls : parent.FsBase;
        child.GsBase = parent.GsBase;
        TrapFrame* registers = child.UserFrame;
        Memory.Copy(registers, frame, TrapFrame.SizeBytes + TrapFrame.StateBytes);
        registers->Rax = 0;
        registers->Vector = 0;
        if (arguments.Stack != 0) registers->Rsp = arguments.Stack;
        child.Prepare(KernelImage.UserThreadStart(), 0, 0, (ulong)registers);
        ProcessTable.Add(child);
        Signal.UpdateWork(child);
        return child;
    }

    private static void WriteChildTid(Process child, ulong address, int id) => RemoteMemory.Write(child.Space, address, &id, sizeof(int));
}
