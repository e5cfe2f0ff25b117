using Iced.Intel;
using X64Emu.Debugging.Running;
using X64Emu.Devices;
using X64Emu.Primitives;
using Xunit;

namespace X64Emu.Tests.Debugging.Running;

/// <summary>Catchpoints for what a kernel reports, with reports made by hand.</summary>
public sealed class CatchpointTests : IDisposable
{
    private const uint Record1 = 0x9_0000, Record2 = 0x9_0040;
    private const uint Fault = 1, Switch = 2, Exec = 3, Exit = 4, Fork = 5;

    private readonly BareGuest guest = new(a =>
    {
        BareGuest.Report(a, Record1);
        BareGuest.Report(a, Record2);
        BareGuest.Exit(a, 0);
    });

    public void Dispose() => guest.Dispose();

    [Theory]
    [InlineData(ProcessEventKind.Switch, Switch)]
    [InlineData(ProcessEventKind.Exec, Exec)]
    [InlineData(ProcessEventKind.Exit, Exit)]
    [InlineData(ProcessEventKind.Fork, Fork)]
    public void Continue_ProcessCatchpoint_StopsBehindTheReport(ProcessEventKind kind, uint record)
    {
        guest.WriteRecord(Record1, record, pid: 7, address: 0x40_1000, argument0: 3);
        guest.Session.Breakpoints.Add(new ProcessCatchpoint(kind));
        StopEvent stop = guest.Session.Continue();
        Assert.Equal((StopEventReason.Catch, guest.Instruction(3)), (stop.Reason, stop.Rip));
        ProcessEvent happened = Assert.IsType<ProcessHit>(Assert.Single(stop.Hits)).Event;
        Assert.Equal((kind, 7), (happened.Kind, happened.Pid));
        Assert.Equal(StopEventReason.Exited, guest.Session.Continue().Reason);
    }

    [Fact]
    public void Continue_ProcessCatchpointOfAnother_GoesOn()
    {
        guest.WriteRecord(Record1, Exec, pid: 7);
        guest.WriteRecord(Record2, Exec, pid: 8);
        guest.Session.Breakpoints.Add(new ProcessCatchpoint(ProcessEventKind.Exec) { Pid = 8 });
        StopEvent stop = guest.Session.Continue();
        Assert.Equal((guest.Instruction(6), 8), (stop.Rip, stop.Pid));
    }

    [Fact]
    public void Continue_ExitOfTheFirstProgram_TellsItsStatus()
    {
        guest.WriteRecord(Record1, Exec, pid: 7);
        guest.WriteRecord(Record2, Exit, pid: 7, argument0: 0x0b);
        StopEvent stop = guest.Session.Continue();
        Assert.Equal((StopEventReason.Exited, 0x0b), (stop.Reason, stop.WaitStatus));
    }

    [Theory]
    [InlineData(null, null, null, null, null, true)]
    [InlineData(GuestFaultKind.CopyOnWrite, null, null, null, null, true)]
    [InlineData(GuestFaultKind.DemandZero, null, null, null, null, false)]
    [InlineData(null, FaultAccess.Write, null, null, null, true)]
    [InlineData(null, FaultAccess.Read, null, null, null, false)]
    [InlineData(null, null, 0x5000UL, 0x5fffUL, null, true)]
    [InlineData(null, null, 0x6000UL, null, null, false)]
    [InlineData(null, null, null, 0x4fffUL, null, false)]
    [InlineData(null, null, null, null, 7, true)]
    [InlineData(null, null, null, null, 8, false)]
    public void Continue_FaultCatchpoint_StopsWhenAllFiltersPass(GuestFaultKind? kind, FaultAccess? access, ulong? first, ulong? last, int? pid, bool stops)
    {
        guest.WriteRecord(Record1, Fault, pid: 7, address: 0x5008, rip: 0x40_0000, argument0: (ulong)GuestFaultKind.CopyOnWrite, argument1: (ulong)GuestFaultTraits.Write);
        guest.Session.Breakpoints.Add(new FaultCatchpoint
        {
            Kind = kind,
            Access = access,
            First = first is { } low ? new VirtualAddress(low) : null,
            Last = last is { } high ? new VirtualAddress(high) : null,
            Pid = pid,
        });
        StopEvent stop = guest.Session.Continue();
        Assert.Equal(stops ? StopEventReason.Catch : StopEventReason.Exited, stop.Reason);
        if (stops) Assert.Equal(0x5008UL, Assert.IsType<FaultHit>(Assert.Single(stop.Hits)).Fault.Address.Value);
        Assert.Equal(1, guest.Session.Faults.Total);
    }

    [Fact]
    public void Continue_SeveralCatchpointsAndABreakpoint_ReportsAll()
    {
        guest.WriteRecord(Record1, Fault, pid: 7, argument0: 1);
        guest.Session.Breakpoints.Add(new Breakpoint(guest.Instruction(3)));
        guest.Session.Breakpoints.Add(new FaultCatchpoint());
        guest.Session.Breakpoints.Add(new FaultCatchpoint { Kind = GuestFaultKind.DemandZero });
        StopEvent stop = guest.Session.Continue();
        Assert.Equal([1, 2, 3], stop.Hits.Select(hit => hit.Point.Number));
        Assert.Equal(StopEventReason.Exited, guest.Session.Continue().Reason);
    }

    [Fact]
    public void Faults_MoreThanFit_KeepsTheLast()
    {
        FaultLog log = new();
        for (int number = 1; number <= FaultLog.Capacity + 10; number++)
            log.Add(new FaultRecord(number, GuestFaultKind.File, GuestFaultTraits.None, default, 1, default, null, 0, null));
        Assert.Equal(FaultLog.Capacity + 10, log.Total);
        Assert.Equal(11, log.Recent(int.MaxValue)[0].Number);
        Assert.Equal([FaultLog.Capacity + 9, FaultLog.Capacity + 10], log.Recent(2).Select(fault => (int)fault.Number));
        Assert.Empty(log.Recent(0));
    }

    [Fact]
    public void Continue_ProcessListener_HearsOfEveryEvent()
    {
        guest.WriteRecord(Record1, Fork, pid: 9, argument0: 7);
        guest.WriteRecord(Record2, Switch, pid: 9, argument0: 7);
        List<ProcessEvent> heard = [];
        guest.Session.ProcessReported += heard.Add;
        guest.Session.Continue();
        Assert.Equal([(ProcessEventKind.Fork, 9, 7), (ProcessEventKind.Switch, 9, 7)], heard.Select(one => (one.Kind, one.Pid, one.OtherPid!.Value)));
    }

    [Fact]
    public void SystemCallNames_KnownCalls_HaveLinuxNumbers()
    {
        Assert.Equal(("read", "execve", "openat", "clone3", "futex_waitv"), (
            SystemCallNames.NameOf(0), SystemCallNames.NameOf(59), SystemCallNames.NameOf(257), SystemCallNames.NameOf(435), SystemCallNames.NameOf(449)));
        Assert.Null(SystemCallNames.NameOf(400));
        Assert.True(SystemCallNames.TryGetNumber("exit_group", out int number));
        Assert.Equal(231, number);
        Assert.False(SystemCallNames.TryGetNumber("no_such_call", out _));
        Assert.All(SystemCallNames.All, name => Assert.True(SystemCallNames.TryGetNumber(name, out int one) && SystemCallNames.NameOf(one) == name));
    }
}
