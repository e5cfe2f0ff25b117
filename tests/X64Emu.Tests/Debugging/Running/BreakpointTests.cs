using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Debugging.Running;
using X64Emu.Primitives;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Debugging.Running;

/// <summary>Breakpoints: where they stop, what keeps them from it, and that they change nothing.</summary>
public sealed class BreakpointTests : IDisposable
{
    private const int LoopBody = 1;
    private readonly BareGuest guest = new(CountToTen);

    public void Dispose() => guest.Dispose();

    [Fact]
    public void Continue_BreakpointReached_StopsInFrontOfTheInstruction()
    {
        Breakpoint breakpoint = Add(LoopBody);
        StopEvent stop = guest.Session.Continue();
        Assert.Equal(StopEventReason.Breakpoint, stop.Reason);
        Assert.Equal(guest.Instruction(LoopBody), stop.Rip);
        Assert.Same(breakpoint, Assert.IsType<BreakpointHit>(Assert.Single(stop.Hits)).Point);
        Assert.Equal(0UL, Rbx);
        Assert.Equal(1, stop.InstructionCount);
        Assert.Same(stop, guest.Session.LastStop);
    }

    [Fact]
    public void Continue_FromABreakpoint_StopsAtEachArrival()
    {
        Breakpoint breakpoint = Add(LoopBody);
        for (ulong turn = 0; turn < 10; turn++)
        {
            Assert.Equal(StopEventReason.Breakpoint, guest.Session.Continue().Reason);
            Assert.Equal(turn, Rbx);
        }
        Assert.Equal(StopEventReason.Exited, guest.Session.Continue().Reason);
        Assert.Equal(10, breakpoint.HitCount);
    }

    [Fact]
    public void Continue_SeveralAtOnePlace_ReportsAll()
    {
        Breakpoint first = Add(LoopBody), second = Add(LoopBody);
        StopEvent stop = guest.Session.Continue();
        Assert.Equal([first, second], stop.Hits.Select(hit => hit.Point));
    }

    [Fact]
    public void Continue_TemporaryBreakpoint_StopsOnce()
    {
        Breakpoint breakpoint = new(guest.Instruction(LoopBody)) { IsTemporary = true };
        guest.Session.Breakpoints.Add(breakpoint);
        Assert.Same(breakpoint, Assert.Single(guest.Session.Continue().Hits).Point);
        Assert.Empty(guest.Session.Breakpoints.All);
        Assert.Equal(StopEventReason.Exited, guest.Session.Continue().Reason);
    }

    [Fact]
    public void Continue_ConditionFalse_GoesOnUncounted()
    {
        Breakpoint breakpoint = Add(LoopBody);
        breakpoint.Condition = () => Rbx == 7;
        Assert.Equal(StopEventReason.Breakpoint, guest.Session.Continue().Reason);
        Assert.Equal(7UL, Rbx);
        Assert.Equal(1, breakpoint.HitCount);
        Assert.Equal(StopEventReason.Exited, guest.Session.Continue().Reason);
    }

    [Fact]
    public void Continue_ConditionThrows_LeavesTheMachineThere()
    {
        Add(LoopBody).Condition = () => throw new FormatException();
        Assert.Throws<FormatException>(guest.Session.Continue);
        Assert.Equal(guest.Instruction(LoopBody), guest.Session.LastStop.Rip);
        guest.Session.Breakpoints.Clear();
        Assert.Equal(StopEventReason.Exited, guest.Session.Continue().Reason);
    }

    [Fact]
    public void Continue_IgnoreCount_PassesSoManyHits()
    {
        Breakpoint breakpoint = Add(LoopBody);
        breakpoint.IgnoreCount = 4;
        guest.Session.Continue();
        Assert.Equal(4UL, Rbx);
        Assert.Equal(5, breakpoint.HitCount);
        Assert.Equal(0, breakpoint.IgnoreCount);
    }

    [Fact]
    public void Continue_DisabledOrRemoved_DoesNotStop()
    {
        Breakpoint breakpoint = Add(LoopBody), removed = Add(LoopBody + 1);
        breakpoint.IsEnabled = false;
        Assert.True(guest.Session.Breakpoints.Remove(removed));
        Assert.False(guest.Session.Breakpoints.Remove(removed));
        Assert.Equal(StopEventReason.Exited, guest.Session.Continue().Reason);
        Assert.Equal(0, breakpoint.HitCount);
    }

    [Fact]
    public void Continue_PidThatDoesNotRun_DoesNotStop()
    {
        guest.Session.Breakpoints.Add(new Breakpoint(guest.Instruction(LoopBody)) { Pid = 5 });
        Assert.Equal(StopEventReason.Exited, guest.Session.Continue().Reason);
    }

    [Fact]
    public void Continue_PhysicalAddress_StopsWhereverItIsMapped()
    {
        guest.Session.Breakpoints.Add(new Breakpoint(new PhysicalAddress(guest.Instruction(LoopBody).Value)));
        guest.Session.Machine.Processor.Registers.Rip = new VirtualAddress(PagedPc.HighAlias + PagedPc.Code);
        StopEvent stop = guest.Session.Continue();
        Assert.Equal(StopEventReason.Breakpoint, stop.Reason);
        Assert.Equal(PagedPc.HighAlias + guest.Instruction(LoopBody).Value, stop.Rip.Value);
        Assert.Equal(0UL, Rbx);
    }

    [Fact]
    public void Step_OntoABreakpoint_ReportsItAndContinueGoesOn()
    {
        Add(LoopBody);
        Assert.Equal(StopEventReason.Breakpoint, guest.Session.Step().Reason);
        Assert.Equal(StopEventReason.Breakpoint, guest.Session.Continue().Reason);
        Assert.Equal(1UL, Rbx);
    }

    [Fact]
    public void Continue_BreakpointAtTheStart_RunsOn()
    {
        Add(0);
        Assert.Equal(StopEventReason.Exited, guest.Session.Continue().Reason);
    }

    [Fact]
    public void Continue_ManyStops_EndsWithTheCountsOfNone()
    {
        using BareGuest free = new(CountToTen);
        free.Session.Continue();
        for (int index = 0; index < 5; index++) Add(index);
        while (!guest.Session.Continue().IsEnd)
        {
        }
        Assert.Equal(Counts(free), Counts(guest));
    }

    [Fact]
    public void Add_TwiceTheSame_IsRefused()
    {
        Breakpoint breakpoint = Add(LoopBody);
        Assert.Throws<ArgumentException>(() => guest.Session.Breakpoints.Add(breakpoint));
        Assert.Throws<ArgumentException>(() => new Breakpoint());
        Assert.Same(breakpoint, guest.Session.Breakpoints.Find(1));
        Assert.Null(guest.Session.Breakpoints.Find(2));
    }

    [Fact]
    public void Restart_Breakpoints_StayAndCountAnew()
    {
        Breakpoint breakpoint = Add(LoopBody);
        guest.Session.Continue();
        guest.Session.Continue();
        Assert.Equal(StopEventReason.Ready, guest.Session.Restart().Reason);
        Assert.Equal(0, breakpoint.HitCount);
        Assert.Equal(StopEventReason.Breakpoint, guest.Session.Continue().Reason);
        Assert.Equal(0UL, Rbx);
    }

    internal static string Counts(BareGuest guest)
    {
        ExecutionCounters counters = guest.Session.Machine.Processor.Counters;
        return $"{counters.Instructions} instructions, {counters.FetchLookups} fetches, {counters.Loads} loads, {counters.Stores} stores, "
            + $"{guest.Session.Machine.Clock.NowNanoseconds} ns";
    }

    private static void CountToTen(Assembler a)
    {
        Label again = a.CreateLabel();
        a.xor(ebx, ebx);
        a.Label(ref again);
        a.add(ebx, 1);
        a.mov(__dword_ptr[PagedPc.Pages], ebx);
        a.cmp(ebx, 10);
        a.jne(again);
        BareGuest.Exit(a, 0);
    }

    private ulong Rbx => guest.Session.Machine.Processor.Registers[GeneralRegister.Rbx];

    private Breakpoint Add(int instruction)
    {
        Breakpoint breakpoint = new(guest.Instruction(instruction));
        guest.Session.Breakpoints.Add(breakpoint);
        return breakpoint;
    }
}
