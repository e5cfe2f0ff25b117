using X64Emu.Devices;

namespace X64Emu.Measurement;

/// <summary>Measures one program: from the first exec the guest kernel reports to the exit of that same process. Its children count while they run.</summary>
/// <remarks>
/// The kernel reports from within an instruction, when the running slice is not yet accounted for. The snapshots are therefore taken at the slice
/// boundary that follows the report's OUT instruction.
/// </remarks>
public sealed class ProgramMeasurement : IGuestTraceListener
{
    private readonly CounterSources sources;
    private bool startIsDue;
    private bool endIsDue;
    private MachineSnapshot? start;
    private MachineSnapshot? end;

    /// <summary>Measures on a machine that has not run yet.</summary>
    public ProgramMeasurement(CounterSources sources)
    {
        ArgumentNullException.ThrowIfNull(sources);
        this.sources = sources;
    }

    /// <summary>Measures on a PC that has not run yet: becomes one of its trace listeners.</summary>
    public static ProgramMeasurement Attach(PcMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ProgramMeasurement measurement = new(new CounterSources(machine.Processor.Counters, machine.Processor.Paging, new GuestEventCounters(), machine.Clock));
        machine.AddTraceListener(measurement);
        machine.SliceBoundary += measurement.AtSliceBoundary;
        return measurement;
    }

    /// <summary>The process that is measured; null before its exec.</summary>
    public uint? ProcessId { get; private set; }

    /// <summary>True when the program has ended and its counts are final.</summary>
    public bool IsComplete => end is not null;

    /// <summary>Virtual nanoseconds since its start, or from start to end when it has ended; null before its start.</summary>
    public long? ElapsedNanoseconds =>
        start is null ? null : (end?.VirtualNanoseconds ?? (long)sources.Clock.NowNanoseconds) - start.VirtualNanoseconds;

    /// <summary>The counts of the program; up to now while it runs, all zero before it started.</summary>
    public MachineSnapshot Counts
    {
        get
        {
            MachineSnapshot last = end ?? MachineSnapshot.Take(sources);
            return last.Since(start ?? last);
        }
    }

    /// <inheritdoc/>
    public void Reported(in GuestTraceRecord record)
    {
        sources.Guest.Reported(record);
        if (record.Kind == GuestTraceKind.Exec && ProcessId is null)
        {
            ProcessId = record.ProcessId;
            startIsDue = true;
        }
        else if (record.Kind == GuestTraceKind.Exit && record.ProcessId == ProcessId && end is null)
        {
            endIsDue = true;
        }
    }

    /// <summary>Takes the snapshots that are due. The machine calls it between slices.</summary>
    public void AtSliceBoundary()
    {
        if (startIsDue) start = MachineSnapshot.Take(sources);
        if (endIsDue) end = MachineSnapshot.Take(sources);
        startIsDue = endIsDue = false;
    }
}
