using System.Globalization;

namespace X64Emu.Cli.Reports;

/// <summary>`perf stat -x`: one line for each event with the fields value, unit, event, run time, % running, metric, metric unit; with -I the time is the first.</summary>
/// <param name="separator">What stands between two fields.</param>
internal sealed class SeparatedFields(string separator) : IStatFormat
{
    /// <inheritdoc/>
    public void Write(StatReport report, TextWriter writer)
    {
        foreach (EventCount count in report.Events)
        {
            string[] fields =
            [
                count.Value.ToString(CultureInfo.InvariantCulture),
                "",
                count.Name,
                report.VirtualNanoseconds.ToString(CultureInfo.InvariantCulture),
                "100.00",
                count.Metric?.Value.ToString("F3", CultureInfo.InvariantCulture) ?? "",
                count.Metric?.Unit ?? "",
            ];
            if (report.IntervalEndNanoseconds is not null) writer.Write($"{IntervalTime.Of(report)}{separator}");
            writer.Write($"{string.Join(separator, fields)}\n");
        }
    }
}
