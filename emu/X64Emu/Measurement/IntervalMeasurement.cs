using X64Emu.Cpu;

namespace X64Emu.Measurement;

/// <summary>Divides a program's counts into intervals of virtual time.</summary>
/// <remarks>
/// An interval that ends while instructions run ends at the next slice boundary, at most 16 microseconds later; one that ends while the machine
/// idles ends exactly. Nothing is scheduled for it, so that measuring changes no count.
/// </remarks>
public sealed class IntervalMeasurement
{
    private readonly ProgramMeasurement program;
    private readonly ExecutionCounters execution;
    private readonly long intervalNanoseconds;
    private readonly Action<MeasuredInterval> ended;
    private MachineSnapshot? last;
    private long nextEnd;
    private long idleBefore;
    private bool isFinished;

    /// <summary>Measures intervals of a program; the first begins where the program does.</summary>
    /// <param name="program">The program, whose own measurement is told of each slice boundary first.</param>
    /// <param name="execution">The machine's counters.</param>
    /// <param name="intervalNanoseconds">Their length in virtual nanoseconds, above 0.</param>
    /// <param name="ended">Gets each interval at its end, and what remains when the program has ended.</param>
    public IntervalMeasurement(ProgramMeasurement program, ExecutionCounters execution, long intervalNanoseconds, Action<MeasuredInterval> ended)
    {
        ArgumentNullException.ThrowIfNull(program);
        ArgumentNullException.ThrowIfNull(execution);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(intervalNanoseconds);
        this.program = program;
        this.execution = execution;
        this.intervalNanoseconds = nextEnd = intervalNanoseconds;
        this.ended = ended;
    }

    /// <summary>Ends the intervals that are due. The machine calls it between slices.</summary>
    public void AtSliceBoundary()
    {
        if (program.ElapsedNanoseconds is not { } elapsed || isFinished) return;
        bool wasIdle = execution.IdleNanoseconds != idleBefore;
        idleBefore = execution.IdleNanoseconds;
        while (elapsed >= nextEnd)
        {
            // Between two boundaries the machine either idles or runs.
            End(wasIdle ? program.Counts.BeforeIdling(elapsed - nextEnd) : program.Counts);
            nextEnd = wasIdle ? nextEnd + intervalNanoseconds : (elapsed / intervalNanoseconds + 1) * intervalNanoseconds;
        }
        if (program.IsComplete) Finish();
    }

    /// <summary>Ends the interval that is under way, where there is one.</summary>
    public void Finish()
    {
        if (!isFinished && program.Counts is { VirtualNanoseconds: > 0 } counts && counts.VirtualNanoseconds != last?.VirtualNanoseconds) End(counts);
        isFinished = true;
    }

    private void End(MachineSnapshot counts)
    {
        ended(new MeasuredInterval(counts.VirtualNanoseconds, last is null ? counts : counts.Since(last)));
        last = counts;
    }
}

/// <summary>What happened in one interval.</summary>
/// <param name="EndNanoseconds">Its end, in virtual nanoseconds since the program's start.</param>
/// <param name="Counts">The counts of the interval alone.</param>
public sealed record MeasuredInterval(long EndNanoseconds, MachineSnapshot Counts);
