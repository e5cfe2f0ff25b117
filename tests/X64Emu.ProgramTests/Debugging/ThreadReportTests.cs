using X64Emu.Debugging.Guest.Reports;
using X64Emu.Debugging.Running;
using X64Emu.Primitives;
using X64Emu.ProgramTests.Running;
using Xunit;

namespace X64Emu.ProgramTests.Debugging;

/// <summary>The report of threads where one of them runs user code and others have not begun.</summary>
public sealed class ThreadReportTests
{
    [Fact]
    public void Threads_OneInUserMode_IsShownWhereItIs()
    {
        string program = Repository.Sample("threads");
        using DebuggedGuest guest = DebuggedGuest.AtStart(program);
        VirtualAddress work = guest.Symbol("work");
        guest.Session.Breakpoints.Add(new Breakpoint(work));
        Assert.Equal(StopEventReason.Breakpoint, guest.Session.Continue().Reason);
        string[] lines = [.. ThreadsText.Lines(guest.Session.Guest!)];
        Assert.Contains(lines, line => line.StartsWith('*') && line.Contains(" user mode ", StringComparison.Ordinal) && line.EndsWith($"{work}", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.Contains(" runnable  its start ", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("exception", StringComparison.Ordinal));
    }
}
