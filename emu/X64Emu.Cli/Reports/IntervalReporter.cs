using X64Emu.Measurement;

namespace X64Emu.Cli.Reports;

/// <summary>Prints a program's counts interval by interval while it runs.</summary>
/// <param name="intervalNanoseconds">Their length in virtual time.</param>
/// <param name="format">The layout.</param>
/// <param name="events">The events to print; null for all.</param>
/// <param name="writer">Where they go, at once.</param>
internal sealed class IntervalReporter(long intervalNanoseconds, IStatFormat format, IReadOnlyList<string>? events, TextWriter writer)
{
    private IntervalMeasurement? measurement;

    /// <summary>Begins with a program that has not run yet.</summary>
    public void Attach(PcMachine machine, ProgramMeasurement program)
    {
        measurement = new IntervalMeasurement(program, machine.Processor.Counters, intervalNanoseconds, Print);
        machine.SliceBoundary += measurement.AtSliceBoundary;
    }

    /// <summary>Prints what remains of a program that did not end by itself.</summary>
    public void Finish() => measurement?.Finish();

    private void Print(MeasuredInterval interval)
    {
        StatReport report = StatReportBuilder.Build("", interval.Counts, times: null) with { IntervalEndNanoseconds = interval.EndNanoseconds };
        if (events is not null) report = EventSelection.Apply(report, events);
        format.Write(report, writer);
        writer.Flush();
    }
}
