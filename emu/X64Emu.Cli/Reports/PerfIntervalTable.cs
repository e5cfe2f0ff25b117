using System.Globalization;

namespace X64Emu.Cli.Reports;

/// <summary>The lines `perf stat -I` prints: each with the time at which its interval ended, under a heading that comes again every 25 intervals.</summary>
internal sealed class PerfIntervalTable : IStatFormat
{
    private const int IntervalsUnderHeading = 25;
    private int written;

    /// <inheritdoc/>
    public void Write(StatReport report, TextWriter writer)
    {
        if (written++ % IntervalsUnderHeading == 0) writer.Write("#           time             counts unit events\n");
        string time = IntervalTime.Of(report);
        foreach (EventCount count in report.Events) writer.Write($"{time} {PerfTable.Line(count)}\n");
    }
}

/// <summary>How the formats print the end of an interval.</summary>
internal static class IntervalTime
{
    /// <summary>Seconds, in perf's width.</summary>
    public static string Of(StatReport report) => string.Create(CultureInfo.InvariantCulture, $"{(report.IntervalEndNanoseconds ?? 0) / 1e9,16:F9}");
}
