using X64Emu.Debugging.Guest.Layout;
using X64Emu.Debugging.Memory;
using X64Emu.Paging;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Guest.Readers;

/// <summary>The kernel's list of processes.</summary>
internal sealed class ProcessReader
{
    private const string Process = "Proc_Process", Space = "Mm_AddressSpace", Usage = "Proc_ResourceUsage";
    private const int MaximumProcesses = 32768, MaximumThreads = 32768, NameBytes = 16;
    private readonly KernelMemory memory;
    private readonly ThreadReader threads;
    private readonly FileReader files;
    private readonly KernelStatic first;
    private readonly KernelField pid, parent, next, groupId, sessionId, name, firstThread, space, signals, pending, pendingMask, exitStatus, isZombie;
    private readonly KernelField isStopped, isInterruptible, usage, minorFaults, majorFaults, root, residentPages, executable;
    private readonly KernelField heapStart, heapEnd, auxiliaryStart, auxiliaryEnd, argumentsStart, argumentsEnd;

    public ProcessReader(KernelTypes types, KernelMemory memory, ThreadReader threads, FileReader files)
    {
        this.memory = memory;
        this.threads = threads;
        this.files = files;
        first = types.Static("Proc_ProcessTable", "First");
        pid = types.Field(Process, "Pid");
        parent = types.Field(Process, "Parent");
        next = types.Field(Process, "Next");
        groupId = types.Field(Process, "GroupId");
        sessionId = types.Field(Process, "SessionId");
        name = types.Field(Process, "_name");
        firstThread = types.Field(Process, "FirstThread");
        space = types.Field(Process, "Space");
        signals = types.Field(Process, "Signals");
        pending = types.Field("Proc_SignalState", "Pending");
        pendingMask = types.Field("Proc_PendingSignals", "Mask");
        exitStatus = types.Field(Process, "ExitStatus");
        isZombie = types.Field(Process, "IsZombie");
        isStopped = types.Field(Process, "IsStopped");
        isInterruptible = types.Field("Proc_Thread", "IsInterruptible");
        usage = types.Field(Process, "Usage");
        minorFaults = types.Field(Usage, "MinorFaults");
        majorFaults = types.Field(Usage, "MajorFaults");
        root = types.Field(Space, "Root");
        residentPages = types.Field(Space, "ResidentPages");
        executable = types.Field(Space, "Executable");
        heapStart = types.Field(Space, "HeapStart");
        heapEnd = types.Field(Space, "HeapEnd");
        auxiliaryStart = types.Field(Space, "AuxiliaryStart");
        auxiliaryEnd = types.Field(Space, "AuxiliaryEnd");
        argumentsStart = types.Field(Space, "ArgumentsStart");
        argumentsEnd = types.Field(Space, "ArgumentsEnd");
    }

    /// <summary>All processes in order of number, zombies included.</summary>
    public List<GuestProcess> ReadAll()
    {
        int threadsLeft = MaximumThreads;
        List<GuestProcess> all = [];
        foreach (KernelObject process in memory.Object(first).Follow(next, MaximumProcesses)) all.Add(Read(process, ref threadsLeft));
        all.Sort((left, right) => left.Pid.CompareTo(right.Pid));
        return all;
    }

    /// <summary>The number of a process.</summary>
    public int PidOf(KernelObject process) => process.Int32(pid);

    /// <summary>Reads one process.</summary>
    public GuestProcess Read(KernelObject process)
    {
        int threadsLeft = MaximumThreads;
        return Read(process, ref threadsLeft);
    }

    /// <summary>True when a process has a memory of its own, and so its threads user registers.</summary>
    public bool HasMemory(KernelObject process) => !process.Object(space).IsNull;

    private GuestProcess Read(KernelObject process, ref int threadsLeft)
    {
        KernelObject memoryOf = process.Object(space), uses = process.Struct(usage);
        List<KernelObject> objects = [.. process.Object(firstThread).Follow(threads.Next, threadsLeft)];
        threadsLeft -= objects.Count;
        int number = PidOf(process);
        return new GuestProcess(
            number,
            process.Object(parent) is { IsNull: false } above ? PidOf(above) : 0,
            process.Text(name, NameBytes),
            StateOf(process, objects),
            memoryOf.IsNull ? null : PhysicalOf(memoryOf.UInt64(root)),
            [.. objects.Select(thread => threads.Read(thread, number, !memoryOf.IsNull))])
        {
            Address = new VirtualAddress(process.Address),
            SpaceAddress = memoryOf.Address,
            GroupId = process.Int32(groupId),
            SessionId = process.Int32(sessionId),
            ExecutablePath = memoryOf.Object(executable) is { IsNull: false } program ? files.Describe(program).Path : null,
            ResidentPages = memoryOf.UInt64(residentPages),
            MinorFaults = uses.UInt64(minorFaults),
            MajorFaults = uses.UInt64(majorFaults),
            ExitStatus = process.Int32(exitStatus),
            PendingSignals = process.Object(signals).Struct(pending).UInt64(pendingMask),
            Heap = Range(memoryOf, heapStart, heapEnd),
            AuxiliaryVector = Range(memoryOf, auxiliaryStart, auxiliaryEnd),
            Arguments = Range(memoryOf, argumentsStart, argumentsEnd),
        };
    }

    /// <summary>The letter that the kernel shows in /proc/PID/stat.</summary>
    private GuestProcessState StateOf(KernelObject process, List<KernelObject> objects)
    {
        if (process.Boolean(isZombie)) return GuestProcessState.Zombie;
        if (process.Boolean(isStopped)) return GuestProcessState.Stopped;
        if (objects.Exists(thread => threads.StateOf(thread) is GuestThreadState.Running or GuestThreadState.Runnable)) return GuestProcessState.Running;
        bool isUser = HasMemory(process);
        return isUser && objects.Exists(thread => !thread.Boolean(isInterruptible)) ? GuestProcessState.Uninterruptible : GuestProcessState.Sleeping;
    }

    /// <summary>The page tables' root is known by its address in the kernel's map of all memory.</summary>
    private ulong? PhysicalOf(ulong pointer)
    {
        PageTableReader tables = memory.Guest.PageTables;
        return tables.TryFind(new VirtualAddress(pointer), tables.CurrentCr3, out PageMapping mapping)
            ? mapping.Translate(new VirtualAddress(pointer)).Value & PageTableEntry.AddressMask
            : null;
    }

    private static (VirtualAddress Start, VirtualAddress End) Range(KernelObject holder, KernelField start, KernelField end) =>
        (new VirtualAddress(holder.UInt64(start)), new VirtualAddress(holder.UInt64(end)));
}
