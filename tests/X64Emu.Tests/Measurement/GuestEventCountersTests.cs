using X64Emu.Devices;
using X64Emu.Measurement;
using Xunit;

namespace X64Emu.Tests.Measurement;

public sealed class GuestEventCountersTests
{
    private readonly GuestEventCounters counters = new();

    private void Fault(GuestFaultKind kind, GuestFaultTraits traits = GuestFaultTraits.None) =>
        counters.Reported(new GuestTraceRecord(GuestTraceKind.PageFault, 1, 0x1000, 0, (ulong)kind, (ulong)traits, ""));

    [Theory]
    [InlineData(GuestFaultKind.DemandZero)]
    [InlineData(GuestFaultKind.File)]
    [InlineData(GuestFaultKind.CopyOnWrite)]
    [InlineData(GuestFaultKind.Stack)]
    [InlineData(GuestFaultKind.Protection)]
    public void Reported_ResolvedFault_CountsOfItsKindAndMinor(GuestFaultKind kind)
    {
        Fault(kind);
        Assert.Equal(1, counters.FaultsOf(kind));
        Assert.Equal((1, 1, 0), (counters.PageFaults, counters.MinorFaults, counters.MajorFaults));
        Assert.Equal(1, Enum.GetValues<GuestFaultKind>().Sum(counters.FaultsOf));
    }

    [Fact]
    public void Reported_MajorFault_IsNotMinor()
    {
        Fault(GuestFaultKind.File, GuestFaultTraits.Major);
        Assert.Equal((1, 0, 1), (counters.PageFaults, counters.MinorFaults, counters.MajorFaults));
    }

    [Fact]
    public void Reported_FaultThatKills_IsNeitherMinorNorMajor()
    {
        Fault(GuestFaultKind.Killed, GuestFaultTraits.Major);
        Assert.Equal((1, 0, 0), (counters.PageFaults, counters.MinorFaults, counters.MajorFaults));
        Assert.Equal(1, counters.FaultsOf(GuestFaultKind.Killed));
    }

    [Fact]
    public void Reported_FaultInTheKernel_IsCountedApart()
    {
        Fault(GuestFaultKind.DemandZero, GuestFaultTraits.FromKernel | GuestFaultTraits.Write);
        Fault(GuestFaultKind.DemandZero, GuestFaultTraits.Write);
        Assert.Equal((2, 1), (counters.PageFaults, counters.KernelModeFaults));
    }

    [Fact]
    public void Reported_UnknownKinds_DoNoHarm()
    {
        Fault((GuestFaultKind)ulong.MaxValue);
        counters.Reported(new GuestTraceRecord((GuestTraceKind)77, 0, 0, 0, 0, 0, ""));
        Assert.Equal(1, counters.PageFaults);
        Assert.Equal(0, counters.FaultsOf((GuestFaultKind)ulong.MaxValue));
    }

    [Fact]
    public void Reported_ProcessEvents_AreCountedByKind()
    {
        GuestTraceKind[] kinds = [GuestTraceKind.Exec, GuestTraceKind.Fork, GuestTraceKind.Fork, GuestTraceKind.ContextSwitch, GuestTraceKind.Exit];
        foreach (GuestTraceKind kind in kinds) counters.Reported(new GuestTraceRecord(kind, 1, 0, 0, 0, 0, ""));
        Assert.Equal((1, 2, 1, 1), (counters.Execs, counters.Forks, counters.ContextSwitches, counters.Exits));
        Assert.Equal(0, counters.PageFaults);
    }
}
