using X64Emu.Debugging.Guest;
using X64Emu.Debugging.Memory;
using X64Emu.Debugging.Symbols;
using X64Emu.Measurement;
using X64Emu.Primitives;

namespace X64Emu.Debugging.Running;

/// <summary>
/// A guest under a debugger: runs it from stop to stop and keeps what it is to stop at. Stopping, looking and going on change no count and no
/// result of the guest. One thread uses a session; <see cref="Interrupt"/> alone may be called from others.
/// </summary>
public sealed class DebugSession : IDisposable
{
    private readonly DebugSessionOptions options;
    private readonly byte[] kernelImage;
    private readonly Lock replacing = new();
    private RunEngine engine;
    private Stepper stepper;

    /// <summary>Makes a session with a fresh machine, at <see cref="StopEventReason.Ready"/>.</summary>
    public DebugSession(DebugSessionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.options = options;
        kernelImage = options.KernelImage.ToArray();
        LoadKernelSymbols();
        (engine, stepper, Measurement) = Create();
        AttachGuest();
        TableChanges = new PageTableTracker(Memory.PageTables);
        LastStop = engine.Report(StopEventReason.Ready);
    }

    /// <summary>The machine; another one after a restart.</summary>
    public PcMachine Machine => engine.Machine;

    /// <summary>The machine's memory; another one after a restart.</summary>
    public DebugMemory Memory => engine.Memory;

    /// <summary>Breakpoints, watchpoints and catchpoints; they outlive restarts.</summary>
    public StopPointTable Breakpoints { get; } = new();

    /// <summary>The guest kernel's structures; another one after a restart, null for a foreign kernel.</summary>
    public GuestKernel? Guest { get; private set; }

    /// <summary>Names and source lines of the kernel and of every process.</summary>
    public SymbolResolver Symbols { get; } = new();

    /// <summary>The last page faults.</summary>
    public FaultLog Faults { get; } = new();

    /// <summary>What the guest has changed in page tables since the last stop, once its <see cref="PageTableTracker.IsEnabled"/> is set; another one
    /// after a restart.</summary>
    public PageTableTracker TableChanges { get; private set; }

    /// <summary>The counts of the program, as <c>x64emu stat</c> reports them; another one after a restart.</summary>
    public ProgramMeasurement Measurement { get; private set; }

    /// <summary>The stop at which the machine stands.</summary>
    public StopEvent LastStop { get; private set; }

    /// <summary>The process that runs now, inside conditions and listeners too; null before the first.</summary>
    public int? CurrentPid => engine.Monitor.Task.Pid;

    /// <summary>The thread that runs now; null when it is not known.</summary>
    public int? CurrentTid => engine.Monitor.Task.Ids.Tid;

    /// <summary>The machine cannot go on; <see cref="Restart"/> makes a new one.</summary>
    public bool HasEnded => LastStop.IsEnd;

    /// <summary>True while <see cref="RunToInstruction"/> repeats what has been run already: listeners hear of it a second time.</summary>
    public bool IsReplaying { get; private set; }

    /// <summary>Whether signals can be caught: the kernel has the functions that deliver them.</summary>
    public bool CatchesSignals => engine.CatchesSignals;

    /// <summary>How many instructions have retired since the machine's start.</summary>
    public long InstructionCount => engine.InstructionCount;

    /// <summary>Told of process events as they happen, on the thread that runs the machine.</summary>
    public event Action<ProcessEvent>? ProcessReported;

    /// <summary>Told of system calls as they begin and end, on the thread that runs the machine. Subscribe while the machine stands still.</summary>
    public event Action<SystemCallEvent>? SystemCallReported;

    /// <summary>Told of signals as they take effect or are ignored, between two instructions of the kernel. Subscribe while the machine stands still.</summary>
    public event Action<SignalEvent>? SignalReported;

    /// <summary>Told when <see cref="Machine"/> and all that belongs to it have been replaced.</summary>
    public event Action? MachineReplaced;

    /// <summary>Runs until something stops it.</summary>
    /// <exception cref="InvalidOperationException">The machine has ended.</exception>
    public StopEvent Continue() => Do(() => engine.Run(new RunGoal()));

    /// <summary>Runs so many instructions, into calls and the kernel.</summary>
    /// <param name="instructions">At least 1.</param>
    /// <exception cref="InvalidOperationException">The machine has ended.</exception>
    public StopEvent Step(long instructions = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(instructions, 1);
        return Do(() => stepper.Step(instructions));
    }

    /// <summary>Runs so many instructions of the running thread in user mode, passing over what the kernel does in between: page faults, interrupts, system
    /// calls. From the kernel it first runs until user mode.</summary>
    /// <param name="instructions">At least 1.</param>
    /// <exception cref="InvalidOperationException">The machine has ended.</exception>
    public StopEvent StepUser(long instructions = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(instructions, 1);
        return Do(() => stepper.StepUser(instructions));
    }

    /// <summary>Runs one instruction, all of a called function included; in user mode also all that the kernel does for it.</summary>
    /// <exception cref="InvalidOperationException">The machine has ended.</exception>
    public StopEvent Next() => Do(stepper.Next);

    /// <summary>Runs until another source line begins, over functions without line information. Where the present line is not known it is
    /// <see cref="Next"/>.</summary>
    /// <exception cref="InvalidOperationException">The machine has ended.</exception>
    public StopEvent StepLine() => Do(stepper.StepLine);

    /// <summary>Runs until the present function has returned. Null, with nothing run, when its caller is not known.</summary>
    /// <exception cref="InvalidOperationException">The machine has ended.</exception>
    public StopEvent? Finish()
    {
        RequireMachine();
        return stepper.CallerOfPresentFunction() is { } caller ? Do(() => stepper.RunTo(caller)) : null;
    }

    /// <summary>Runs until the instruction at an address is next, in any process.</summary>
    /// <exception cref="InvalidOperationException">The machine has ended.</exception>
    public StopEvent Until(VirtualAddress address) => Do(() => stepper.Until(address));

    /// <summary>Runs a new machine until the program's first instruction is next, at <see cref="StopEventReason.ProgramStart"/>; or to an earlier stop.</summary>
    /// <exception cref="InvalidOperationException">The machine has ended.</exception>
    public StopEvent RunToProgram() => Do(() => engine.Run(new RunGoal { AtUserMode = true, AtGoal = StopEventReason.ProgramStart }));

    /// <summary>Goes to the moment when so many instructions have retired: forwards by running, backwards by running a new machine from its start. On
    /// the way nothing stops it and nothing is counted as a hit; only the machine's end and <see cref="Interrupt"/> come in between.</summary>
    /// <param name="instructionCount">At least 0. Changes that the user made to the machine are lost on the way back.</param>
    public StopEvent RunToInstruction(long instructionCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(instructionCount);
        if (HasEnded || instructionCount < InstructionCount)
        {
            Replace();
            IsReplaying = true;
        }
        RememberTables();
        try
        {
            RunGoal goal = new() { Instructions = instructionCount - InstructionCount, AfterInstructions = StopEventReason.Reached, PassesStopPoints = true };
            return Stopped(engine.Run(goal));
        }
        finally
        {
            IsReplaying = false;
        }
    }

    /// <summary>Replaces the machine by a new one, in front of its first instruction. Stop points stay, their hit counts begin again.</summary>
    public StopEvent Restart()
    {
        Replace();
        foreach (StopPoint point in Breakpoints.All) point.HitCount = 0;
        return LastStop;
    }

    /// <summary>Ends the run at the next opportunity, a few microseconds from now; with no run under way, the next one at once. May be called from any thread.</summary>
    public void Interrupt()
    {
        lock (replacing) engine.Interrupt();
    }

    /// <summary>Ends the machine where it stands; it can still be looked at.</summary>
    public StopEvent Kill() => HasEnded ? LastStop : LastStop = engine.Report(StopEventReason.Killed);

    /// <inheritdoc/>
    public void Dispose() => engine.Dispose();

    private StopEvent Do(Func<StopEvent> run)
    {
        RequireMachine();
        RememberTables();
        try
        {
            return Stopped(run());
        }
        catch
        {
            // A condition has thrown: the machine stands where it was asked.
            Stopped(engine.Report(StopEventReason.Interrupted));
            throw;
        }
    }

    private void RememberTables()
    {
        if (!TableChanges.IsEnabled) return;
        IEnumerable<ulong> all = Guest?.Processes.Select(process => process.Cr3).OfType<ulong>() ?? [];
        TableChanges.Remember(all.Append(Memory.PageTables.CurrentCr3));
    }

    private StopEvent Stopped(StopEvent stop)
    {
        // Processes may have mapped other files.
        Symbols.Processes?.Invalidate();
        return LastStop = stop;
    }

    private void RequireMachine()
    {
        if (HasEnded) throw new InvalidOperationException("the machine has ended");
    }

    private void Replace()
    {
        lock (replacing)
        {
            engine.Dispose();
            Faults.Clear();
            (engine, stepper, Measurement) = Create();
        }
        AttachGuest();
        TableChanges = new PageTableTracker(Memory.PageTables) { IsEnabled = TableChanges.IsEnabled, IncludesKernel = TableChanges.IncludesKernel };
        LastStop = engine.Report(StopEventReason.Ready);
        MachineReplaced?.Invoke();
    }

    private (RunEngine Engine, Stepper Stepper, ProgramMeasurement Measurement) Create()
    {
        PcMachine machine = options.CreateMachine();
        ProgramMeasurement measurement = ProgramMeasurement.Attach(machine);
        RunEngine created = new(machine, Breakpoints, Faults, KernelSymbol, options.InstructionLimit);
        created.Monitor.ProcessListener = happened => ProcessReported?.Invoke(happened);
        created.Monitor.SystemCallListener = () => SystemCallReported;
        created.SignalListener = () => SignalReported;
        return (created, new Stepper(created, new CodePlaces(created, Symbols)), measurement);
    }

    /// <summary>A kernel without readable symbols is debugged without them.</summary>
    private void LoadKernelSymbols()
    {
        if (kernelImage.Length == 0) return;
        try
        {
            Symbols.AddKernel(kernelImage);
        }
        catch (SymbolDataException)
        {
        }
    }

    private VirtualAddress? KernelSymbol(string name) => Symbols.Lookup(name, null) is [{ Address: var address }, ..] ? address : null;

    private void AttachGuest()
    {
        Guest = kernelImage.Length == 0 ? null : GuestKernel.TryAttach(Machine, Memory, kernelImage);
        Symbols.Processes = Guest is { } guest ? new ProcessModules(pid => MappedFiles(guest, pid), ReadHostFile) : null;
        if (Guest is { } kernel) engine.Monitor.Task.Kernel = () => kernel.CurrentIds;
    }

    private static IEnumerable<MappedFile> MappedFiles(GuestKernel guest, int pid) =>
        guest.FindProcess(pid) is not { } process ? []
        : guest.Areas(process).Where(area => area.FilePath is not null)
            .Select(area => new MappedFile(area.Start.Value, area.End.Value, area.FilePath!, area.FileOffset));

    private byte[]? ReadHostFile(string guestPath)
    {
        try
        {
            return options.HostPath(guestPath) is { } file ? File.ReadAllBytes(file) : null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
