using System.Globalization;
using System.Text.Encodings.Web;

namespace X64Emu.Cli.Reports;

/// <summary>`perf stat -j`: one JSON object on a line for each event, with perf's member names.</summary>
internal sealed class JsonLines : IStatFormat
{
    /// <inheritdoc/>
    public void Write(StatReport report, TextWriter writer)
    {
        foreach (EventCount count in report.Events)
        {
            string metricValue = (count.Metric?.Value ?? 0).ToString("F6", CultureInfo.InvariantCulture);
            string interval = report.IntervalEndNanoseconds is null ? "" : $"\"interval\" : {IntervalTime.Of(report).TrimStart()}, ";
            writer.Write(string.Create(
                CultureInfo.InvariantCulture,
                $$"""
                {{{interval}}"counter-value" : "{{count.Value}}.000000", "unit" : "", "event" : "{{Escape(count.Name)}}", "event-runtime" : {{report.VirtualNanoseconds}}, "pcnt-running" : 100.00, "metric-value" : {{metricValue}}, "metric-unit" : "{{Escape(count.Metric?.Unit ?? "")}}"}
                """));
            writer.Write('\n');
        }
    }

    private static string Escape(string text) => JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text);
}
