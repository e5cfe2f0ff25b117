namespace X64Emu.Measurement;

/// <summary>All counts at one moment, or between two.</summary>
public sealed class MachineSnapshot
{
    private readonly long[] counts;

    private MachineSnapshot(long[] counts, long virtualNanoseconds)
    {
        this.counts = counts;
        VirtualNanoseconds = virtualNanoseconds;
    }

    /// <summary>Virtual time of the moment, or between the two.</summary>
    public long VirtualNanoseconds { get; }

    /// <summary>How often an event happened.</summary>
    public long this[MeasuredEvent measured]
    {
        get
        {
            ArgumentNullException.ThrowIfNull(measured);
            return counts[measured.Index];
        }
    }

    /// <summary>How often the event of that name happened.</summary>
    /// <exception cref="KeyNotFoundException">No event has that name.</exception>
    public long this[string eventName] => this[MeasuredEvent.Named(eventName)];

    /// <summary>Reads every counter. Exact between slices, when the processor has accounted for all that retired.</summary>
    public static MachineSnapshot Take(CounterSources sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        return new MachineSnapshot([.. MeasuredEvent.All.Select(measured => measured.Read(sources))], (long)sources.Clock.NowNanoseconds);
    }

    /// <summary>What happened from <paramref name="earlier"/> to this moment.</summary>
    public MachineSnapshot Since(MachineSnapshot earlier)
    {
        ArgumentNullException.ThrowIfNull(earlier);
        long[] difference = new long[counts.Length];
        for (int index = 0; index < difference.Length; index++) difference[index] = counts[index] - earlier.counts[index];
        return new MachineSnapshot(difference, VirtualNanoseconds - earlier.VirtualNanoseconds);
    }

    /// <summary>The same counts some time ago, when all that has happened since is that the machine idled.</summary>
    /// <param name="nanoseconds">How long ago; not longer than it idled.</param>
    public MachineSnapshot BeforeIdling(long nanoseconds)
    {
        long[] earlier = [.. counts];
        earlier[MeasuredEvent.IdleNanoseconds.Index] -= nanoseconds;
        return new MachineSnapshot(earlier, VirtualNanoseconds - nanoseconds);
    }
}
