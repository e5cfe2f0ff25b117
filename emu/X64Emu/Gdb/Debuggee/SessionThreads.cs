using X64Emu.Cpu;
using X64Emu.Debugging.Guest;
using X64Emu.Debugging.Running;
using X64Emu.Gdb.Registers;
using X64Emu.Gdb.Target;
using X64Emu.Primitives;

namespace X64Emu.Gdb.Debuggee;

/// <summary>
/// The guest's threads and their registers. A thread shows its user registers, wherever in the kernel it is; but where the stop was in the kernel itself,
/// at a breakpoint there, one thread shows the processor's.
/// </summary>
internal sealed class SessionThreads(DebugSession session)
{
    /// <summary>The processor as a thread, when the guest's kernel is not known.</summary>
    private static readonly GuestThreadId processorThread = new(1, 1);

    private readonly ThreadView view = new(session);
    private List<TargetThread>? all;

    /// <summary>The thread that shows the processor's registers though the kernel runs; null for none.</summary>
    public GuestThreadId? KernelView { get; set; }

    /// <summary>The threads, in order of their numbers.</summary>
    public IReadOnlyList<TargetThread> All => all ??= ReadAll();

    /// <summary>The user thread that has the processor, be it in the kernel; null when the kernel idles or runs a thread of its own.</summary>
    public GuestThreadId? Running
    {
        get
        {
            if (session.Guest is not { } guest) return processorThread;
            if (guest.CurrentIds is not { } current) return null;
            GuestThreadId id = new(current.Pid, current.Tid);
            return All.Any(thread => thread.Id == id) ? id : null;
        }
    }

    /// <summary>True while the kernel has not yet saved all user registers of the running thread, or has begun to put them back.</summary>
    public bool IsBetweenViews
    {
        get
        {
            ProcessorRegisters registers = session.Machine.Processor.Registers;
            if (registers.PrivilegeLevel == 3 || ProcessorView.IsAtSystemCallEntry(registers) || Running is null) return false;
            if (session.Guest?.CurrentThread is not { UserFrame: { } frame, KernelStack: var stack }) return false;
            ulong stackPointer = registers[GeneralRegister.Rsp];
            return stackPointer > frame.Address.Value || stackPointer < stack.Start.Value;
        }
    }

    /// <summary>The machine has run or was changed.</summary>
    public void Invalidate() => all = null;

    public RegisterValues? ReadRegisters(GuestThreadId id)
    {
        ProcessorRegisters registers = session.Machine.Processor.Registers;
        if (ShowsProcessor(id)) return ProcessorView.Read(registers);
        if (id == Running && ProcessorView.IsAtSystemCallEntry(registers)) return ProcessorView.ReadSystemCallEntry(registers);
        return Find(id) is { } thread ? view.Read(thread) : null;
    }

    public bool WriteRegisters(GuestThreadId id, RegisterValues values)
    {
        ProcessorRegisters registers = session.Machine.Processor.Registers;
        if (ShowsProcessor(id)) return ProcessorView.Write(registers, values);
        if (id == Running && ProcessorView.IsAtSystemCallEntry(registers)) return ProcessorView.WriteSystemCallEntry(registers, values);
        return Find(id) is { } thread && view.Write(thread, values);
    }

    private bool ShowsProcessor(GuestThreadId id) =>
        session.Guest is null || id == KernelView || (id == Running && session.Machine.Processor.Registers.PrivilegeLevel == 3);

    private GuestThread? Find(GuestThreadId id) =>
        session.Guest?.FindProcess(id.Pid)?.Threads.FirstOrDefault(thread => thread.Id == id.Tid);

    private List<TargetThread> ReadAll()
    {
        if (session.Guest is not { } guest) return [new TargetThread(processorThread, "processor", "")];
        List<TargetThread> found = [];
        foreach (GuestProcess process in guest.Processes)
        {
            if (process.Cr3 is null) continue;
            foreach (GuestThread thread in process.Threads.Where(thread => thread.Id > 0).OrderBy(thread => thread.Id))
                found.Add(new TargetThread(new GuestThreadId(process.Pid, thread.Id), process.Name, StateOf(thread)));
        }
        return found;
    }

    private static string StateOf(GuestThread thread) => thread.State switch
    {
        GuestThreadState.Running => "on the processor",
        GuestThreadState.Runnable => "waits for the processor",
        GuestThreadState.Sleeping => thread.WaitsFor.Length > 0 ? $"waits for {thread.WaitsFor}" : "sleeps",
        _ => "ends",
    };
}
