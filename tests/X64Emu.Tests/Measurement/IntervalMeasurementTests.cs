using X64Emu.Bus;
using X64Emu.Cpu;
using X64Emu.Devices;
using X64Emu.Measurement;
using X64Emu.Paging;
using Xunit;

namespace X64Emu.Tests.Measurement;

public sealed class IntervalMeasurementTests
{
    private readonly VirtualClock clock = new();
    private readonly ExecutionCounters execution = new();
    private readonly List<MeasuredInterval> intervals = [];
    private readonly ProgramMeasurement program;
    private readonly IntervalMeasurement measurement;

    public IntervalMeasurementTests()
    {
        program = new ProgramMeasurement(new CounterSources(execution, new PagingCounters(), new GuestEventCounters(), clock));
        measurement = new IntervalMeasurement(program, execution, 100, intervals.Add);
        Idle(12_345);
        Slice(55);
        Report(GuestTraceKind.Exec);
        Slice(10);
    }

    private IEnumerable<(long End, long Instructions, long Idle)> Seen =>
        intervals.Select(interval => (interval.EndNanoseconds, interval.Counts["instructions"], interval.Counts["idle-nanoseconds"]));

    [Fact]
    public void AtSliceBoundary_BusyProgram_EndsIntervalsAtTheFirstBoundaryBehindThem()
    {
        Slice(60);
        Slice(60);
        Slice(60);
        Slice(60);
        Assert.Equal([(120, 120, 0), (240, 120, 0)], Seen);
    }

    [Fact]
    public void AtSliceBoundary_IdleProgram_EndsIntervalsExactly()
    {
        Slice(30);
        Idle(320);
        Slice(70);
        Assert.Equal([(100, 30, 70), (200, 0, 100), (300, 0, 100), (420, 70, 50)], Seen);
    }

    [Fact]
    public void AtSliceBoundary_OneLongSlice_IsOneInterval()
    {
        Slice(350);
        Slice(49);
        Slice(1);
        Assert.Equal([(350, 350, 0), (400, 50, 0)], Seen);
    }

    [Fact]
    public void AtSliceBoundary_ProgramEnds_ReportsWhatRemainsOnce()
    {
        Slice(100);
        Slice(20);
        Report(GuestTraceKind.Exit);
        Slice(5);
        Slice(1_000);
        measurement.Finish();
        Assert.Equal([(100, 100, 0), (125, 25, 0)], Seen);
    }

    [Fact]
    public void Finish_ProgramStoppedFromOutside_ReportsWhatRemains()
    {
        Slice(40);
        measurement.Finish();
        measurement.Finish();
        Slice(400);
        Assert.Equal([(40, 40, 0)], Seen);
    }

    [Fact]
    public void Intervals_OfAnyRun_SumUpToItsCounts()
    {
        Random random = new(7);
        for (int round = 0; round < 200; round++)
        {
            if (random.Next(3) == 0) Idle(random.Next(1, 500));
            else Slice(random.Next(1, 150));
        }
        measurement.Finish();
        Assert.Equal(program.Counts["instructions"], Seen.Sum(one => one.Instructions));
        Assert.Equal(program.Counts["idle-nanoseconds"], Seen.Sum(one => one.Idle));
        Assert.Equal(program.Counts.VirtualNanoseconds, Seen.Last().End);
        Assert.All(Seen.Zip(Seen.Skip(1)), pair => Assert.True(pair.First.End < pair.Second.End));
    }

    private void Report(GuestTraceKind kind) => program.Reported(new GuestTraceRecord(kind, 2, 0, 0, 1, 0, "x"));

    private void Slice(int instructions)
    {
        execution.Instructions += instructions;
        Boundary(instructions);
    }

    private void Idle(int nanoseconds)
    {
        execution.IdleNanoseconds += nanoseconds;
        Boundary(nanoseconds);
    }

    private void Boundary(int nanoseconds)
    {
        clock.AdvanceTo(clock.NowNanoseconds + (ulong)nanoseconds);
        program.AtSliceBoundary();
        measurement.AtSliceBoundary();
    }
}
