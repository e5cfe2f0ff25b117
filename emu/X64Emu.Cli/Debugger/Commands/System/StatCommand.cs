using X64Emu.Cli.Reports;
using X64Emu.Measurement;

namespace X64Emu.Cli.Debugger.Commands.System;

/// <summary>Shows the counters.</summary>
internal sealed class StatCommand : IDebuggerCommand
{
    private ProgramMeasurement? measured;
    private MachineSnapshot? start;

    /// <inheritdoc/>
    public string Name => "stat";

    /// <inheritdoc/>
    public CommandTopic Topic => CommandTopic.System;

    /// <inheritdoc/>
    public string Usage => "stat [EVENT]\nstat reset";

    /// <inheritdoc/>
    public string Summary => "Shows the counts of the program, as 'x64emu stat' prints them";

    /// <inheritdoc/>
    public string Help => "They begin with the program's first instruction, or where 'stat reset' was given last, which changes nothing in the machine.\n"
        + "EVENT is one event's name, or the beginning of several.";

    /// <inheritdoc/>
    public string Example => "stat page-faults";

    /// <inheritdoc/>
    public void Run(DebuggerContext context, CommandArguments arguments)
    {
        ProgramMeasurement measurement = context.Session.Measurement;
        if (arguments.TakeKeyword("reset"))
        {
            arguments.ExpectEnd();
            (measured, start) = (measurement, measurement.Counts);
            return;
        }
        string? name = arguments.TakeWord();
        arguments.ExpectEnd();
        MachineSnapshot counts = measurement.Counts;
        // A restart makes a new measurement, to which an old beginning means nothing.
        if (start is not null && ReferenceEquals(measured, measurement)) counts = counts.Since(start);
        StatReport report = StatReportBuilder.Build(context.Guest.Name, counts, times: null);
        if (name is not null) report = report with { Events = Select(report, name) };
        using StringWriter text = new();
        new PerfTable().Write(report, text);
        context.Output.Lines(text.ToString().Trim('\n').Split('\n'));
    }

    /// <inheritdoc/>
    public IEnumerable<string> Complete(DebuggerContext context, IReadOnlyList<string> words) =>
        words.Count == 1 ? ["reset", .. MeasuredEvent.All.Select(one => one.Name)] : [];

    private static EventCount[] Select(StatReport report, string name)
    {
        EventCount[] selected = [.. report.Events.Where(count => count.Name.StartsWith(name, StringComparison.Ordinal))];
        return selected.Length > 0 ? selected : throw new CommandException($"no event's name begins with '{name}'; 'stat' shows all");
    }
}
