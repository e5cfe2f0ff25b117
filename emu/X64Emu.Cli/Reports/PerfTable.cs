using System.Globalization;

namespace X64Emu.Cli.Reports;

/// <summary>The table `perf stat` prints: count, event, and what the count means.</summary>
internal sealed class PerfTable : IStatFormat
{
    private const int CountWidth = 18, NameWidth = 40;

    /// <inheritdoc/>
    public void Write(StatReport report, TextWriter writer)
    {
        writer.Write($"\n Performance counter stats for '{report.CommandLine}':\n\n");
        foreach (EventCount count in report.Events) writer.Write($"{Line(count)}\n");
        writer.Write('\n');
        WriteSeconds(report.VirtualNanoseconds / 1e9, "seconds virtual time", writer);
        if (report.Times is { } times)
        {
            WriteSeconds(times.Elapsed.TotalSeconds, "seconds time elapsed", writer);
            writer.Write('\n');
            WriteSeconds(times.User.TotalSeconds, "seconds user", writer);
            WriteSeconds(times.System.TotalSeconds, "seconds sys", writer);
        }
        writer.Write('\n');
    }

    /// <summary>One event's line.</summary>
    public static string Line(EventCount count)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{count.Value,CountWidth:N0}      {count.Name,-NameWidth}");
        if (count.Metric is { } metric) line += string.Create(CultureInfo.InvariantCulture, $" # {metric.Value,9:F3} {metric.Unit}");
        return line.TrimEnd();
    }

    private static void WriteSeconds(double seconds, string what, TextWriter writer) =>
        writer.Write(string.Create(CultureInfo.InvariantCulture, $"{seconds,CountWidth:F9} {what}\n"));
}
