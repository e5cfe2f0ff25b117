namespace X64Emu.Cli.Reports;

/// <summary>One line of a report: an event and how often it happened.</summary>
/// <param name="Name">The event's name, perf's own where perf has one.</param>
/// <param name="Value">The count.</param>
/// <param name="Metric">What the count means beside another, or null.</param>
internal sealed record EventCount(string Name, ulong Value, EventMetric? Metric = null);

/// <summary>A number derived from a count.</summary>
/// <param name="Value">The number.</param>
/// <param name="Unit">What it counts, such as `% of all dTLB loads` or `M/sec`.</param>
internal sealed record EventMetric(double Value, string Unit);
