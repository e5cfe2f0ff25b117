using X64Emu.Bus;
using X64Emu.Cpu;
using X64Emu.Devices;
using X64Emu.Measurement;
using X64Emu.Paging;
using Xunit;

namespace X64Emu.Tests.Measurement;

public sealed class ProgramMeasurementTests
{
    private readonly VirtualClock clock = new();
    private readonly ExecutionCounters execution = new();
    private readonly ProgramMeasurement measurement;

    public ProgramMeasurementTests() =>
        measurement = new ProgramMeasurement(new CounterSources(execution, new PagingCounters(), new GuestEventCounters(), clock));

    private void Report(GuestTraceKind kind, uint processId) => measurement.Reported(new GuestTraceRecord(kind, processId, 0, 0, 1, 0, "x"));

    /// <summary>A slice ends after so many instructions; the machine calls the measurement then.</summary>
    private void Slice(int instructions)
    {
        execution.Instructions += instructions;
        clock.AdvanceTo(clock.NowNanoseconds + (ulong)instructions);
        measurement.AtSliceBoundary();
    }

    [Fact]
    public void Counts_BeforeTheProgramStarts_AreZero()
    {
        Slice(100);
        Assert.Null(measurement.ProcessId);
        Assert.Equal(0, measurement.Counts["instructions"]);
    }

    [Fact]
    public void Counts_FromExecToExit_LeaveOutWhatComesBeforeAndAfter()
    {
        Slice(100);
        Report(GuestTraceKind.Exec, 1);
        Slice(7);           // the slice that reported is not part of the program
        Report(GuestTraceKind.PageFault, 1);
        Slice(50);
        Report(GuestTraceKind.Exit, 1);
        Slice(3);           // the slice that reported is
        Report(GuestTraceKind.PageFault, 1);
        Slice(1000);
        Assert.True(measurement.IsComplete);
        Assert.Equal(53, measurement.Counts["instructions"]);
        Assert.Equal(53, measurement.Counts.VirtualNanoseconds);
        Assert.Equal(1, measurement.Counts["page-faults"]);
    }

    [Fact]
    public void Counts_WithChildren_EndWithTheFirstProgramAlone()
    {
        Report(GuestTraceKind.Exec, 1);
        Slice(1);
        Report(GuestTraceKind.Fork, 2);
        Report(GuestTraceKind.Exec, 2);
        Slice(10);
        Report(GuestTraceKind.Exit, 2);
        Slice(10);
        Assert.False(measurement.IsComplete);
        Report(GuestTraceKind.Exec, 1);     // the first program replaced itself: still the same process
        Slice(10);
        Report(GuestTraceKind.Exit, 1);
        Slice(10);
        Assert.Equal(1u, measurement.ProcessId);
        Assert.Equal(40, measurement.Counts["instructions"]);
    }

    [Fact]
    public void Counts_WhenTheMachineStoppedEarly_AreThoseSoFar()
    {
        Report(GuestTraceKind.Exec, 1);
        Slice(1);
        Slice(20);
        Assert.False(measurement.IsComplete);
        Assert.Equal(20, measurement.Counts["instructions"]);
    }
}
