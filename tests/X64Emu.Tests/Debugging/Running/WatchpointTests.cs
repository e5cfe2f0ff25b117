using Iced.Intel;
using X64Emu.Cpu;
using X64Emu.Debugging.Running;
using X64Emu.Primitives;
using Xunit;
using static Iced.Intel.AssemblerRegisters;

namespace X64Emu.Tests.Debugging.Running;

/// <summary>Watchpoints: which accesses stop, and what they say was there before.</summary>
public sealed class WatchpointTests : IDisposable
{
    private const ulong Data = PagedPc.Pages + 0x100;
    private readonly BareGuest guest = new(ReadAndWrite);

    public void Dispose() => guest.Dispose();

    [Fact]
    public void Continue_WatchedWrite_StopsBehindItWithOldAndNewValue()
    {
        guest.Session.Memory.WritePhysical(new PhysicalAddress(Data), [1, 2, 3, 4]);
        guest.Session.Breakpoints.Add(new Watchpoint(new VirtualAddress(Data), 4, WatchAccess.Write));
        StopEvent stop = guest.Session.Continue();
        Assert.Equal(StopEventReason.Watchpoint, stop.Reason);
        Assert.Equal(guest.Instruction(3), stop.Rip);
        WatchpointHit hit = Assert.IsType<WatchpointHit>(Assert.Single(stop.Hits));
        Assert.Equal(guest.Instruction(2), hit.Access.Rip);
        Assert.Equal([1, 2, 3, 4], hit.OldValue!);
        Assert.Equal([0x44, 0x33, 0x22, 0x11], hit.NewValue!);
    }

    [Fact]
    public void Continue_SecondWrite_KnowsTheFirst()
    {
        guest.Session.Breakpoints.Add(new Watchpoint(new VirtualAddress(Data + 1), 1, WatchAccess.Write));
        guest.Session.Continue();
        WatchpointHit hit = Assert.IsType<WatchpointHit>(Assert.Single(guest.Session.Continue().Hits));
        Assert.Equal((0UL, 1), (hit.OffsetBytes, hit.NewValue!.Length));
        Assert.Equal([0x33], hit.OldValue!);
        Assert.Equal([0x99], hit.NewValue);
        Assert.Equal(StopEventReason.Exited, guest.Session.Continue().Reason);
    }

    [Fact]
    public void Continue_ReadWatchpoint_StopsAtReadsAlone()
    {
        guest.Session.Breakpoints.Add(new Watchpoint(new VirtualAddress(Data), 4, WatchAccess.Read));
        WatchpointHit hit = Assert.IsType<WatchpointHit>(Assert.Single(guest.Session.Continue().Hits));
        Assert.Equal(guest.Instruction(1), hit.Access.Rip);
        Assert.Equal(hit.OldValue!, hit.NewValue!);
        Assert.Equal(StopEventReason.Exited, guest.Session.Continue().Reason);
    }

    [Fact]
    public void Continue_PhysicalRange_StopsAtAnAlias()
    {
        Watchpoint watchpoint = new(new PhysicalAddress(Data), 4, WatchAccess.ReadWrite);
        guest.Session.Breakpoints.Add(watchpoint);
        List<VirtualAddress> places = [];
        while (guest.Session.Continue() is { IsEnd: false } stop) places.Add(Assert.IsType<WatchpointHit>(Assert.Single(stop.Hits)).Access.Address);
        Assert.Equal([Data, Data, PagedPc.HighAlias + Data + 1, Data + 1], places.Select(place => place.Value));
        Assert.Equal(4, watchpoint.HitCount);
    }

    [Fact]
    public void Continue_WatchpointAndBreakpointTogether_ReportsBoth()
    {
        guest.Session.Breakpoints.Add(new Watchpoint(new VirtualAddress(Data), 1, WatchAccess.Write));
        guest.Session.Breakpoints.Add(new Breakpoint(guest.Instruction(3)));
        StopEvent stop = guest.Session.Continue();
        Assert.Collection(stop.Hits, hit => Assert.IsType<WatchpointHit>(hit), hit => Assert.IsType<BreakpointHit>(hit));
        Assert.Equal(StopEventReason.Exited, guest.Session.Continue().Reason);
    }

    [Fact]
    public void Continue_UserWroteMemory_IsTheOldValue()
    {
        guest.Session.Breakpoints.Add(new Watchpoint(new VirtualAddress(Data), 1, WatchAccess.Write));
        guest.Session.Step();
        guest.Session.Memory.WritePhysical(new PhysicalAddress(Data), [0x77]);
        Assert.Equal([0x77], Assert.IsType<WatchpointHit>(Assert.Single(guest.Session.Continue().Hits)).OldValue!);
    }

    [Fact]
    public void Continue_Watchpoints_ChangeNoCount()
    {
        using BareGuest free = new(ReadAndWrite);
        free.Session.Continue();
        guest.Session.Breakpoints.Add(new Watchpoint(new VirtualAddress(Data), 4, WatchAccess.ReadWrite));
        while (!guest.Session.Continue().IsEnd)
        {
        }
        Assert.Equal(BreakpointTests.Counts(free), BreakpointTests.Counts(guest));
    }

    [Fact]
    public void Watchpoint_NothingToWatch_IsRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Watchpoint(new VirtualAddress(Data), 0, WatchAccess.Read));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Watchpoint(new VirtualAddress(Data), 1, WatchAccess.None));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Watchpoint(new PhysicalAddress(Data), Watchpoint.MostBytes + 1, WatchAccess.Read));
        Assert.Throws<ArgumentOutOfRangeException>(() => new Watchpoint(new VirtualAddress(ulong.MaxValue), 2, WatchAccess.Read));
    }

    [Fact]
    public void Continue_RangeAtTheEndOfTheAddressSpace_IsWatched()
    {
        guest.Session.Breakpoints.Add(new Watchpoint(new VirtualAddress(ulong.MaxValue - 7), 8, WatchAccess.ReadWrite));
        guest.Session.Breakpoints.Add(new Watchpoint(new PhysicalAddress(ulong.MaxValue - 7), 8, WatchAccess.ReadWrite));
        guest.Session.Breakpoints.Add(new Breakpoint(new VirtualAddress(1UL << 63), new VirtualAddress(ulong.MaxValue)));
        guest.Session.Breakpoints.Add(new Breakpoint(new PhysicalAddress(ulong.MaxValue)));
        Assert.Equal(StopEventReason.Exited, guest.Session.Continue().Reason);
    }

    private static void ReadAndWrite(Assembler a)
    {
        a.mov(rbx, Data);
        a.mov(ecx, __dword_ptr[rbx]);
        a.mov(__dword_ptr[rbx], 0x1122_3344);
        a.mov(rbx, PagedPc.HighAlias + Data);
        a.mov(__byte_ptr[rbx + 1], 0x99);
        a.mov(rbx, Data);
        a.mov(__byte_ptr[rbx + 1], 0x99);
        BareGuest.Exit(a, 0);
    }
}
