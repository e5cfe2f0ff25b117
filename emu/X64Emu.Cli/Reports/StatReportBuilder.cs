using X64Emu.Measurement;

namespace X64Emu.Cli.Reports;

/// <summary>Makes a report of a program's counts and adds what they mean beside each other.</summary>
internal static class StatReportBuilder
{
    private const double NanosecondsPerSecond = 1e9;

    // The event, what it is a part of, and what to call that.
    private static readonly (string Part, string Whole, string Unit)[] shares =
    [
        ("instructions:u", "instructions", "% of all instructions"),
        ("dTLB-load-misses", "dTLB-loads", "% of all dTLB loads"),
        ("dTLB-store-misses", "dTLB-stores", "% of all dTLB stores"),
        ("iTLB-load-misses", "iTLB-loads", "% of all iTLB loads"),
    ];

    // Frequent events get a rate, per second of virtual time.
    private static readonly HashSet<string> rated = ["page-faults", "context-switches", "system-calls"];

    /// <summary>The report with every event.</summary>
    /// <param name="commandLine">The program and its arguments, as the user wrote them.</param>
    /// <param name="counts">What happened while it lived.</param>
    /// <param name="times">What the run cost the host.</param>
    public static StatReport Build(string commandLine, MachineSnapshot counts, HostTimes? times) => new(
        commandLine,
        [.. MeasuredEvent.All.Select(measured => new EventCount(measured.Name, (ulong)Math.Max(counts[measured], 0), Metric(measured, counts)))],
        (ulong)Math.Max(counts.VirtualNanoseconds, 0),
        times);

    private static EventMetric? Metric(MeasuredEvent measured, MachineSnapshot counts)
    {
        foreach ((string part, string whole, string unit) in shares)
        {
            if (part == measured.Name) return counts[whole] == 0 ? null : new EventMetric(100.0 * counts[measured] / counts[whole], unit);
        }
        if (!rated.Contains(measured.Name) || counts.VirtualNanoseconds == 0) return null;
        double perSecond = counts[measured] * NanosecondsPerSecond / counts.VirtualNanoseconds;
        return perSecond < 1e6 ? new EventMetric(perSecond / 1e3, "K/sec") : new EventMetric(perSecond / 1e6, "M/sec");
    }
}
