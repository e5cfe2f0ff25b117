using X64Emu.Cli.Options;
using X64Emu.Cli.Tracing;
using X64Emu.Debugging.Running;
using X64Emu.Debugging.Tracing;

namespace X64Emu.Cli.Running;

/// <summary>Runs one program from its first instruction to its end with traces on.</summary>
internal static class TraceSession
{
    /// <summary>Runs it and returns the tool's exit status.</summary>
    /// <param name="words">The program and its arguments.</param>
    /// <param name="settings">The machine and what the guest sees.</param>
    /// <param name="kinds">What to trace.</param>
    /// <param name="file">Where lines go; null for standard error.</param>
    /// <exception cref="UsageException">The program cannot be run; the message says why.</exception>
    /// <exception cref="Debugger.CommandException">The file cannot be written.</exception>
    public static int Run(IReadOnlyList<string> words, MachineSettings settings, IReadOnlyList<TraceKind> kinds, string? file)
    {
        ProgramPlan plan = new(words, settings);
        using RunControl control = new();
        using GuestSerial serial = GuestSerial.Open(() => control.Stop(ExitStatus.Interrupted), settings.IsRealTime);
        using PreparedMachine prepared = plan.CreateMachine(serial.Serial1, serial.Serial2, serial.IsTerminal);
        using DebugSession session = new(new DebugSessionOptions
        {
            CreateMachine = () => prepared.Machine,
            KernelImage = plan.Kernel,
            HostPath = plan.HostPath,
            InstructionLimit = MachineFactory.InstructionLimit(settings),
        });
        serial.Attach(prepared.Machine);
        StopEvent stop = control.Run(session.Interrupt, session.LastStop, () => Run(session, kinds, file));
        serial.Dispose();
        if (Message(stop) is { } message) Console.Error.WriteLine($"x64emu: {message}");
        return Status(stop, control.RequestedStatus);
    }

    private static StopEvent Run(DebugSession session, IReadOnlyList<TraceKind> kinds, string? file)
    {
        StopEvent stop = session.RunToProgram();
        if (stop.Reason != StopEventReason.ProgramStart) return stop;
        using OpenTrace trace = OpenTrace.Start(session, kinds, file);
        stop = session.Continue();
        if (trace.Failure is { } failure) Console.Error.WriteLine($"x64emu: the trace to {trace.Target} is not complete: {failure.TrimEnd('.')}");
        return stop;
    }

    private static string? Message(StopEvent stop) => stop.Reason switch
    {
        StopEventReason.Panicked => "the guest kernel panicked; its own report stands above",
        StopEventReason.Reset => "the guest reset the machine",
        StopEventReason.TripleFault => "the guest crashed the machine (triple fault)",
        StopEventReason.Halted => $"the guest halted for good at rip {stop.Rip}: nothing can interrupt it",
        StopEventReason.InstructionLimit => $"stopped after {stop.InstructionCount} instructions (--timeout-instructions)",
        _ => null,
    };

    private static int Status(StopEvent stop, int requestedStatus) => stop.Reason switch
    {
        StopEventReason.Exited => stop.ExitStatus ?? ExitStatus.Success,
        StopEventReason.Panicked or StopEventReason.Reset or StopEventReason.TripleFault or StopEventReason.Halted => ExitStatus.GuestPanic,
        StopEventReason.Interrupted or StopEventReason.Ready => requestedStatus,
        _ => ExitStatus.EmulatorLimit,
    };
}
