namespace X64Emu.Cli.Reports;

/// <summary>Everything `x64emu stat` has to say about one run.</summary>
/// <param name="CommandLine">The program and its arguments, as the user wrote them.</param>
/// <param name="Events">The counts, in the order to print.</param>
/// <param name="VirtualNanoseconds">The machine's time that passed while the program lived.</param>
/// <param name="Times">What the run cost the host; null to leave it out.</param>
internal sealed record StatReport(string CommandLine, IReadOnlyList<EventCount> Events, ulong VirtualNanoseconds, HostTimes? Times)
{
    /// <summary>For the report of an interval: its end, in virtual nanoseconds since the program's start.</summary>
    public long? IntervalEndNanoseconds { get; init; }
}

/// <summary>What a run cost the host.</summary>
/// <param name="Elapsed">Wall-clock time.</param>
/// <param name="User">CPU time in user mode.</param>
/// <param name="System">CPU time in the host's kernel.</param>
internal sealed record HostTimes(TimeSpan Elapsed, TimeSpan User, TimeSpan System);
