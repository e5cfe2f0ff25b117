using X64Emu.Cpu;
using X64Emu.Debugging.Memory;
using X64Emu.Devices;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>
/// Sees what happens to the guest while it runs, by trace records and processor hooks, and pauses the machine where a catchpoint may be concerned.
/// The run that was paused asks <see cref="Candidates"/>.
/// </summary>
internal sealed class GuestMonitor : IGuestTraceListener
{
    private readonly PcMachine machine;
    private readonly StopPointTable points;
    private readonly FaultMonitor faults;
    private FaultCatchpoint[] faultPoints = [];
    private ProcessCatchpoint[] processPoints = [];
    private SystemCallCatchpoint[] systemCallPoints = [];
    private ExceptionCatchpoint[] exceptionPoints = [];
    private bool pausesAtUserMode;

    public GuestMonitor(PcMachine machine, DebugMemory memory, StopPointTable points, FaultLog log)
    {
        this.machine = machine;
        this.points = points;
        faults = new FaultMonitor(machine, memory, log);
        SystemCalls = new SystemCallMonitor(machine, Task) { Happened = SystemCallHappened };
        machine.AddTraceListener(this);
        machine.Processor.ExceptionHook = ExceptionRaised;
    }

    public CurrentTask Task { get; } = new();

    public SystemCallMonitor SystemCalls { get; }

    /// <summary>What may stop the run, once conditions and counts have been asked.</summary>
    public List<StopHit> Candidates { get; } = [];

    /// <summary>Set when the processor came to user mode and the goal wants to know.</summary>
    public bool UserModeReached { get; private set; }

    /// <summary>How the first program's process ended; null while it lives.</summary>
    public int? WaitStatus { get; private set; }

    private int? MainPid { get; set; }

    /// <summary>Told of process events and system calls as they happen.</summary>
    public Action<ProcessEvent>? ProcessListener { get; set; }

    /// <summary>Who wants to be told of system calls now; null for nobody.</summary>
    public Func<Action<SystemCallEvent>?> SystemCallListener { get; set; } = () => null;

    /// <summary>Told of the page tables of parent and child at a fork.</summary>
    public Action<ulong, ulong>? AddressSpaceForked { get; set; }

    /// <summary>Told of the address of each page fault that was dealt with.</summary>
    public Action<VirtualAddress>? PageMapped { get; set; }

    /// <summary>Sets the hooks that the stop points and the goal need.</summary>
    public void Prepare(RunGoal goal)
    {
        pausesAtUserMode = goal.AtUserMode;
        faultPoints = Wanted<FaultCatchpoint>(goal);
        processPoints = Wanted<ProcessCatchpoint>(goal);
        systemCallPoints = Wanted<SystemCallCatchpoint>(goal);
        exceptionPoints = Wanted<ExceptionCatchpoint>(goal);
        // A quiet run must know the calls that are open at its end.
        bool seesCalls = SystemCallListener() is not null || points.Enabled<SystemCallCatchpoint>().Any();
        if (!seesCalls) SystemCalls.Forget();
        machine.Processor.SystemCallHook = seesCalls ? SystemCallEntered : null;
        machine.Processor.UserModeHook = seesCalls || pausesAtUserMode ? UserModeEntered : null;
    }

    /// <summary>Begins to collect anew.</summary>
    public void BeginRun()
    {
        Candidates.Clear();
        UserModeReached = false;
    }

    void IGuestTraceListener.Reported(in GuestTraceRecord record)
    {
        Task.Reported(record);
        switch (record.Kind)
        {
            case GuestTraceKind.PageFault:
                FaultHandled(record);
                break;
            case GuestTraceKind.Exec:
                MainPid ??= (int)record.ProcessId;
                Report(new ProcessEvent(ProcessEventKind.Exec, (int)record.ProcessId)
                {
                    Cr3 = record.Argument0,
                    EntryPoint = new VirtualAddress(record.Address),
                    Name = record.Name,
                });
                SystemCalls.ProgramReplaced((int)record.ProcessId);
                break;
            case GuestTraceKind.Fork:
                AddressSpaceForked?.Invoke(machine.Processor.Registers.Cr3, record.Argument1);
                Report(new ProcessEvent(ProcessEventKind.Fork, (int)record.ProcessId) { OtherPid = (int)record.Argument0, Cr3 = record.Argument1 });
                break;
            case GuestTraceKind.Exit:
                if ((int)record.ProcessId == MainPid) WaitStatus = (int)record.Argument0;
                SystemCalls.ProcessEnded((int)record.ProcessId);
                Report(new ProcessEvent(ProcessEventKind.Exit, (int)record.ProcessId) { WaitStatus = (int)record.Argument0 });
                break;
            case GuestTraceKind.ContextSwitch:
                Report(new ProcessEvent(ProcessEventKind.Switch, (int)record.ProcessId) { OtherPid = (int)record.Argument0, Cr3 = record.Address });
                break;
            default:
                break;
        }
    }

    private void FaultHandled(in GuestTraceRecord record)
    {
        FaultRecord fault = faults.Handled(record);
        PageMapped?.Invoke(fault.Address);
        foreach (FaultCatchpoint point in faultPoints)
            if (point.Matches(fault)) Stop(new FaultHit(point, fault));
    }

    private void Report(ProcessEvent happened)
    {
        ProcessListener?.Invoke(happened);
        foreach (ProcessCatchpoint point in processPoints)
            if (point.Matches(happened)) Stop(new ProcessHit(point, happened));
    }

    private HookResult SystemCallEntered()
    {
        SystemCalls.Entered();
        return HookResult.Default;
    }

    private void SystemCallHappened(SystemCallEvent call)
    {
        SystemCallListener()?.Invoke(call);
        foreach (SystemCallCatchpoint point in systemCallPoints)
            if (point.Matches(call)) Stop(new SystemCallHit(point, call));
    }

    private void UserModeEntered()
    {
        SystemCalls.UserModeReached();
        if (!pausesAtUserMode) return;
        UserModeReached = true;
        machine.Processor.Pause();
    }

    private HookResult ExceptionRaised(ExceptionInfo exception)
    {
        if (exception.Vector == ExceptionVector.PageFault) faults.Raised(exception);
        foreach (ExceptionCatchpoint point in exceptionPoints)
            if (point.Matches(exception.Vector, Task.Pid)) Stop(new ExceptionHit(point, exception));
        return HookResult.Default;
    }

    private TPoint[] Wanted<TPoint>(RunGoal goal) where TPoint : StopPoint => goal.PassesStopPoints ? [] : [.. points.Enabled<TPoint>()];

    private void Stop(StopHit candidate)
    {
        Candidates.Add(candidate);
        machine.Processor.Pause();
    }
}
