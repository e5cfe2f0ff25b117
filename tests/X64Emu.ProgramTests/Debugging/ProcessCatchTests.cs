using X64Emu.Cpu;
using X64Emu.Debugging.Running;
using X64Emu.Devices;
using X64Emu.Primitives;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugging;

/// <summary>Catchpoints and process filters over programs of several processes.</summary>
public sealed class ProcessCatchTests
{
    [Fact]
    public void Continue_ProcessesBeginAndEnd_AreCaught()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(Repository.Sample("exec-wait"));
        foreach (ProcessEventKind kind in (ProcessEventKind[])[ProcessEventKind.Fork, ProcessEventKind.Exec, ProcessEventKind.Exit])
            guest.Session.Breakpoints.Add(new ProcessCatchpoint(kind));
        ProcessEvent[] events = [.. guest.RunToEnd().Select(stop => Assert.IsType<ProcessHit>(Assert.Single(stop.Hits)).Event)];
        ProcessEvent[] forks = [.. events.Where(one => one.Kind == ProcessEventKind.Fork)];
        Assert.Equal(4, forks.Length);
        Assert.Single(forks.Select(fork => fork.OtherPid).Distinct());
        Assert.Equal([forks[0].Pid, forks[1].Pid, forks[2].Pid], events.Where(one => one.Kind == ProcessEventKind.Exec).Select(one => one.Pid));
        Assert.All(events.Where(one => one.Kind == ProcessEventKind.Exec), one => Assert.Equal("exec-wait", one.Name));
        Assert.Equal([0, 42 << 8, 6, 127 << 8, 0], events.Where(one => one.Kind == ProcessEventKind.Exit).Select(one => one.WaitStatus & ~0x80));
    }

    [Fact]
    public void Continue_BreakpointOfOneProcess_PassesOthersAtTheSameAddress()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(Repository.Sample("exec-wait"));
        VirtualAddress main = guest.Symbol("main");
        Breakpoint everywhere = new(main);
        guest.Session.Breakpoints.Add(everywhere);
        int?[] pids = [.. guest.RunToEnd().Select(stop => stop.Pid)];
        Assert.Equal(4, pids.Length);
        Assert.Equal(4, pids.Distinct().Count());

        guest.Session.Restart();
        guest.Session.Breakpoints.Clear();
        guest.Session.Breakpoints.Add(new Breakpoint(main) { Pid = pids[2] });
        Assert.Equal([pids[2]], guest.RunToEnd().Select(stop => stop.Pid));
    }

    [Fact]
    public void Continue_CopyOnWriteFaults_AreCaughtAsOftenAsCounted()
    {
        using DebuggedGuest guest = new(Repository.Sample("cow-fork"), "1");
        guest.Session.Breakpoints.Add(new FaultCatchpoint { Kind = GuestFaultKind.CopyOnWrite });
        IReadOnlyList<StopEvent> stops = guest.RunToEnd();
        Assert.Equal(guest.Session.Measurement.Counts["page-faults.cow"], stops.Count);
        Assert.All(stops, stop =>
        {
            FaultRecord fault = Assert.IsType<FaultHit>(Assert.Single(stop.Hits)).Fault;
            Assert.Equal((FaultAccess.Write, stop.Pid), (fault.Access, (int?)fault.Pid));
            Assert.True(fault.ErrorCode is { IsWrite: true });
            if (fault.ErrorCode is { IsPresent: true }) Assert.Equal(1, fault.FailedLevel);
            Assert.True(fault.InstructionCount < stop.InstructionCount);
        });
        Assert.Equal(2, stops.Select(stop => stop.Pid).Distinct().Count());
    }

    [Fact]
    public void Continue_FetchFaults_AreTheProgramsText()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(Repository.Sample("hello"));
        guest.Session.Breakpoints.Add(new FaultCatchpoint { Access = FaultAccess.Execute });
        FaultRecord[] fetches = [.. guest.RunToEnd().Select(stop => Assert.IsType<FaultHit>(Assert.Single(stop.Hits)).Fault)];
        Assert.NotEmpty(fetches);
        Assert.All(fetches, fault => Assert.Equal((GuestFaultKind.File, fault.Rip.PageBase), (fault.Kind, fault.Address.PageBase)));
    }

    [Fact]
    public void Faults_WholeProgram_AgreesWithTheCounts()
    {
        using DebuggedGuest guest = new(Repository.Sample("demand-paging"), "4");
        guest.Session.Continue();
        IReadOnlyList<FaultRecord> faults = guest.Session.Faults.Recent(FaultLog.Capacity);
        Assert.Equal(guest.Session.Faults.Total, faults.Count);
        Assert.Equal(Enumerable.Range(1, faults.Count).Select(number => (long)number), faults.Select(fault => fault.Number));
        Assert.All(faults, fault => Assert.NotNull(fault.ErrorCode));
        Assert.Contains(faults, fault => fault is { FailedLevel: 2, Kind: GuestFaultKind.DemandZero });
        Assert.Equal(guest.Session.Measurement.Counts["page-faults"], faults.Count);
        foreach ((GuestFaultKind kind, string name) in ((GuestFaultKind, string)[])[(GuestFaultKind.DemandZero, "demand-zero"), (GuestFaultKind.File, "file")])
            Assert.Equal(guest.Session.Measurement.Counts["page-faults." + name], faults.Count(fault => fault.Kind == kind));
    }

    [Fact]
    public void Continue_SystemCalls_AreCaughtAtBothEnds()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(Repository.Sample("exec-wait"));
        Assert.True(SystemCallNames.TryGetNumber("wait4", out int wait));
        guest.Session.Breakpoints.Add(new SystemCallCatchpoint { Numbers = new HashSet<int> { wait } });
        SystemCallEvent[] calls = [.. guest.RunToEnd().Select(stop => Assert.IsType<SystemCallHit>(Assert.Single(stop.Hits)).Call)];
        SystemCallEvent[] entries = [.. calls.Where(call => call.Phase == SystemCallPhase.Entry)], returns = [.. calls.Where(call => call.Phase == SystemCallPhase.Return)];
        Assert.Equal((5, 5), (entries.Length, returns.Length));
        // The first four wait for a child by its number and get it; the last finds none: -ECHILD.
        Assert.Equal([.. entries.Take(4).Select(call => (long)call.Arguments[0]), -10], returns.Select(call => call.Result));
        Assert.All(calls, call => Assert.Equal(entries[0].Pid, call.Pid));
    }

    [Fact]
    public void SystemCallReported_WholeProgram_PairsEntriesAndReturns()
    {
        using DebuggedGuest guest = new(Repository.Sample("exec-wait"));
        List<SystemCallEvent> calls = [];
        guest.Session.SystemCallReported += calls.Add;
        guest.Session.Continue();
        Assert.Equal(guest.Session.Measurement.Counts["system-calls"], calls.Count(call => call.Phase == SystemCallPhase.Entry));
        Assert.All(calls.Where(call => call.Number == 59 && call.Phase == SystemCallPhase.Return), call => Assert.True(call.Result is 0 or -2));
        Assert.Equal(4, calls.Count(call => call.Number == 59 && call.Phase == SystemCallPhase.Return));
        // exit_group, and the SIGABRT that tgkill sends itself, do not return.
        Assert.Equal(
            calls.Count(call => call.Phase == SystemCallPhase.Entry && call.Number is not (231 or 234)),
            calls.Count(call => call.Phase == SystemCallPhase.Return));
    }

    [Fact]
    public void Continue_SystemCallInterrupted_ReturnsOnceWithTheError()
    {
        using DebuggedGuest guest = new(CompiledProgram.Glibc("signals"));
        List<SystemCallEvent> calls = [];
        guest.Session.SystemCallReported += calls.Add;
        guest.Session.Continue();
        Assert.Contains(calls, call => call is { Phase: SystemCallPhase.Return, Result: -4 });
        // rt_sigreturn returns where its handler's signal came, with what is in RAX there.
        Assert.Contains(calls, call => call.Number == 15);
        Assert.Equal(
            calls.Count(call => call is { Phase: SystemCallPhase.Entry, Number: 15 }),
            calls.Count(call => call is { Phase: SystemCallPhase.Return, Number: 15 }));
        Assert.DoesNotContain(calls, call => call.Phase == SystemCallPhase.Return && call.Result is <= -512 and >= -516);
    }

    [Fact]
    public void Continue_Signals_AreCaughtWhereTheyTakeEffect()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(Repository.Sample("signal-segv"));
        guest.Session.Breakpoints.Add(new SignalCatchpoint(11));
        SignalHit[] hits = [.. guest.RunToEnd().Select(stop => Assert.IsType<SignalHit>(Assert.Single(stop.Hits)))];
        Assert.Equal(5, hits.Length);
        Assert.All(hits, hit => Assert.Equal((11, true), (hit.Signal, hit.IsHandled)));
    }

    [Fact]
    public void Continue_SignalWithoutHandler_IsCaughtAsDefaultAction()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(Repository.Sample("null-write"));
        guest.Session.Breakpoints.Add(new SignalCatchpoint(null));
        SignalHit hit = Assert.IsType<SignalHit>(Assert.Single(Assert.Single(guest.RunToEnd()).Hits));
        Assert.Equal((11, false), (hit.Signal, hit.IsHandled));
    }

    [Fact]
    public void Continue_Exceptions_AreCaughtAtTheHandler()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(Repository.Sample("null-write"));
        guest.Session.Breakpoints.Add(new ExceptionCatchpoint(ExceptionVector.PageFault) { Condition = () => guest.Session.Machine.Processor.Registers.Cr2.Value < 4096 });
        StopEvent stop = Assert.Single(guest.RunToEnd());
        ExceptionInfo exception = Assert.IsType<ExceptionHit>(Assert.Single(stop.Hits)).Exception;
        Assert.Equal((ExceptionVector.PageFault, 0UL, 6u), (exception.Vector, exception.Address.Value, exception.ErrorCode));
        Assert.True((long)stop.Rip.Value < 0);
    }

    [Fact]
    public void Continue_WatchpointOfOneProcess_KnowsEachProcesssValues()
    {
        using DebuggedGuest guest = DebuggedGuest.AtStart(Repository.Sample("cow-fork"), "1");
        Watchpoint watchpoint = new(guest.Symbol("pages"), 8, WatchAccess.Write);
        guest.Session.Breakpoints.Add(watchpoint);
        WatchpointHit hit = Assert.IsType<WatchpointHit>(Assert.Single(guest.Session.Continue().Hits));
        Assert.Equal([0, 0, 0, 0, 0, 0, 0, 0], hit.OldValue!);
        Assert.Equal([0, 1, 0, 0, 0, 0, 0, 0], hit.NewValue!);
    }
}
