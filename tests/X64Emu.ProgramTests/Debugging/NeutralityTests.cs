using X64Emu.Cpu;
using X64Emu.Debugging.Running;
using X64Emu.Primitives;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugging;

/// <summary>The debugger's promise: however often a guest is stopped, looked at and let go on, it ends with the counts and the output of a free run.</summary>
public sealed class NeutralityTests
{
    private const int StopCount = 1000;

    [Theory]
    [InlineData("hello")]
    [InlineData("cow-fork")]
    [InlineData("exec-wait")]
    [InlineData("signal-segv")]
    [InlineData("stack-growth")]
    public void Run_WithAThousandStops_EndsAsWithout(string sample)
    {
        IReadOnlyList<string> free = FreeRun(sample);
        using DebuggedGuest guest = new(Repository.Sample(sample));
        guest.Session.Breakpoints.Add(new SystemCallCatchpoint());
        guest.Session.Breakpoints.Add(new ProcessCatchpoint(ProcessEventKind.Switch));
        guest.Session.Breakpoints.Add(new FaultCatchpoint());
        guest.Session.Breakpoints.Add(new ExceptionCatchpoint(null));
        Random random = new(7);
        int stops = 0;
        while (stops < StopCount && !Move(guest.Session, random).IsEnd)
        {
            stops++;
            Look(guest.Session);
        }
        Assert.True(guest.Session.HasEnded || stops == StopCount);
        guest.Session.Breakpoints.Clear();
        if (!guest.Session.HasEnded) guest.Session.Continue();
        Assert.Equal(free, guest.Result());
    }

    [Fact]
    public void Run_EverySwitchFaultAndCallOfAFork_EndsAsWithout()
    {
        IReadOnlyList<string> free = FreeRun("cow-fork");
        using DebuggedGuest guest = new(Repository.Sample("cow-fork"));
        guest.Session.Breakpoints.Add(new FaultCatchpoint());
        guest.Session.Breakpoints.Add(new SystemCallCatchpoint());
        guest.Session.Breakpoints.Add(new ProcessCatchpoint(ProcessEventKind.Switch));
        Assert.True(guest.RunToEnd().Count > 2000);
        Assert.Equal(free, guest.Result());
    }

    [Fact]
    public void Run_WatchedMemory_EndsAsWithout()
    {
        IReadOnlyList<string> free = FreeRun("exec-wait");
        using DebuggedGuest guest = new(Repository.Sample("exec-wait"));
        guest.Session.Breakpoints.Add(new Watchpoint(guest.Symbol("self"), 8, WatchAccess.ReadWrite));
        guest.Session.Breakpoints.Add(new Watchpoint(guest.Symbol("stdout"), 8, WatchAccess.ReadWrite));
        Assert.NotEmpty(guest.RunToEnd());
        Assert.Equal(free, guest.Result());
    }

    private static IReadOnlyList<string> FreeRun(string sample)
    {
        using DebuggedGuest guest = new(Repository.Sample(sample));
        Assert.Equal(StopEventReason.Exited, guest.Session.Continue().Reason);
        return guest.Result();
    }

    private static StopEvent Move(DebugSession session, Random random) => random.Next(6) switch
    {
        0 => session.Step(random.Next(1, 4)),
        1 => session.Next(),
        2 => session.StepUser(random.Next(1, 4)),
        3 => session.Step(random.Next(1, 3000)),
        4 => session.Until(session.Machine.Processor.Registers.Rip),
        _ => session.Continue(),
    };

    private static void Look(DebugSession session)
    {
        VirtualAddress stack = new(session.Machine.Processor.Registers[GeneralRegister.Rsp]);
        session.Memory.Read(stack, stackalloc byte[256]);
        session.Memory.PageTables.Walk(stack, session.Machine.Processor.Registers.Cr3);
        session.Machine.Processor.TlbEntries();
    }
}
