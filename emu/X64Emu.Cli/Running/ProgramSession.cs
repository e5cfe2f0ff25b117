using X64Emu.Cli.Options;
using X64Emu.Cli.Reports;
using X64Emu.Measurement;

namespace X64Emu.Cli.Running;

/// <summary>How a program's run ended.</summary>
/// <param name="ExitStatus">The tool's exit status.</param>
/// <param name="Counts">What happened while the program lived.</param>
internal sealed record ProgramOutcome(int ExitStatus, MachineSnapshot Counts);

/// <summary>Runs one program on the guest kernel, from its file's check to its exit status.</summary>
internal static class ProgramSession
{
    /// <summary>Runs it.</summary>
    /// <param name="words">The program and its arguments.</param>
    /// <param name="settings">The machine and what the guest sees.</param>
    /// <param name="intervals">Reports on the program while it runs; null for nobody.</param>
    /// <exception cref="UsageException">The program cannot be run; the message says why.</exception>
    public static ProgramOutcome Run(IReadOnlyList<string> words, MachineSettings settings, IntervalReporter? intervals = null)
    {
        ProgramPlan plan = new(words, settings);
        using RunControl control = new();
        using GuestSerial serial = GuestSerial.Open(() => control.Stop(ExitStatus.Interrupted), settings.IsRealTime);
        using PreparedMachine prepared = plan.CreateMachine(serial.Serial1, serial.Serial2, serial.IsTerminal);
        PcMachine machine = prepared.Machine;
        ProgramMeasurement measurement = ProgramMeasurement.Attach(machine);
        intervals?.Attach(machine, measurement);
        serial.Attach(machine);

        PcStop stop = control.Run(machine, MachineFactory.InstructionLimit(settings));
        serial.Dispose();
        intervals?.Finish();
        if (StopReport.Message(stop, machine) is { } message) Console.Error.WriteLine($"x64emu: {message}");
        return new ProgramOutcome(StopReport.ExitStatus(stop, control.RequestedStatus), measurement.Counts);
    }
}
