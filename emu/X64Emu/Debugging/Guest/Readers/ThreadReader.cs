using X64Emu.Cpu;
using X64Emu.Debugging.Guest.Layout;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Guest.Readers;

/// <summary>Threads, and the user registers on their kernel stacks.</summary>
internal sealed class ThreadReader
{
    private const string Thread = "Proc_Thread", Frame = "Arch_TrapFrame", States = "Proc_ThreadState";
    private const int MaximumStackBytes = 1 << 20, StackBytes = 4 * 4096;

    // Offset of RSP0 in the task state segment (Intel SDM Vol. 3A, figure 8-11).
    private const ulong Rsp0Offset = 4;

    private readonly KernelMemory memory;
    private readonly ProcessorRegisters registers;
    private readonly WaitReader waits;
    private readonly KernelStatic current, owner;
    private readonly KernelField id, process, state, savedStackPointer, stack, fsBase, gsBase, blocked, pending, pendingMask;
    private readonly KernelField[] frameMembers;
    private readonly int frameBytes;
    private readonly IReadOnlyDictionary<ulong, string> states;

    // The kernel leaves room for vector registers at the top of its stacks. It has the sum as a constant, which no debug information tells, so this is
    // what it was when this was written, until TrackStackTop has seen it.
    private ulong stackTopOffset = StackBytes - 896;

    public ThreadReader(KernelTypes types, KernelMemory memory, ProcessorRegisters registers, WaitReader waits)
    {
        this.memory = memory;
        this.registers = registers;
        this.waits = waits;
        current = types.Static("Proc_Scheduler", "Current");
        owner = types.Static("Proc_UserRegisters", "s_owner");
        id = types.Field(Thread, "Id");
        process = types.Field(Thread, "Process");
        state = types.Field(Thread, "State");
        savedStackPointer = types.Field(Thread, "SavedStackPointer");
        stack = types.Field(Thread, "Stack");
        fsBase = types.Field(Thread, "FsBase");
        gsBase = types.Field(Thread, "GsBase");
        blocked = types.Field(Thread, "BlockedSignals");
        pending = types.Field(Thread, "Pending");
        pendingMask = types.Field("Proc_PendingSignals", "Mask");
        frameMembers = [.. GuestTrapFrame.MemberNames.Select(name => types.Field(Frame, name))];
        frameBytes = types.SizeOf(Frame);
        states = types.Enumeration(States);
        Next = types.Field(Thread, "NextInProcess");
    }

    /// <summary>The link to the next thread of the same process.</summary>
    public KernelField Next { get; }

    /// <summary>The thread on the CPU.</summary>
    public KernelObject Current => memory.Object(current);

    /// <summary>The process of a thread.</summary>
    public KernelObject ProcessOf(KernelObject thread) => thread.Object(process);

    /// <summary>A thread's number.</summary>
    public int IdOf(KernelObject thread) => thread.Int32(id);

    /// <summary>Reads a thread.</summary>
    /// <param name="thread">The kernel's object.</param>
    /// <param name="pid">Its process's number.</param>
    /// <param name="hasUserRegisters">Whether its process has a memory of its own.</param>
    public GuestThread Read(KernelObject thread, int pid, bool hasUserRegisters)
    {
        TrackStackTop();
        ulong lowest = thread.UInt64(stack);
        GuestThreadState doing = StateOf(thread);
        GuestTrapFrame? frame = lowest != 0 && hasUserRegisters ? ReadFrame(lowest + stackTopOffset - (ulong)frameBytes) : null;
        bool isInUserMode = doing == GuestThreadState.Running && registers.PrivilegeLevel == 3;
        return new GuestThread(IdOf(thread), pid, doing)
        {
            Address = new VirtualAddress(thread.Address),
            KernelStack = lowest == 0 ? default : (new VirtualAddress(lowest), new VirtualAddress(lowest + StackBytes)),
            SavedStackPointer = new VirtualAddress(thread.UInt64(savedStackPointer)),
            UserFrame = frame,
            IsInUserMode = isInUserMode,
            UserRip = isInUserMode ? registers.Rip : frame is { IsFromUser: true } ? frame.Rip : null,
            FsBase = new VirtualAddress(thread.UInt64(fsBase)),
            GsBase = new VirtualAddress(thread.UInt64(gsBase)),
            OwnsProcessorState = memory.Object(owner) == thread,
            PendingSignals = thread.Struct(pending).UInt64(pendingMask),
            BlockedSignals = thread.UInt64(blocked),
            WaitsFor = doing == GuestThreadState.Sleeping ? waits.Describe(thread, ProcessOf(thread)) : "",
        };
    }

    /// <summary>What a thread is doing; one in a state that this reader does not know counts as dead.</summary>
    public GuestThreadState StateOf(KernelObject thread)
    {
        if (thread == Current) return GuestThreadState.Running;
        return Enum.TryParse(states.GetValueOrDefault(thread.UInt64(state)), out GuestThreadState known) ? known : GuestThreadState.Dead;
    }

    private GuestTrapFrame ReadFrame(ulong address)
    {
        KernelObject frame = new(memory, address);
        return new GuestTrapFrame(
            new VirtualAddress(address), frameBytes, [.. frameMembers.Select(member => (address + (ulong)member.OffsetBytes, frame.UInt64(member)))]);
    }

    /// <summary>While the running thread's registers are in the CPU, the task state segment has the top of its stack for traps from user mode.</summary>
    private void TrackStackTop()
    {
        KernelObject running = Current;
        if (running.IsNull || memory.Object(owner) != running) return;
        ulong offset = memory.Read(registers.TaskRegister.Base + Rsp0Offset, sizeof(ulong)) - running.UInt64(stack);
        if (offset is > 0 and <= MaximumStackBytes && offset % 16 == 0) stackTopOffset = offset;
    }
}
