using System.CommandLine;
using X64Emu.Cli.Options;
using X64Emu.Cli.Reports;
using X64Emu.Cli.Running;
using X64Emu.Measurement;

namespace X64Emu.Cli.Commands;

/// <summary><c>x64emu stat</c>: runs a program and reports what happened, in the formats of perf stat.</summary>
internal static class StatCommand
{
    public const string Name = "stat";

    public static Command Create()
    {
        Command command = new(Name, "Runs a program, then prints a table of events on standard error.");
        MachineCommandOptions machine = new();
        ReportOptions report = new();
        ProgramArgument program = new();
        machine.AddTo(command);
        machine.AddPaceTo(command);
        report.AddTo(command);
        program.AddTo(command);
        command.SetAction(result =>
        {
            // First the options: one without its value has taken the program's name for it.
            MachineSettings settings = machine.Read(result);
            ReportSettings layout = report.Read(result, MeasuredEvent.All.Select(measured => measured.Name));
            return Run(program.Read(result), settings, layout);
        });
        return command;
    }

    private static int Run(IReadOnlyList<string> program, MachineSettings settings, ReportSettings report)
    {
        using TextWriter writer = report.OpenOutput();
        if (report.IntervalNanoseconds is { } interval)
            return ProgramSession.Run(program, settings, new IntervalReporter(interval, report.Format, report.Events, writer)).ExitStatus;
        HostStopwatch stopwatch = HostStopwatch.Start();
        ProgramOutcome outcome = ProgramSession.Run(program, settings);
        StatReport counts = StatReportBuilder.Build(string.Join(' ', program), outcome.Counts, stopwatch.Elapsed);
        if (report.Events is { } events) counts = EventSelection.Apply(counts, events);
        report.Format.Write(counts, writer);
        return outcome.ExitStatus;
    }
}
