using System.Text.Json;
using X64Emu.Cli.Reports;
using Xunit;

namespace X64Emu.Cli.Tests.Reports;

public sealed class FormatTests
{
    private static readonly StatReport report = new(
        "samples/bin/hello -v",
        [
            new EventCount("instructions", 1234567),
            new EventCount("page-faults", 26, new EventMetric(19.5, "K/sec")),
            new EventCount("dTLB-load-misses", 0, new EventMetric(0, "% of all dTLB loads")),
        ],
        1234567,
        new HostTimes(TimeSpan.FromSeconds(0.25), TimeSpan.FromMilliseconds(200), TimeSpan.FromTicks(1)));

    private static string Print(IStatFormat format, StatReport what)
    {
        using StringWriter writer = new();
        format.Write(what, writer);
        return writer.ToString();
    }

    [Fact]
    public void PerfTable_Report_HasPerfStatsLayout() =>
        Assert.Equal(
            """

             Performance counter stats for 'samples/bin/hello -v':

                     1,234,567      instructions
                            26      page-faults                              #    19.500 K/sec
                             0      dTLB-load-misses                         #     0.000 % of all dTLB loads

                   0.001234567 seconds virtual time
                   0.250000000 seconds time elapsed

                   0.200000000 seconds user
                   0.000000100 seconds sys


            """.ReplaceLineEndings("\n"),
            Print(new PerfTable(), report));

    [Fact]
    public void PerfTable_WithoutHostTimes_LeavesThemOut() =>
        Assert.DoesNotContain("elapsed", Print(new PerfTable(), report with { Times = null }), StringComparison.Ordinal);

    [Fact]
    public void SeparatedFields_Report_HasPerfsFieldOrder() =>
        Assert.Equal(
            "1234567,,instructions,1234567,100.00,,\n26,,page-faults,1234567,100.00,19.500,K/sec\n0,,dTLB-load-misses,1234567,100.00,0.000,% of all dTLB loads\n",
            Print(new SeparatedFields(","), report));

    [Fact]
    public void SeparatedFields_OtherSeparator_IsUsed() =>
        Assert.StartsWith("1234567;;instructions;", Print(new SeparatedFields(";"), report), StringComparison.Ordinal);

    [Fact]
    public void JsonLines_Report_IsOneObjectForEachEvent()
    {
        string[] lines = Print(new JsonLines(), report).TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Equal(
            """{"counter-value" : "26.000000", "unit" : "", "event" : "page-faults", "event-runtime" : 1234567, "pcnt-running" : 100.00, "metric-value" : 19.500000, "metric-unit" : "K/sec"}""",
            lines[1]);
        Assert.All(lines, line => Assert.Equal(JsonValueKind.Object, JsonDocument.Parse(line).RootElement.ValueKind));
    }

    [Fact]
    public void PerfIntervalTable_Reports_HaveAHeadingEvery25()
    {
        PerfIntervalTable table = new();
        string first = Print(table, report with { IntervalEndNanoseconds = 100_172_584 });
        Assert.Equal(
            """
            #           time             counts unit events
                 0.100172584          1,234,567      instructions
                 0.100172584                 26      page-faults                              #    19.500 K/sec
                 0.100172584                  0      dTLB-load-misses                         #     0.000 % of all dTLB loads

            """.ReplaceLineEndings("\n"),
            first);
        for (int interval = 2; interval <= 25; interval++) Assert.DoesNotContain('#', Print(table, report with { Events = [report.Events[0]] }));
        Assert.StartsWith("#", Print(table, report), StringComparison.Ordinal);
    }

    [Fact]
    public void SeparatedFields_OfAnInterval_BeginWithItsTime() =>
        Assert.StartsWith("     0.100000000,1234567,,instructions,", Print(new SeparatedFields(","), report with { IntervalEndNanoseconds = 100_000_000 }), StringComparison.Ordinal);

    [Fact]
    public void JsonLines_OfAnInterval_BeginWithItsTime() =>
        Assert.StartsWith(
            """{"interval" : 0.100000000, "counter-value" : "1234567.000000", """,
            Print(new JsonLines(), report with { IntervalEndNanoseconds = 100_000_000 }),
            StringComparison.Ordinal);
}
