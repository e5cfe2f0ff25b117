using X64Emu.Bus;
using X64Emu.Cli.Reports;
using X64Emu.Devices;
using X64Emu.Measurement;
using X64Emu.Paging;
using Xunit;

namespace X64Emu.Cli.Tests.Reports;

public sealed class StatReportBuilderTests
{
    private static readonly GuestTraceRecord fault = new(GuestTraceKind.PageFault, 1, 0, 0, (ulong)GuestFaultKind.DemandZero, 0, "");

    private static MachineSnapshot Snapshot(int faults, ulong nanoseconds)
    {
        GuestEventCounters guest = new();
        for (int number = 0; number < faults; number++) guest.Reported(fault);
        VirtualClock clock = new();
        clock.AdvanceTo(nanoseconds);
        return MachineSnapshot.Take(new CounterSources(new(), new PagingCounters(), guest, clock));
    }

    [Fact]
    public void Build_AnyCounts_ReportsEveryEventInOrder()
    {
        StatReport report = StatReportBuilder.Build("a b", Snapshot(3, 1000), null);
        Assert.Equal(MeasuredEvent.All.Select(measured => measured.Name), report.Events.Select(count => count.Name));
        Assert.Equal(3UL, report.Events.First(count => count.Name == "page-faults").Value);
        Assert.Equal(("a b", 1000UL), (report.CommandLine, report.VirtualNanoseconds));
    }

    [Fact]
    public void Build_FaultsInVirtualTime_GivesTheirRate()
    {
        EventCount slow = StatReportBuilder.Build("", Snapshot(500, 1_000_000_000), null).Events.First(count => count.Name == "page-faults");
        EventCount fast = StatReportBuilder.Build("", Snapshot(5000, 1_000_000), null).Events.First(count => count.Name == "page-faults");
        Assert.Equal(new EventMetric(0.5, "K/sec"), slow.Metric);
        Assert.Equal(new EventMetric(5, "M/sec"), fast.Metric);
    }

    [Fact]
    public void Build_NothingCounted_HasNoMetrics() =>
        Assert.All(StatReportBuilder.Build("", Snapshot(0, 0), null).Events, count => Assert.Null(count.Metric));
}
